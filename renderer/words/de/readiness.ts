// Readiness: what a source can carry.
export const READINESS = {
  Accessible: "Vorlegbar",
  "Asked for by": "Verlangt von",
  "By default": "Ab Werk",
  Feasible: "Machbar",
  Found: "Vorhanden",
  Manageable: "Verwaltbar",
  Needed: "Nötig",
  "No source yet": "Noch keine Quelle",
  Possible: "Möglich",
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
  no: "nein",
  partly: "teilweise",
  "rule of evidence 1": "Beweisregel 1",
  "what each source can carry, and what it lacks": "was jede Quelle trägt und was ihr fehlt",
  yes: "ja",
  "written in each record": "in jedem Datensatz geschrieben",
  "{{some}} of {{records}} records, {{share}}": "{{some}} von {{records}} Datensätzen, {{share}}",
  "{{zone}}, given by the analyst": "{{zone}}, vom Prüfer angegeben",
} as const;
