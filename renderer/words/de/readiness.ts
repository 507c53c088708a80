// Readiness: what a source can carry.
export const READINESS = {
  "Asked for by": "Verlangt von",
  Found: "Vorhanden",
  Needed: "Nötig",
  "No source yet": "Noch keine Quelle",
  "Readiness of the sources": "Eignung der Quellen",
  "Stands in": "Steht in",
  "Time means": "Zeit bedeutet",
  "UTC or an offset in each time": "UTC oder ein Abstand zu UTC in jeder Zeit",
  What: "Was",
  "a calibration against the operator's clock, or NTP statistics of these hours":
    "eine Kalibrierung gegen die Uhr des Betreibers oder NTP-Statistik dieser Stunden",
  "all accounted for, no reject": "alle nachgewiesen, keine Fehlzeile",
  "each line read, or its reject explained": "jede Zeile gelesen oder ihre Zurückweisung erklärt",
  "every record; behind a shared address a line without its port can be of anybody":
    "jeder Datensatz; hinter einer geteilten Adresse kann eine Zeile ohne Port von jedem sein",
  "finer than the shortest time in which a port changes hands":
    "feiner als die kürzeste Zeit, in der ein Port den Halter wechselt",
  "rule of evidence 1": "Beweisregel 1",
  "what each source can carry, and what it lacks": "was jede Quelle trägt und was ihr fehlt",
  "written in each record": "in jedem Datensatz geschrieben",
  "{{zone}}, given by the analyst": "{{zone}}, vom Prüfer angegeben",
} as const;
