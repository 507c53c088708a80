// Attribution: several events of one actor.
export const ACTORS = {
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
