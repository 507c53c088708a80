// Attribution: verdicts and their sentences, who could hold a port, the dialog of a run.
export const ATTRIBUTION = {
  "A NAT log that covers this pool, or a clock that is better known.":
    "Ein NAT-Log, das diesen Adressbereich abdeckt, oder eine genauer bekannte Uhr.",
  "A calibration of this source's clock for this time.":
    "Eine Kalibrierung der Uhr dieser Quelle für diese Zeit.",
  "A log format that writes the source port (RFC 6302), or a parallel log of the same connections.":
    "Ein Logformat, das den Quellport schreibt (RFC 6302), oder ein paralleles Log derselben Verbindungen.",
  "A log with milliseconds, or NAT records with sub-second times. Either may narrow the bracket below the hand-over.":
    "Ein Log mit Millisekunden oder NAT-Aufzeichnungen mit Sekundenbruchteilen. Beides kann die Klammer enger machen als den Wechsel.",
  "A subscriber line, not a person or a device.": "Ein Anschluss, keine Person und kein Gerät.",
  "Add the server's log first.": "Fügen Sie zuerst das Serverlog hinzu.",
  "After it: line {{natLine}}, began {{duration}} later.":
    "Danach: Zeile {{natLine}}, begann {{duration}} später.",
  "Against the NAT records": "Gegen die NAT-Aufzeichnungen",
  "An exhibit shows them as pseudonyms unless the ledger holds an authority to identify them.":
    "Ein Beweisstück zeigt sie als Pseudonyme, solange das Journal keine Rechtsgrundlage für die Benennung enthält.",
  Attribute: "Zuordnen",
  Attributing: "Es wird zugeordnet",
  "Before it: line {{natLine}}, ended {{duration}} earlier.":
    "Davor: Zeile {{natLine}}, endete {{duration}} früher.",
  "Candidate {{number}}": "Kandidat {{number}}",
  Candidates: "Kandidaten",
  "Choose an event to see its verdict and what it rests on.":
    "Wählen Sie ein Ereignis, um seinen Befund und dessen Grundlage zu sehen.",
  "Choose the events and the operator's records. A line is named only where the records show that it alone held the port; every other answer says why it cannot.":
    "Wählen Sie die Ereignisse und die Aufzeichnungen des Betreibers. Ein Anschluss wird nur genannt, wo die Aufzeichnungen zeigen, dass er allein den Port hielt; jede andere Antwort sagt, warum sie es nicht kann.",
  "Choose the operator's records.": "Wählen Sie die Aufzeichnungen des Betreibers.",
  "Events and their verdicts": "Ereignisse und ihre Befunde",
  "Events of": "Ereignisse von",
  "Export these results": "Diese Ergebnisse ausgeben",
  "Flips at": "Kippt bei",
  "If the offset": "Wäre der Versatz",
  "were different": "ein anderer",
  "Interval, ± s": "Intervall, ± s",
  Mapping: "Bindung",
  "NAT line {{line}}": "NAT-Zeile {{line}}",
  "Neither is a candidate.": "Keiner davon ist ein Kandidat.",
  "No event chosen": "Kein Ereignis gewählt",
  "No event has this verdict.": "Kein Ereignis hat diesen Befund.",
  "No mapping meets the interval.": "Keine Bindung trifft das Intervall.",
  "Nothing is attributed yet": "Noch ist nichts zugeordnet",
  "One line alone meets the interval, and the operator's records are shown to be complete here.":
    "Nur ein Anschluss trifft das Intervall, und die Aufzeichnungen des Betreibers sind hier nachweislich vollständig.",
  "One party is all that was found. The records are not shown to be complete here, so another may have held the port.":
    "Nur ein Beteiligter wurde gefunden. Dass die Aufzeichnungen hier vollständig sind, ist nicht gezeigt; ein anderer kann den Port gehalten haben.",
  "One party is all that was found, and it may be a stranger: the run's findings doubt every match of this address pool at this time.":
    "Nur ein Beteiligter wurde gefunden, und er kann unbeteiligt sein: Die Feststellungen des Laufs bezweifeln jede Übereinstimmung dieses Adressbereichs zu dieser Zeit.",
  "One subscriber line held this port for the whole interval.":
    "Ein Anschluss hielt diesen Port während des ganzen Intervalls.",
  "Original bytes of this event": "Originalbytes dieses Ereignisses",
  Rule: "Regel",
  Run: "Lauf",
  "Show all": "Alle zeigen",
  "Show bytes": "Bytes zeigen",
  "Show only {{verdict}}": "Nur {{verdict}} zeigen",
  "Subscriber records": "Anschlussdaten",
  "The filter language of Records. Questioned events never calibrate their own clock.":
    "Die Filtersprache der Datensätze. Fragliche Ereignisse kalibrieren nie ihre eigene Uhr.",
  "The log has no source port here.": "Dem Log fehlt hier der Quellport.",
  "The operator's records for this pool and this time.":
    "Die Aufzeichnungen des Betreibers für diesen Adressbereich und diese Zeit.",
  "The operator's whole log of these hours, or its own count over it: completeness is shown by both, never assumed.":
    "Das ganze Log des Betreibers für diese Stunden oder seine eigene Zählung darüber: beides zeigt die Vollständigkeit, angenommen wird sie nie.",
  "The party": "Der Beteiligte",
  "The records were not asked, so there is no interval to draw.":
    "Die Aufzeichnungen wurden nicht befragt, also gibt es kein Intervall zu zeichnen.",
  "The records were not asked.": "Die Aufzeichnungen wurden nicht befragt.",
  "The records were not asked: no loaded NAT log covers this time.":
    "Die Aufzeichnungen wurden nicht befragt: kein geladenes NAT-Log deckt diese Zeit ab.",
  "The records were not asked: no loaded pool covers this address.":
    "Die Aufzeichnungen wurden nicht befragt: kein geladener Adressbereich deckt diese Adresse ab.",
  "The records were not asked: the event lies outside the validity of the calibration.":
    "Die Aufzeichnungen wurden nicht befragt: das Ereignis liegt außerhalb der Gültigkeit der Kalibrierung.",
  "The records were not asked: the operator no longer kept them for this time.":
    "Die Aufzeichnungen wurden nicht befragt: der Betreiber hielt sie für diese Zeit nicht mehr vor.",
  "The records were not asked: the source has no accepted calibration.":
    "Die Aufzeichnungen wurden nicht befragt: die Quelle hat keine angenommene Kalibrierung.",
  "There are none yet.": "Noch gibt es keine.",
  "This event": "Dieses Ereignis",
  "To the exhibit": "Zum Beweisstück",
  Verdict: "Befund",
  "Verdicts; each filters": "Befunde; jeder filtert",
  "What would settle it": "Was es klären würde",
  "Which subscriber line was behind an address and port, and how sure can we be":
    "Welcher Anschluss stand hinter einer Adresse und einem Port, und wie sicher können wir sein",
  "Who could hold {{address}} port {{port}} {{protocol}}":
    "Wer {{address}} Port {{port}} {{protocol}} halten konnte",
  "Who could hold": "Wer halten konnte",
  Why: "Warum",
  "all {{total}}, in order of time": "alle {{total}}, der Zeit nach",
  "block {{low}} to {{high}}": "Block {{low}} bis {{high}}",
  "certainly holds": "hält sicher",
  "flips at {{offset}}": "kippt bei {{offset}}",
  "guard ±{{seconds}} s": "Schutzabstand ±{{seconds}} s",
  "interval of the event": "Intervall des Ereignisses",
  "last named {{time}}": "zuletzt genannt {{time}}",
  "no calibration": "keine Kalibrierung",
  "no end shown": "kein Ende belegt",
  "no mapping of this address and port in this stretch":
    "keine Bindung dieser Adresse und dieses Ports in diesem Zeitraum",
  none: "keine",
  "nowhere within 26 h": "nirgends innerhalb von 26 h",
  "possibly holds": "hält möglicherweise",
  "since ever": "seit jeher",
  "the address": "die Adresse",
  "to {{verdict}}": "zu {{verdict}}",
  "{{name}} has no accepted calibration: its events will be out-of-range until its clock is compared.":
    "{{name}} hat keine angenommene Kalibrierung: ihre Ereignisse bleiben out-of-range, bis ihre Uhr verglichen ist.",
  "{{ports}}, possibly {{from}} until before {{to}}": "{{ports}}, möglicherweise {{from}} bis vor {{to}}",
  "{{words}}: change of offset from {{from}} until before {{to}}":
    "{{words}}: Änderung des Versatzes von {{from}} bis vor {{to}}",
  "If the offset were different: {{count}} flips within 26 h_one":
    "Wäre der Versatz ein anderer: {{count}} Kippstelle innerhalb von 26 h",
  "If the offset were different: {{count}} flips within 26 h_other":
    "Wäre der Versatz ein anderer: {{count}} Kippstellen innerhalb von 26 h",
  "Who could hold {{address}} port {{port}}: {{count}} mappings near the event_one":
    "Wer {{address}} Port {{port}} halten konnte: {{count}} Bindung nahe dem Ereignis",
  "Who could hold {{address}} port {{port}}: {{count}} mappings near the event_other":
    "Wer {{address}} Port {{port}} halten konnte: {{count}} Bindungen nahe dem Ereignis",
  "{{count}} events are attributed, {{id}}._one": "{{count}} Ereignis ist zugeordnet, {{id}}.",
  "{{count}} events are attributed, {{id}}._other": "{{count}} Ereignisse sind zugeordnet, {{id}}.",
  "{{count}} parties possibly held this port while the event took place. The records cannot tell which. <b>Neither is named.</b>_one":
    "{{count}} Beteiligter kann diesen Port gehalten haben, während das Ereignis stattfand. <b>Keiner wird genannt.</b>",
  "{{count}} parties possibly held this port while the event took place. The records cannot tell which. <b>Neither is named.</b>_other":
    "{{count}} Beteiligte können diesen Port gehalten haben, während das Ereignis stattfand. Die Aufzeichnungen können nicht sagen, welcher. <b>Keiner wird genannt.</b>",
  "{{count}} parties shared this address then._one": "{{count}} Beteiligter nutzte damals diese Adresse.",
  "{{count}} parties shared this address then._other":
    "{{count}} Beteiligte teilten sich damals diese Adresse.",
  "{{count}} parties_one": "{{count}} Beteiligter",
  "{{count}} parties_other": "{{count}} Beteiligte",
  "{{shown}} of {{count}} events shown_one": "{{shown}} von {{count}} Ereignis gezeigt",
  "{{shown}} of {{count}} events shown_other": "{{shown}} von {{count}} Ereignissen gezeigt",
  "If it were accepted": "Würde sie angenommen",
  "No attribution rests on this clock yet.": "Noch beruht keine Zuordnung auf dieser Uhr.",
  "{{id}}, {{events}}: {{changed}} of {{total}} answers would be others":
    "{{id}}, {{events}}: {{changed}} von {{total}} Antworten wären andere",
  now: "jetzt",
  "if accepted": "danach",
  // Several events of one actor.
  Actor: "Akteur",
  Actors: "Akteure",
  "one of {{count}} lines_one": "einer von {{count}} Anschluss",
  "one of {{count}} lines_other": "einer von {{count}} Anschlüssen",
  Proving: "Beweisend",
  Narrowing: "Eingrenzend",
  Contradicting: "Widersprechend",
  Silent: "Stumm",
  "One line fits every event, and lists of candidates that leave nobody out exclude every other.":
    "Ein Anschluss passt zu jedem Ereignis, und Kandidatenlisten, die niemanden auslassen, schließen jeden anderen aus.",
  "One line fits every event; the records are not complete enough to exclude others.":
    "Ein Anschluss passt zu jedem Ereignis; die Aufzeichnungen sind nicht vollständig genug, um andere auszuschließen.",
  "Two or more lines fit every event.": "Zwei oder mehr Anschlüsse passen zu jedem Ereignis.",
  "No line fits every event: several lines used it, or records are missing. Nobody is named.":
    "Kein Anschluss passt zu jedem Ereignis: mehrere Anschlüsse nutzten ihn, oder Aufzeichnungen fehlen. Niemand wird genannt.",
  "No event has a candidate.": "Kein Ereignis hat einen Kandidaten.",
  proves: "beweist",
  narrows: "grenzt ein",
  contradicts: "widerspricht",
  "says nothing": "sagt nichts",
  "Events with one value of {{field}} are taken for one actor's, and one actor for one subscriber line throughout. That is an assumption, which no record shows; the events' own verdicts stay as they are. Values of one event: {{single}}.":
    "Ereignisse mit gleichem Wert von {{field}} gelten als die eines Akteurs, und ein Akteur durchgehend als ein Anschluss. Das ist eine Annahme, die keine Aufzeichnung zeigt; die eigenen Befunde der Ereignisse bleiben, wie sie sind. Werte eines einzigen Ereignisses: {{single}}.",
  "Actors and their verdicts": "Akteure und ihre Befunde",
  "No value of this field stands in two events.": "Kein Wert dieses Feldes steht in zwei Ereignissen.",
  "Events of this actor": "Ereignisse dieses Akteurs",
  "How it bears": "Wie es wirkt",
  "The first {{shown}} of {{total}} events are listed.":
    "Die ersten {{shown}} von {{total}} Ereignissen sind aufgeführt.",
  "Actor's field": "Feld des Akteurs",
  "none; or a cookie, an account, a connection": "keines; oder ein Cookie, ein Konto, eine Verbindung",
  "A field of the records (FIELD:NAME for one cookie). Events that share its value are intersected, apart from their own verdicts.":
    "Ein Feld der Aufzeichnungen (FELD:NAME für ein Cookie). Ereignisse mit gleichem Wert werden geschnitten, getrennt von ihren eigenen Befunden.",
} as const;
