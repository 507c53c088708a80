// What is said of a source's readiness (../readiness/source.ts).
import { built, plain, type Sentence } from "./patterns";

export const READINESS: readonly Sentence[] = [
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
