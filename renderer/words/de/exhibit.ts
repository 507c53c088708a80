// Exhibit: what goes in, and how it is checked.
export const EXHIBIT = {
  "A result names a subscriber line, not a person or a device. The report's first page says so, and says what was assumed.":
    "Ein Ergebnis nennt einen Anschluss, keine Person und kein Gerät. Die erste Seite des Berichts sagt das, und sie sagt, was angenommen wurde.",
  "A result names a subscriber line, not a person or a device. Times are as the records give them and as the calibrations correct them. What happened to the files before they were added was told, not seen.":
    "Ein Ergebnis nennt einen Anschluss, keine Person und kein Gerät. Zeiten stehen so, wie die Aufzeichnungen sie geben und die Kalibrierungen sie berichtigen. Was mit den Dateien vor dem Hinzufügen geschah, wurde gesagt, nicht gesehen.",
  Acts: "Vorgänge",
  "Attribute events first.": "Ordnen Sie zuerst Ereignisse zu.",
  Bag: "Beutel",
  Calibrations: "Kalibrierungen",
  Case: "Fall",
  "Consistent; signer not established without a fingerprint from another way.":
    "Stimmig; wer signiert hat, steht ohne einen Fingerabdruck auf anderem Weg nicht fest.",
  Events: "Ereignisse",
  "Export the exhibit": "Beweisstück ausgeben",
  "First page of the report": "Erste Seite des Berichts",
  "How it is checked": "Wie es geprüft wird",
  "Identify the other parties instead of pseudonyms":
    "Die anderen Beteiligten benennen statt Pseudonyme zu setzen",
  "Identifying the other parties needs the authority for it.":
    "Um die anderen Beteiligten zu benennen, fehlt die Rechtsgrundlage.",
  "It is being written.": "Es wird gerade geschrieben.",
  "It needs a place.": "Der Ort fehlt.",
  Limits: "Grenzen",
  Manifest: "Manifest",
  Mappings: "Bindungen",
  "Nothing is attributed yet.": "Noch ist nichts zugeordnet.",
  "Parties other than that of a unique or only result stand as Party A, Party B.":
    "Andere Beteiligte als der eines Ergebnisses unique oder only stehen als Party A, Party B.",
  "Place of the bag; it must not exist": "Ort des Beutels; es darf ihn noch nicht geben",
  Pseudonyms: "Pseudonyme",
  Seal: "Siegel",
  "Signed by the key that was named.": "Mit dem genannten Schlüssel signiert.",
  "The bag holds its own verifier, which needs nothing but Node and shares no code with this program. A verifier out of the bag proves nothing against whoever replaced it: the statement beside the bag is meant to travel another way.":
    "Der Beutel enthält sein eigenes Prüfprogramm, das nur Node braucht und keine Zeile mit diesem Programm teilt. Ein Prüfprogramm aus dem Beutel beweist nichts gegen den, der es ausgetauscht hat: die Erklärung neben dem Beutel soll auf einem anderen Weg reisen.",
  "The bag": "Der Beutel",
  "The exhibit does not verify.": "Das Beweisstück besteht die Prüfung nicht.",
  "The filter language of Records. The mappings that meet the chosen events go with them; nothing else does.":
    "Die Filtersprache der Datensätze. Die Bindungen, die die gewählten Ereignisse treffen, gehen mit; sonst nichts.",
  "Verify an exhibit": "Beweisstück prüfen",
  "Verifying the exhibit": "Das Beweisstück wird geprüft",
  "What goes in": "Was hineinkommt",
  "What it does not say.": "Was es nicht sagt.",
  "What this exhibit answers.": "Was dieses Beweisstück beantwortet.",
  "Where to write the exhibit": "Wohin das Beweisstück geschrieben wird",
  "Which exhibit to verify": "Welches Beweisstück geprüft wird",
  "Which subscriber line was behind a shared address, on a source port, at a moment - and how sure the records let us be.":
    "Welcher Anschluss zu einem Zeitpunkt mit einem Quellport hinter einer geteilten Adresse stand - und wie sicher uns die Aufzeichnungen sein lassen.",
  "Writing the exhibit": "Das Beweisstück wird geschrieben",
  Written: "Geschrieben",
  "a sealed bag that can be verified without this program":
    "ein versiegelter Beutel, der ohne dieses Programm geprüft werden kann",
  "events of {{name}}": "Ereignisse von {{name}}",
  "key {{digits}}": "Schlüssel {{digits}}",
  "order, file number, date": "Anordnung, Aktenzeichen, Datum",
  verified: "geprüft",
  "{{count}} events of {{name}} against {{nat}}: {{verdicts}}._one":
    "{{count}} Ereignis von {{name}} gegen {{nat}}: {{verdicts}}.",
  "{{count}} events of {{name}} against {{nat}}: {{verdicts}}._other":
    "{{count}} Ereignisse von {{name}} gegen {{nat}}: {{verdicts}}.",
  "A copy of the bag is written beside it, which only the holders of these keys can open. The bag itself stays as it is.":
    "Daneben wird eine Kopie des Beutels geschrieben, die nur die Inhaber dieser Schlüssel öffnen können. Der Beutel selbst bleibt, wie er ist.",
  "Also encrypted for transport, to these age recipients":
    "Auch verschlüsselt für den Transport, an diese age-Empfänger",
  "Encrypted copy": "Verschlüsselte Kopie",
  "Add evidence first.": "Fügen Sie zuerst Beweismittel hinzu.",
  "All tables of the case as Parquet, in folders by source and day. A working copy: it names every party and is not sealed.":
    "Alle Tabellen des Falls als Parquet, in Ordnern nach Quelle und Tag. Eine Arbeitskopie: sie nennt jeden Beteiligten und ist nicht versiegelt.",
  "Data set for the lab's own cluster": "Datenbestand für den eigenen Cluster des Labors",
  "Query pack for the operator's cluster": "Abfragepaket für den Cluster des Betreibers",
  "Request {{id}} with {{count}} questions stands in {{out}}._one":
    "Das Ersuchen {{id}} mit {{count}} Frage steht in {{out}}.",
  "Request {{id}} with {{count}} questions stands in {{out}}._other":
    "Das Ersuchen {{id}} mit {{count}} Fragen steht in {{out}}.",
  "Where to write the data set": "Wohin der Datenbestand geschrieben wird",
  "Where to write the request": "Wohin das Ersuchen geschrieben wird",
  "Write the data set": "Datenbestand schreiben",
  "Write the disclosure request": "Auskunftsersuchen schreiben",
  "{{count}} rows stand as Parquet in {{out}}._one": "{{count}} Zeile steht als Parquet in {{out}}.",
  "{{count}} rows stand as Parquet in {{out}}._other": "{{count}} Zeilen stehen als Parquet in {{out}}.",
} as const;
