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
  Outputs: "Ausgaben",
  Parameters: "Angaben",
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
  "A backup needs a passphrase.": "Eine Sicherung braucht eine Passphrase.",
  "Back up the key": "Schlüssel sichern",
  "Bring in the reply": "Antwort einlesen",
  "Certificates that you trust (PEM)": "Zertifikate, denen Sie vertrauen (PEM)",
  "End this key: what it signs afterwards does not hold":
    "Diesen Schlüssel beenden: Was er danach signiert, gilt nicht",
  Kept: "Aufbewahrt",
  "Passphrase of the backup, or of the new key": "Passphrase der Sicherung oder des neuen Schlüssels",
  "Put a new key in its place": "Durch einen neuen Schlüssel ersetzen",
  "Revoke the key": "Schlüssel widerrufen",
  "Say first that it is meant.": "Bestätigen Sie zuerst, dass es gewollt ist.",
  "The authority's reply": "Antwort der Stelle",
  "The examiner's key": "Schlüssel des Prüfers",
  "The first {{acts}} acts existed at {{time}}, says {{authority}}.":
    "Die ersten {{acts}} Vorgänge bestanden um {{time}}, sagt {{authority}}.",
  "The first {{acts}} acts existed at {{time}}, says {{authority}}; whether it is to be trusted was not checked.":
    "Die ersten {{acts}} Vorgänge bestanden um {{time}}, sagt {{authority}}; ob ihr zu trauen ist, wurde nicht geprüft.",
  "The key is kept in {{out}}, encrypted.": "Der Schlüssel liegt verschlüsselt in {{out}}.",
  "The key signs no more.": "Der Schlüssel signiert nicht mehr.",
  "The new key is {{digits}}.": "Der neue Schlüssel ist {{digits}}.",
  "The query holds the hash of the newest checkpoint and nothing else. An authority's reply shows that these acts existed by then; it is checked here, offline.":
    "Die Anfrage enthält den Hash des neuesten Prüfpunkts und sonst nichts. Die Antwort einer Stelle zeigt, dass diese Vorgänge bis dahin bestanden; sie wird hier ohne Netz geprüft.",
  "The query is written: {{out}}. Carry it to an authority.":
    "Die Anfrage ist geschrieben: {{out}}. Bringen Sie sie zu einer Stelle.",
  "Time-stamp from outside (RFC 3161)": "Zeitstempel von außen (RFC 3161)",
  "Where to write the key's backup": "Wohin die Sicherung des Schlüssels geschrieben wird",
  "Where to write the query": "Wohin die Anfrage geschrieben wird",
  "Without certificates": "Ohne Zertifikate",
  "Write a query": "Anfrage schreiben",
  "encrypted under a passphrase": "unter einer Passphrase verschlüsselt",
  "not encrypted": "unverschlüsselt",
} as const;
