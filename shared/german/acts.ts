// What the ledger calls an act, how it ended, and what the engine says that it does meanwhile. The ledger's own words are
// identifiers: what is signed, and what a verifier reads, is never translated.
import { phrase, type Sentence, translated } from "./patterns";

const ACTIONS: Readonly<Record<string, string>> = {
  "attribution.run": "Zuordnung",
  "case.failure": "Vorgang abgebrochen",
  "case.new": "Fall angelegt",
  "case.open": "Fall geöffnet",
  "case.rebuild": "Datenbank neu aufgebaut",
  "clock.calibrate": "Uhr kalibriert",
  "clock.undo": "Kalibrierung zurückgenommen",
  "custody.review": "Gegenprüfung",
  "custody.verify": "Journal geprüft",
  "dataset.write": "Tabellen ausgegeben",
  "evidence.add": "Beweismittel aufgenommen",
  "exhibit.disclose": "Auszug offengelegt",
  "exhibit.export": "Beweisstück ausgegeben",
  "key.backup": "Schlüssel gesichert",
  "key.new": "Schlüssel erzeugt",
  "key.revoke": "Schlüssel widerrufen",
  "key.rotate": "Schlüssel gewechselt",
  "records.export": "Datensätze ausgegeben",
  "records.join": "Ports ergänzt",
  "records.note": "Notiz gesetzt",
  "records.tag": "Datensätze markiert",
  "request.write": "Anfrage geschrieben",
  "timeline.export": "Zeitachse ausgegeben",
  "timestamp.import": "Zeitstempel übernommen",
  "timestamp.query": "Zeitstempel angefragt",
};

const RESULTS: Readonly<Record<string, string>> = {
  done: "erledigt",
  failed: "misslungen",
  refused: "abgelehnt",
  finding: "Befund",
  agree: "stimmt zu",
  dissent: "widerspricht",
};

const own = (table: Readonly<Record<string, string>>, word: string): string | null =>
  Object.hasOwn(table, word) ? table[word]! : null;

export const actionInGerman = (action: string): string | null => own(ACTIONS, action);
export const resultInGerman = (result: string): string | null => own(RESULTS, result);

const DOING: readonly Sentence[] = [
  phrase("Attributing", "Ordnet zu"),
  phrase("Building mappings", "Bildet die Bindungen"),
  phrase("Chaining {x} with {x}", "Verkettet {1} mit {2}"),
  phrase("Collecting the questions", "Sammelt die Fragen"),
  phrase("Copying {x}", "Kopiert {1}"),
  phrase("Filtering the records", "Filtert die Datensätze"),
  phrase("Fitting the clock", "Bestimmt die Uhr"),
  phrase("Hashing {x}", "Bildet den Hash von {1}"),
  phrase("Judging events", "Beurteilt die Ereignisse"),
  phrase("Looking for connections of {x} in {x}", "Sucht Verbindungen von {1} in {2}"),
  phrase("Looking for ports beside the log", "Sucht Ports neben dem Log"),
  phrase("Placing events in the NAT's clock", "Setzt die Ereignisse in die Uhr des NAT"),
  phrase("Putting records on one axis", "Ordnet die Datensätze auf einer Achse"),
  phrase("Reading the fields of {x} from the evidence", "Liest die Felder von {1} aus dem Beweismittel"),
  phrase("Reading {x}", "Liest {1}"),
  phrase("Sealing the results", "Versiegelt die Ergebnisse"),
  phrase("Searching the evidence", "Durchsucht das Beweismittel"),
  phrase("Searching the offset over +/-{n} hours", "Sucht den Versatz über +/-{1} Stunden"),
  phrase("Sorting the records", "Sortiert die Datensätze"),
  phrase("Unpacking {x}", "Entpackt {1}"),
  phrase("Weighing the records' completeness", "Prüft, wie vollständig die Aufzeichnungen sind"),
  phrase("Writing Parquet", "Schreibt Parquet"),
  phrase("Writing records", "Schreibt Datensätze"),
  phrase("Writing results", "Schreibt Ergebnisse"),
];

/** What is being done (Progress.doing), or null where it is not known. */
export function doingInGerman(doing: string): string | null {
  const act = /^Act (\d+): (\S+)$/.exec(doing);
  if (act) return `Vorgang ${act[1]}: ${actionInGerman(act[2]!) ?? act[2]}`;
  return translated(doing, DOING);
}
