// Custody: the ledger and its check.
export const CUSTODY = {
  Account: "Konto",
  "Act {{seq}}, {{action}}": "Vorgang {{seq}}, {{action}}",
  Act: "Vorgang",
  Action: "Handlung",
  "A review is another examiner's than the author's.":
    "Eine Gegenprüfung ist die eines anderen Prüfers als des Verfassers.",
  "Acts of the ledger": "Vorgänge des Journals",
  Agree: "Zustimmen",
  Chain: "Kette",
  "Choose an act to see all that its line says.":
    "Wählen Sie einen Vorgang, um alles zu sehen, was seine Zeile sagt.",
  Dissent: "Widersprechen",
  Done: "Getan",
  "Every line, checkpoint and signature was checked to act {{act}}.":
    "Jede Zeile, jeder Prüfpunkt und jede Signatur wurde bis Vorgang {{act}} geprüft.",
  "Export an exhibit": "Beweisstück ausgeben",
  "Fingerprint of the examiner's key": "Fingerabdruck des Schlüssels des Prüfers",
  "Head of the ledger, SHA-256 of its last line": "Kopf des Journals, SHA-256 seiner letzten Zeile",
  Inputs: "Eingaben",
  "It stands in the exhibit's texts; the ledger holds its hash.":
    "Es steht in den Texten des Beweisstücks; das Journal enthält seinen Hash.",
  "It is being verified.": "Er wird gerade geprüft.",
  "Its times are this workstation's own claim. A rollback that removes the checkpoints too, or a rewrite by the holder of the key, shows only against something outside: a printed head, a time stamp, an earlier exhibit. Custody before the files were added is what you were told.":
    "Seine Zeiten sind die eigene Angabe dieses Rechners. Ein Zurücksetzen, das auch die Prüfpunkte entfernt, oder ein Neuschreiben durch den Inhaber des Schlüssels zeigt sich nur an etwas Äußerem: einem gedruckten Kopf, einem Zeitstempel, einem früheren Beweisstück. Was vor dem Hinzufügen der Dateien geschah, ist, was Ihnen gesagt wurde.",
  Ledger: "Journal",
  "Name the reviewing examiner.": "Nennen Sie den gegenprüfenden Prüfer.",
  "No act chosen": "Kein Vorgang gewählt",
  Previous: "Vorgänger",
  "Review by a second examiner": "Gegenprüfung durch einen zweiten Prüfer",
  "Reviewing examiner": "Gegenprüfender Prüfer",
  "Say what was checked, or what is wrong.": "Sagen Sie, was geprüft wurde oder was falsch ist.",
  "The case does not verify. Its results are not to be relied on until this is explained.":
    "Der Fall besteht die Prüfung nicht. Auf seine Ergebnisse ist kein Verlass, bis das geklärt ist.",
  "The review is act {{seq}}.": "Die Gegenprüfung ist Vorgang {{seq}}.",
  "Time as claimed": "Zeit wie angegeben",
  "Verify the case": "Fall prüfen",
  "Verify this case": "Diesen Fall prüfen",
  "What a ledger cannot show": "Was ein Journal nicht zeigen kann",
  "{{count}} acts, in the order they were done_one": "{{count}} Vorgang",
  "{{count}} acts, in the order they were done_other":
    "{{count}} Vorgänge, in der Reihenfolge, in der sie geschahen",
} as const;
