// What a calibration says (../clock/statement.ts and the methods beside it).
import { built, figure, plain, type Sentence } from "./patterns";

const SEGMENT =
  "{x}'s clock is {n} s (fast|slow) against (the reference clock|(.+?)'s)(?: \\(a zone fault of ([+-]\\d+ h \\d\\d min) and {n} s\\))?, " +
  "to within {n} s \\(95 %\\), at the middle of its records of {t} to {t} by its own clock in UTC(?:, lines {n} to {n})?\\. " +
  "(?:It neither gains nor loses within what these records show|It (gains|loses) {n} s a day \\({n} ppm\\)); " +
  "the line through these records is good to the same {n} s \\(95 %\\) at each of them\\.";

export const CLOCK: readonly Sentence[] = [
  built(SEGMENT, (found) => {
    const [
      source,
      by,
      side,
      reference,
      name,
      zone,
      rest,
      width,
      from,
      to,
      first,
      last,
      rate,
      daily,
      ppm,
      same,
    ] = found;
    const against = reference === "the reference clock" ? "der Referenzuhr" : `der von ${name}`;
    const fault = zone === undefined ? "" : ` (ein Zeitzonenfehler von ${zone} und ${figure(rest)} s)`;
    const lines = first === undefined ? "" : `, Zeilen ${figure(first)} bis ${figure(last)}`;
    const gait =
      rate === undefined
        ? "Sie gewinnt und verliert nichts, soweit diese Datensätze es zeigen"
        : `Sie ${rate === "gains" ? "gewinnt" : "verliert"} ${figure(daily)} s am Tag (${figure(ppm)} ppm)`;
    return `Die Uhr von ${source} geht gegenüber ${against} um ${figure(by)} s ${side === "fast" ? "vor" : "nach"}${fault}, auf ${figure(width)} s genau (95 %), in der Mitte ihrer Datensätze von ${from} bis ${to} nach ihrer eigenen Uhr in UTC${lines}. ${gait}; die Gerade durch diese Datensätze ist bei jedem von ihnen auf dieselben ${figure(same)} s genau (95 %).`;
  }),
  built("The offset changes {n} times?(; between segments both are used)?\\.", ([n, both]) => {
    const times = n === "1" ? "einmal" : `${n}-mal`;
    return `Die Abweichung ändert sich ${times}${both === undefined ? "" : "; zwischen Abschnitten gelten beide"}.`;
  }),
  built(
    "Its records, (?:from line {n} on|lines {n} to {n})(?: \\({t} to {t} by its own clock in UTC, right or wrong\\))?, are not shown to follow this clock: nothing is said of their time, and none of them is attributed\\.",
    ([on, first, last, from, to]) => {
      const lines =
        on === undefined ? `Zeilen ${figure(first)} bis ${figure(last)}` : `ab Zeile ${figure(on)}`;
      const when =
        from === undefined ? "" : ` (${from} bis ${to} nach ihrer eigenen Uhr in UTC, richtig oder falsch)`;
      return `Ihre Datensätze, ${lines}${when}, folgen dieser Uhr nicht nachweislich: Über ihre Zeit wird nichts gesagt, und keiner davon wird zugeordnet.`;
    },
  ),
  plain(
    "Offset is the source's clock minus the reference clock; a corrected time is the recorded time minus the offset.",
    "Die Abweichung ist die Uhr der Quelle minus die Referenzuhr; korrigierte Zeit ist aufgezeichnete Zeit minus Abweichung.",
  ),
  built(
    "It rests on {n} connections\\. At this offset {n} % of a sample (lie within|follow within seconds of) a mapping of their address and port; at other offsets near it {n} % would by chance \\(the odds against chance are e to the power {n}\\)\\. {n} % of the connections fit what is stated\\.",
    ([n, share, how, chance, odds, fit]) => {
      const what =
        how === "lie within"
          ? "liegen innerhalb einer Zuordnung ihrer Adresse und ihres Ports"
          : "folgen binnen Sekunden auf eine Zuordnung ihrer Adresse und ihres Ports";
      return `Sie beruht auf ${figure(n)} Verbindungen. Bei dieser Abweichung ${what}: ${figure(share)} % einer Stichprobe; bei anderen in der Nähe wären es durch Zufall ${figure(chance)} % (e hoch ${figure(odds)} zu eins gegen den Zufall). ${figure(fit)} % der Verbindungen passen zu dem, was hier gesagt ist.`;
    },
  ),
  plain(
    "It is assumed that a connection is recorded by the server after the mapping began, by a least delay of about {n} ms.",
    "Angenommen ist, dass der Server eine Verbindung nach dem Beginn der Zuordnung aufzeichnet, um mindestens etwa {1} ms später.",
  ),
  plain(
    "To name a subscriber the program allows for more: {n} s either way (the guard; the program's validation report says how often clocks of known truth lay within it).",
    "Um einen Anschluss zu benennen, lässt das Programm mehr Raum: {1} s zu jeder Seite (das Schutzband; der Validierungsbericht des Programms sagt, wie oft Uhren von bekannter Wahrheit darin lagen).",
  ),
  built(
    "It rests on {n} pairs? of times(?:; each lies, in the median, {n} s from what the others say)?\\.",
    ([n, left]) => {
      const each =
        left === undefined ? "" : `; jedes liegt im Median ${figure(left)} s von dem, was die anderen sagen`;
      return `Sie beruht auf ${n === "1" ? "einem Zeitpaar" : `${figure(n)} Zeitpaaren`}${each}.`;
    },
  ),
  plain(
    "The source is the clock of the records' own stamp, the reference their second clock; the delay between them is never negative, so the offset is read from its envelope over {n} records, never from its mean.",
    "Quelle ist die Uhr des eigenen Stempels der Datensätze, Referenz ihre zweite Uhr; die Verzögerung dazwischen ist nie negativ, daher ist die Abweichung aus ihrer Hüllkurve über {1} Datensätze gelesen, nie aus ihrem Mittel.",
  ),
  built(
    "The examiner declares, without a computation, that {x}'s clock is {n} s (fast|slow) \\(offset {n} s, source minus reference\\), to within {n} s, over all of its records\\. The reason is kept beside the ledger\\.(?: It contradicts the offset computed against (.+?), so no result that rests on it is unique\\.)?",
    ([source, by, side, offset, width, against]) => {
      const contradicts =
        against === undefined
          ? ""
          : ` Sie widerspricht der gegen ${against} berechneten Abweichung; kein Ergebnis, das darauf beruht, ist „unique“.`;
      return `Der Prüfer erklärt ohne Berechnung, dass die Uhr von ${source} um ${figure(by)} s ${side === "fast" ? "vorgeht" : "nachgeht"} (Abweichung ${figure(offset)} s, Quelle minus Referenz), auf ${figure(width)} s genau, über alle ihre Datensätze. Den Grund bewahrt das Journal.${contradicts}`;
    },
  ),
  plain(
    "Moved by hand, for a reason in the ledger: segment {n} of {x}, from {t} to {t}, is trusted only from {t} to {t}.",
    "Von Hand verschoben, mit Grund im Journal: Abschnitt {1} von {2}, von {3} bis {4}, gilt nur von {5} bis {6}.",
  ),
  plain("No offset of {x} is claimed.", "Für {1} wird keine Abweichung behauptet."),
  plain("Its records carry no second clock.", "Ihre Datensätze tragen keine zweite Uhr."),
  plain(
    "Its {n} pairs do not agree on one offset: they scatter by more than {n} s around any line, or too few of them lie near one.",
    "Ihre {1} Paare stimmen in keiner Abweichung überein: Sie streuen um mehr als {2} s um jede Gerade, oder zu wenige liegen nahe einer.",
  ),
  plain(
    "Only {n} events have an address and port that the NAT log's mappings hold within 26 hours; at least {n} are needed to tell a clock from chance.",
    "Nur {1} Ereignisse haben eine Adresse und einen Port, die das NAT-Protokoll binnen 26 Stunden führt; mindestens {2} sind nötig, um eine Uhr vom Zufall zu unterscheiden.",
  ),
  built(
    "At the best offset within \\+/-26 hours {n} % of (\\d+) events (fall inside a mapping of their address and port|follow shortly after a mapping of their address and port began), against {n} % at offsets near it(?:, but other offsets do nearly as well: the traffic is periodic, or the two logs have no connections in common\\. The logs cannot be told apart from unrelated ones|: no more than chance gives \\({n} nats, {n} are needed\\)\\. The two logs show no connections in common)\\.",
    ([share, n, how, chance, nats, needed]) => {
      const what = how?.startsWith("fall")
        ? "fallen in eine Zuordnung ihrer Adresse und ihres Ports"
        : "folgen kurz auf den Beginn einer Zuordnung ihrer Adresse und ihres Ports";
      const so =
        nats === undefined
          ? ", aber andere Abweichungen sind fast so gut: Der Verkehr ist periodisch, oder die beiden Protokolle haben keine Verbindung gemeinsam. Sie lassen sich von nicht zusammengehörigen nicht unterscheiden"
          : `: nicht mehr, als der Zufall ergibt (${figure(nats)} nats, ${figure(needed)} sind nötig). Die beiden Protokolle zeigen keine gemeinsamen Verbindungen`;
      return `Bei der besten Abweichung innerhalb von ±26 Stunden ${what}: ${figure(share)} % von ${n} Ereignissen, gegen ${figure(chance)} % bei Abweichungen in der Nähe${so}.`;
    },
  ),
  plain(
    "The two logs have connections in common, but too few, or holds too long, to place the offset within half an hour.",
    "Die beiden Protokolle haben gemeinsame Verbindungen, aber zu wenige oder zu lange gehaltene Zuordnungen, um die Abweichung auf eine halbe Stunde zu bestimmen.",
  ),
  plain(
    "The two links of the chain have no time in common.",
    "Die beiden Glieder der Kette haben keine Zeit gemeinsam.",
  ),
];
