// Clock: comparing, the statement, the plots, the history.
export const CLOCK = {
  "95 % band": "95-%-Band",
  "Accept calibration": "Kalibrierung annehmen",
  "Accept the calibration": "Die Kalibrierung annehmen",
  "Accepting adds act {{nextAct}}. It can be undone; the undo is an act too.":
    "Die Annahme fügt Vorgang {{nextAct}} hinzu. Sie lässt sich zurücknehmen; auch das ist ein Vorgang.",
  "Add pairs that you know": "Bekannte Paare hinzufügen",
  "Add pairs": "Paare hinzufügen",
  "Add the server's log and the operator's NAT records; their clocks are compared here.":
    "Fügen Sie das Serverlog und die NAT-Aufzeichnung des Betreibers hinzu; hier werden ihre Uhren verglichen.",
  "Calibration accepted, act {{act}}.": "Kalibrierung angenommen, Vorgang {{act}}.",
  "Compare the clocks": "Uhren vergleichen",
  "Comparing the clocks": "Die Uhren werden verglichen",
  Compute: "Berechnen",
  Confidence: "Deutlichkeit",
  "Declare an offset": "Versatz angeben",
  "Discard the preview": "Die Vorschau verwerfen",
  Discard: "Verwerfen",
  "It needs the offset.": "Der Versatz fehlt.",
  "It needs the reason; it stands in the report.": "Der Grund fehlt; er steht im Bericht.",
  "Its recorded times are shown as they were written, and no event of it is named before its clock is compared.":
    "Ihre Zeiten werden gezeigt, wie sie geschrieben wurden, und kein Ereignis von ihr wird benannt, bevor ihre Uhr verglichen ist.",
  "NTP statistics": "NTP-Statistik",
  "No calibration for {{source}}.": "Keine Kalibrierung für {{source}}.",
  "No clock to compare yet": "Noch keine Uhr zu vergleichen",
  "Nothing is computed yet for {{name}}.": "Für {{name}} ist noch nichts berechnet.",
  "Nothing is typed yet.": "Noch ist nichts eingegeben.",
  "Nothing yet.": "Noch nichts.",
  "Offset and its half-width": "Versatz und seine halbe Breite",
  "Offset of {{name}} over its own clock: {{statement}}":
    "Versatz von {{name}} über der eigenen Uhr: {{statement}}",
  "Offset over {{name}}'s own clock, s": "Versatz über der eigenen Uhr von {{name}}, s",
  "Pairs that you know": "Bekannte Paare",
  Pairs: "Paare",
  "Positive: the source is fast. Outside the interval that the records show, nothing is ever unique with it.":
    "Positiv: die Quelle geht vor. Außerhalb des Intervalls, das die Aufzeichnungen zeigen, ist damit nie etwas unique.",
  "Preview it": "Vorschau",
  "Preview, not applied": "Vorschau, nicht angewandt",
  Recompute: "Neu berechnen",
  "Residuals, s": "Abweichungen, s",
  Span: "Spanne",
  "The calibration {{id}} is undone, act {{act}}.":
    "Die Kalibrierung {{id}} ist zurückgenommen, Vorgang {{act}}.",
  "The clocks may be right; this cannot show it. Add pairs that you know, or a NAT log of the same hours.":
    "Die Uhren mögen stimmen; das kann es nicht zeigen. Fügen Sie bekannte Paare hinzu oder ein NAT-Log derselben Stunden.",
  "The lines as the daemon wrote them.": "Die Zeilen, wie der Dienst sie schrieb.",
  "Tried so far": "Bisher versucht",
  "Undo the last calibration of this source": "Die letzte Kalibrierung dieser Quelle zurücknehmen",
  Undo: "Zurücknehmen",
  "Until its clock is known, every event of {{name}} stays {{verdict}}.":
    "Bis ihre Uhr bekannt ist, bleibt jedes Ereignis von {{name}} {{verdict}}.",
  Valid: "Gültig",
  "What it is compared with": "Womit sie verglichen wird",
  "Writing the calibration": "Die Kalibrierung wird geschrieben",
  "Zone fault": "Zonenfehler",
  "against {{against}}": "gegen {{against}}",
  "all stand in the report": "alle stehen im Bericht",
  "an offset that you declare": "ein Versatz, den Sie angeben",
  "chrony tracking.log, or ntpd loopstats or peerstats":
    "chrony tracking.log oder ntpd loopstats oder peerstats",
  "connections seen in both logs": "Verbindungen, die in beiden Logs stehen",
  "declared by the analyst": "vom Prüfer angegeben",
  "distance from the segment; delay pushes points up, never down":
    "Abstand vom Abschnitt; Verzögerung hebt Punkte, senkt sie nie",
  "never unique: this offset lies outside the computed interval.":
    "nie unique: dieser Versatz liegt außerhalb des berechneten Intervalls.",
  "no whole quarter-hour in the offset": "keine ganze Viertelstunde im Versatz",
  "offset, ppm, ±95 %": "Versatz, ppm, ±95 %",
  "pairs given by the analyst": "vom Prüfer gegebene Paare",
  "pairs that you know": "Paare, die Sie kennen",
  "port blocks that were in use": "Portblöcke, die in Gebrauch waren",
  "positive: {{name}} is fast": "positiv: {{name}} geht vor",
  preview: "Vorschau",
  "recorded is in the source's own clock; reference carries its offset.":
    "recorded steht in der eigenen Uhr der Quelle; reference trägt ihren Abstand zu UTC.",
  segment: "Abschnitt",
  "step of {{step}}": "Sprung um {{step}}",
  "the records' own second clock": "die zweite Uhr der Datensätze selbst",
  "two clocks in each record": "zwei Uhren in jedem Datensatz",
  "what each connection allows, from the segment; the offset lies above the one end and below the other":
    "was jede Verbindung zulässt, vom Abschnitt aus; der Versatz liegt über dem einen und unter dem anderen Ende",
  "{{name}} has no accepted calibration": "{{name}} hat keine angenommene Kalibrierung",
  "{{nats}} nats above chance": "{{nats}} nats über Zufall",
  "Residuals of {{count}} pairs_one": "Abweichungen von {{count}} Paar",
  "Residuals of {{count}} pairs_other": "Abweichungen von {{count}} Paaren",
  "ends of {{count}} intervals_one": "Enden von {{count}} Intervall",
  "ends of {{count}} intervals_other": "Enden von {{count}} Intervallen",
  "{{count}} pairs_one": "{{count}} Paar",
  "{{count}} pairs_other": "{{count}} Paare",
  "segment {{number}}, {{offset}} {{width}}": "Abschnitt {{number}}, {{offset}} {{width}}",
  "Beginning of segment {{number}}": "Anfang von Abschnitt {{number}}",
  "End of segment {{number}}": "Ende von Abschnitt {{number}}",
  "{{name}}: {{time}}. Drag it inwards, or use the arrow keys and Enter.":
    "{{name}}: {{time}}. Nach innen ziehen, oder Pfeiltasten und Enter.",
  "Move a border of {{id}}": "Eine Grenze von {{id}} verschieben",
  "Segment {{number}} will be trusted only from {{from}} to {{to}}.":
    "Abschnitt {{number}} gilt dann nur von {{from}} bis {{to}}.",
  "Between two borders either side may hold, so that events there get wider intervals. A border cannot be moved outwards: beyond it no record shows the clock. Add pairs that you know instead.":
    "Zwischen zwei Grenzen kann jede der beiden Seiten gelten, also werden die Intervalle dort breiter. Nach außen lässt sich eine Grenze nicht verschieben: jenseits zeigt kein Datensatz die Uhr. Fügen Sie stattdessen bekannte Paare hinzu.",
  accepted: "angenommen",
  refused: "abgelehnt",
  undone: "zurückgenommen",
  "Its true time is known": "Seine wahre Zeit ist bekannt",
  "{{count}} pairs are marked; compute them under Clock_one":
    "Ein Paar ist vorgemerkt; berechnen Sie es unter Uhr",
  "{{count}} pairs are marked; compute them under Clock_other":
    "{{count}} Paare sind vorgemerkt; berechnen Sie sie unter Uhr",
  "It needs the true time with its offset, such as 2026-03-21T17:41:08Z.":
    "Die wahre Zeit mit ihrem Abstand zu UTC fehlt, etwa 2026-03-21T17:41:08Z.",
  "It needs how far the true time may be off, in seconds.":
    "Es fehlt, um wie viele Sekunden sie abweichen kann.",
  "Line {{line}} is marked as a pair. Nothing is computed yet.":
    "Zeile {{line}} ist als Paar vorgemerkt. Noch ist nichts berechnet.",
  "To the clock": "Zur Uhr",
  "Line {{line}} as a reference event": "Zeile {{line}} als Referenzereignis",
  "Mark the pair": "Paar vormerken",
  "True time, with its offset": "Wahre Zeit mit ihrem Abstand zu UTC",
  "It may be off by, s": "Mögliche Abweichung, s",
  "From a speaking clock, a receipt, a call that you made yourself: something that does not rest on this log. A questioned event never calibrates its own clock.":
    "Von einer Zeitansage, einem Beleg, einem selbst ausgelösten Aufruf: etwas, das nicht auf diesem Log beruht. Ein fragliches Ereignis kalibriert nie seine eigene Uhr.",
} as const;
