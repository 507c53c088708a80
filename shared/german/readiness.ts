// What is said of a source's readiness (../readiness/source.ts).
import { built, plain, type Sentence } from "./patterns";

/** What RFC 6888 asks of an operator's log (../readiness/operator.ts): each item by itself, and as lacking. */
const ITEMS: readonly (readonly [english: string, german: string])[] = [
  ["Transport protocol", "Transportprotokoll"],
  ["Subscriber: inside address or tunnel", "Anschluss: innere Adresse oder Tunnel"],
  ["External address", "Äußere Adresse"],
  ["External port or port block", "Äußerer Port oder Portblock"],
  ["Time", "Zeit"],
  ["Start and end of a mapping", "Beginn und Ende einer Zuordnung"],
  ["Destinations are not logged", "Ziele werden nicht aufgezeichnet"],
  ["The ports are used well", "Die Ports werden gut genutzt"],
  ["Few records: blocks in place of sessions", "Wenige Datensätze: Blöcke statt Verbindungen"],
  ["Ports are hard to guess", "Ports sind schwer zu erraten"],
  ["Clock", "Uhr"],
  ["Retention", "Aufbewahrung"],
];

const OPERATOR: readonly Sentence[] = [
  ...ITEMS.flatMap(([english, german]) => [
    plain(english, german),
    plain(`${english}: no record has it.`, `${german}: Kein Datensatz hat es.`),
    plain(`${english}: not in every record.`, `${german}: nicht in jedem Datensatz.`),
  ]),
  plain("{n} of {n} records have it.", "{1} von {2} Datensätzen haben es."),
  plain(
    "{n} of {n} records have it; a block without one holds for every protocol.",
    "{1} von {2} Datensätzen haben es; ein Block ohne Protokoll gilt für jedes.",
  ),
  plain(
    "{n} of {n} records have it, {n} of them as a block.",
    "{1} von {2} Datensätzen haben es, davon {3} als Block.",
  ),
  plain(
    "{n} of {n} records have it; some are written to {n} s.",
    "{1} von {2} Datensätzen haben es; manche sind auf {3} s geschrieben.",
  ),
  plain(
    "{n} of {n} records have it; {n} are open to a choice.",
    "{1} von {2} Datensätzen haben es; {3} lassen mehrere Zeiten zu.",
  ),
  plain(
    "Of {n} mappings {n} have no recorded start and {n} no recorded end.",
    "Von {1} Zuordnungen haben {2} keinen aufgezeichneten Beginn und {3} kein aufgezeichnetes Ende.",
  ),
  plain("No record names a destination.", "Kein Datensatz nennt ein Ziel."),
  plain(
    "{n} of {n} records name a destination, which needs a law or an administrative reason.",
    "{1} von {2} Datensätzen nennen ein Ziel; das braucht ein Gesetz oder einen Grund der Verwaltung.",
  ),
  plain(
    "A log does not show it; the device's configuration does.",
    "Ein Protokoll zeigt es nicht, wohl aber die Konfiguration des Geräts.",
  ),
  plain("No record names a port.", "Kein Datensatz nennt einen Port."),
  plain("{n} of {n} records name a block of ports.", "{1} von {2} Datensätzen nennen einen Block von Ports."),
  plain("It is not calibrated (portwitness calibrate).", "Sie ist nicht kalibriert (portwitness calibrate)."),
  plain("It is calibrated.", "Sie ist kalibriert."),
  plain(
    "The operator's answer: how long is it kept? (portwitness add --retention)",
    "Das beantwortet der Betreiber: Wie lange wird es aufbewahrt? (portwitness add --retention)",
  ),
  plain("The operator keeps it for {n} days.", "Der Betreiber bewahrt es {1} Tage auf."),
  plain(
    "The whole log: an extract shows nothing of what it left out.",
    "Das ganze Protokoll: Ein Auszug zeigt nichts von dem, was er auslässt.",
  ),
  plain("{x} holds no record of a translation.", "{1} enthält keinen Datensatz einer Umsetzung."),
  plain(
    "{x} cannot name a line behind a shared address: no record has the external port.",
    "{1} kann keinen Anschluss hinter einer geteilten Adresse benennen: Kein Datensatz hat den äußeren Port.",
  ),
  plain(
    "{x} holds what RFC 6888 asks of a log in all of its {n} records.",
    "{1} enthält in allen {2} Datensätzen, was RFC 6888 von einem Protokoll verlangt.",
  ),
  plain(
    "{x} lacks {n} of what RFC 6888 asks of a log.",
    "{1} fehlt {2} von dem, was RFC 6888 von einem Protokoll verlangt.",
  ),
];

export const READINESS: readonly Sentence[] = [
  ...OPERATOR,
  plain("It holds no record.", "Es enthält keinen Datensatz."),
  plain(
    "The client's source port: {x} never has it. Look for a parallel log (portwitness join).",
    "Der Quellport des Clients: {1} enthält ihn nie. Ein paralleles Protokoll kann ihn haben (portwitness join).",
  ),
  plain(
    "The client's source port: the server was not set up to log it. Look for a parallel log (portwitness join).",
    "Der Quellport des Clients: Der Server war nicht dafür eingerichtet, ihn aufzuzeichnen. Ein paralleles Protokoll kann ihn haben (portwitness join).",
  ),
  plain(
    "The client's source port in {n} of {n} records ({n} % have it).",
    "Der Quellport des Clients in {1} von {2} Datensätzen ({3} % haben ihn).",
  ),
  plain("The client's address in {n} records.", "Die Adresse des Clients in {1} Datensätzen."),
  plain("A time in {n} records.", "Eine Zeit in {1} Datensätzen."),
  plain(
    "A time to the second: some are written to {n} s (RFC 6302 asks for one second).",
    "Eine Zeit auf die Sekunde: Manche sind auf {1} s geschrieben (RFC 6302 verlangt eine Sekunde).",
  ),
  plain(
    "A settled zone: {n} times are open to a choice.",
    "Eine feststehende Zeitzone: {1} Zeiten lassen mehrere zu.",
  ),
  plain(
    "A calibrated clock: nothing is attributed from it before (portwitness calibrate).",
    "Eine kalibrierte Uhr: Vorher wird daraus nichts zugeordnet (portwitness calibrate).",
  ),
  plain("{n} of {n} records have the port.", "{1} von {2} Datensätzen haben den Port."),
  plain("{x} has no place for it.", "{1} hat keinen Platz dafür."),
  plain("{x} can have it, where it is set up.", "{1} kann ihn haben, wo es so eingerichtet ist."),
  plain("This server logs it in normal operation.", "Dieser Server zeichnet ihn im normalen Betrieb auf."),
  plain(
    "Its configuration tells (portwitness readiness --config).",
    "Seine Konfiguration sagt es (portwitness readiness --config).",
  ),
  plain("The format has it without any setting.", "Das Format hat ihn ohne jede Einstellung."),
  plain(
    "A log does not show whether its server was set up by hand; see the table of servers.",
    "Ein Protokoll zeigt nicht, ob sein Server von Hand eingerichtet wurde; siehe die Tabelle der Server.",
  ),
  plain(
    "The operator's answer: is it rotated, kept and searchable for the stated period?",
    "Das beantwortet der Betreiber: Wird es rotiert, aufbewahrt, und ist es über die genannte Dauer durchsuchbar?",
  ),
  plain(
    "The operator's answer: can it be produced to an authority, with its provenance?",
    "Das beantwortet der Betreiber: Kann es einer Behörde mit seiner Herkunft vorgelegt werden?",
  ),
  plain(
    "{x} holds what attribution needs: address, port and a calibrated time in all of its {n} records.",
    "{1} enthält, was die Zuordnung braucht: Adresse, Port und eine kalibrierte Zeit in allen {2} Datensätzen.",
  ),
  plain(
    "{x} cannot name a line behind a shared address: no record has the client's source port.",
    "{1} kann keinen Anschluss hinter einer geteilten Adresse benennen: Kein Datensatz hat den Quellport des Clients.",
  ),
  built("{x} is not ready as it stands: (?:one thing is|(\\d+) things are) missing\\.", ([name, n]) =>
    n === undefined
      ? `${name} ist so nicht verwendbar: Eines fehlt.`
      : `${name} ist so nicht verwendbar: ${n} Dinge fehlen.`,
  ),
];
