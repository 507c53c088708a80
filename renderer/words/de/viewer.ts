// The exhibit's viewer: what a court or the defence reads.
export const VIEWER = {
  "One subscriber line held the port, and no other could have.":
    "Ein Anschluss hielt den Port, und kein anderer kann es gewesen sein.",
  "One party is all that was found. The records are not shown to be complete there, so another may have held the port.":
    "Nur ein Beteiligter wurde gefunden. Dass die Aufzeichnungen dort vollständig sind, ist nicht gezeigt; ein anderer kann den Port gehalten haben.",
  "Two or more parties possibly held the port. None is named.":
    "Zwei oder mehr Beteiligte können den Port gehalten haben. Keiner wird genannt.",
  "No mapping meets the interval. Holders before and after are not candidates.":
    "Keine Bindung trifft das Intervall. Halter davor und danach sind keine Kandidaten.",
  "The records were not asked: no calibrated clock, or outside what the records cover.":
    "Die Aufzeichnungen wurden nicht befragt: keine kalibrierte Uhr oder außerhalb dessen, was die Aufzeichnungen abdecken.",
  "The log has no source port there, so it cannot be asked.":
    "Dem Log fehlt dort der Quellport, also kann nicht gefragt werden.",
  "the folder": "der Ordner",
  "Check this file": "Diese Datei prüfen",
  "The records in this page have the SHA-256 {{hash}}. Drop the exhibit's folder here: the page compares every file with the manifest, walks the ledger's chain, and checks the signatures of checkpoint and seal.":
    "Die Aufzeichnungen in dieser Seite haben den SHA-256 {{hash}}. Legen Sie den Ordner des Beweisstücks hier ab: die Seite vergleicht jede Datei mit dem Manifest, geht die Kette des Journals ab und prüft die Signaturen von Prüfpunkt und Siegel.",
  "A page cannot vouch for itself. Its own SHA-256, and that of {{verifier}}, stand in the statement that travelled by another way; compare them there.":
    "Eine Seite kann nicht für sich selbst bürgen. Ihr eigener SHA-256 und der von {{verifier}} stehen in der Erklärung, die auf anderem Weg gereist ist; vergleichen Sie sie dort.",
  "Fingerprint of the signer's key, from the statement (without it the check says “consistent; signer not established”)":
    "Fingerabdruck des Schlüssels, aus der Erklärung (ohne ihn sagt die Prüfung “consistent; signer not established”)",
  "Drop the exhibit's folder here, or": "Den Ordner des Beweisstücks hier ablegen, oder",
  "Choose the folder": "Ordner wählen",
  "The exhibit's folder": "Der Ordner des Beweisstücks",
  "Everything holds": "Alles stimmt",
  "As recorded": "Wie aufgezeichnet",
  Address: "Adresse",
  "names nobody": "nennt niemanden",
  nobody: "niemanden",
  Filter: "Filter",
  Apply: "Anwenden",
  "The chosen event": "Das gewählte Ereignis",
  "Choose an event to see who could have held its port.":
    "Wählen Sie ein Ereignis, um zu sehen, wer seinen Port gehalten haben kann.",
  Names: "Nennt",
  "Address, port": "Adresse, Port",
  "{{address}} port {{port}} {{protocol}}": "{{address}} Port {{port}} {{protocol}}",
  Interval: "Intervall",
  "{{from}} until before {{to}}": "{{from}} bis vor {{to}}",
  "none within 26 h": "keine innerhalb von 26 h",
  "Parties sharing": "Beteiligte zugleich",
  "line {{line}}, offset {{offset}}, length {{length}}":
    "Zeile {{line}}, Stelle {{offset}}, Länge {{length}}",
  "Who could hold this port": "Wer diesen Port halten konnte",
  "All {{total}}, in order of time": "Alle {{total}}, der Zeit nach",
  "line {{line}}, ports {{ports}}": "Zeile {{line}}, Ports {{ports}}",
  "inside {{address}}": "innen {{address}}",
  "What was found": "Was gefunden wurde",
  "Unpacking the records": "Die Aufzeichnungen werden entpackt",
  "Unpacking the database engine": "Die Datenbank wird entpackt",
  "Opening the records": "Die Aufzeichnungen werden geöffnet",
  Opening: "Wird geöffnet",
  "This exhibit could not be opened": "Dieses Beweisstück ließ sich nicht öffnen",
  "The same figures stand in report.pdf and attribution.csv beside this file.":
    "Dieselben Zahlen stehen in report.pdf und attribution.csv neben dieser Datei.",
  exhibit: "Beweisstück",
  "Parts of the exhibit": "Teile des Beweisstücks",
  "State of {{date}}": "Stand vom {{date}}",
  unknown: "unbekannt",
  "All times end in Z (UTC)": "Alle Zeiten enden auf Z (UTC)",
  "What a result names, and what it does not": "Was ein Ergebnis nennt und was nicht",
  "A result names a subscriber line: the connection that an operator's records show behind a shared public address, on a source port, at a moment. It does not name a person, and it does not name a device.":
    "Ein Ergebnis nennt einen Anschluss: den, den die Aufzeichnungen eines Betreibers zu einem Zeitpunkt mit einem Quellport hinter einer geteilten öffentlichen Adresse zeigen. Es nennt keine Person, und es nennt kein Gerät.",
  "The question": "Die Frage",
  "The answers, counted from the records in this file":
    "Die Antworten, gezählt aus den Aufzeichnungen in dieser Datei",
  "What it means": "Was es heißt",
  "See every event": "Jedes Ereignis ansehen",
  "How to read it": "Wie man es liest",
  "An event is an interval, not an instant. The precision of its log, the uncertainty of its clock and the precision of the operator's records all widen it.":
    "Ein Ereignis ist ein Intervall, kein Augenblick. Die Genauigkeit seines Logs, die Unsicherheit seiner Uhr und die Genauigkeit der Aufzeichnungen des Betreibers erweitern es.",
  "Recorded times are as the log wrote them. What a calibration adds stands beside them in <clock>violet</clock>, in the operator's clock.":
    "Aufgezeichnete Zeiten stehen, wie das Log sie schrieb. Was eine Kalibrierung hinzufügt, steht daneben in <clock>Violett</clock>, in der Uhr des Betreibers.",
  "“Flips at” is the smallest change of the clock's offset that would change the answer. The nearest record is never taken for the right one.":
    "„Kippt bei“ ist die kleinste Änderung des Uhrenversatzes, die die Antwort ändern würde. Der nächstliegende Datensatz wird nie für den richtigen genommen.",
  "Parties that are not an answer stand under pseudonyms (Party A, Party B), the same in every exhibit of the case.":
    "Beteiligte, die keine Antwort sind, stehen unter Pseudonymen (Party A, Party B), in jedem Beweisstück des Falls denselben.",
  "{{rows}} of {{count}} events_one": "{{rows}} von {{count}} Ereignis",
  "{{rows}} of {{count}} events_other": "{{rows}} von {{count}} Ereignissen",
  "{{source}}, attribution of act {{run}}: {{count}} events_one":
    "{{source}}, Zuordnung von Vorgang {{run}}: {{count}} Ereignis",
  "{{source}}, attribution of act {{run}}: {{count}} events_other":
    "{{source}}, Zuordnung von Vorgang {{run}}: {{count}} Ereignisse",
  "Which subscriber line was behind the shared public address and source port of each of {{count}} events, at the moment when it took place?_one":
    "Welcher Anschluss stand hinter der geteilten öffentlichen Adresse und dem Quellport von {{count}} Ereignis, in dem Moment, in dem es stattfand?",
  "Which subscriber line was behind the shared public address and source port of each of {{count}} events, at the moment when it took place?_other":
    "Welcher Anschluss stand hinter der geteilten öffentlichen Adresse und dem Quellport jedes von {{count}} Ereignissen, in dem Moment, in dem es stattfand?",
} as const;
