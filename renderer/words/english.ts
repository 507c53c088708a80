// English needs no dictionary, since its texts are the keys; only what a plural says of one is not the key itself.
export const ENGLISH_ONE: Readonly<Record<string, string>> = {
  "{{count}} records_one": "{{count}} record",
  "{{count}} mappings_one": "{{count}} mapping",
  "{{count}} bytes_one": "{{count}} byte",
  "{{count}} segments_one": "{{count}} segment",
  "{{count}} open questions_one": "{{count}} open question",
  "{{count}} more entries are not listed._one": "{{count}} more entry is not listed.",
  "Add {{count}} files_one": "Add {{count}} file",
  "If the offset were different: {{count}} flips within 26 h_one":
    "If the offset were different: {{count}} flip within 26 h",
  "Who could hold {{address}} port {{port}}: {{count}} mappings near the event_one":
    "Who could hold {{address}} port {{port}}: {{count}} mapping near the event",
  "{{count}} events are attributed, {{id}}._one": "{{count}} event is attributed, {{id}}.",
  "{{count}} parties possibly held this port while the event took place. The records cannot tell which. <b>Neither is named.</b>_one":
    "{{count}} party possibly held this port while the event took place. <b>It is not named.</b>",
  "{{count}} parties shared this address then._one": "{{count}} party had this address then.",
  "{{count}} parties_one": "{{count}} party",
  "{{shown}} of {{count}} events shown_one": "{{shown}} of {{count}} event shown",
  "Residuals of {{count}} pairs_one": "Residuals of {{count}} pair",
  "ends of {{count}} intervals_one": "ends of {{count}} interval",
  "{{count}} pairs_one": "{{count}} pair",
  "{{count}} acts, in the order they were done_one": "{{count}} act",
  "Import {{count}} files_one": "Import {{count}} file",
  "one of {{count}} lines_one": "one of {{count}} line",
  "{{count}} candidates_one": "{{count}} candidate",
  "{{count}} questions about {{file}}_one": "One question about {{file}}",
  "{{count}} events of {{name}} against {{nat}}: {{verdicts}}._one":
    "{{count}} event of {{name}} against {{nat}}: {{verdicts}}.",
  "{{count}} partial_one": "{{count}} partial",
  "from {{from}}, {{count}} records_one": "from {{from}}, {{count}} record",
  "{{count}} records, {{filter}} keeps none._one": "{{count}} record, {{filter}} keeps none.",
  "{{rows}} of {{count}} records_one": "{{rows}} of {{count}} record",
  "Request {{id}} with {{count}} questions stands in {{out}}._one":
    "Request {{id}} with {{count}} question stands in {{out}}.",
  "{{count}} rows stand as Parquet in {{out}}._one": "{{count}} row stands as Parquet in {{out}}.",
  "{{count}} rejects_one": "{{count}} reject",
  "all {{count}} records of this view_one": "the {{count}} record of this view",
  "{{count}} records are tagged, act {{act}}._one": "{{count}} record is tagged, act {{act}}.",
  "the {{shown}} largest of {{count}} groups_one": "the largest of {{count}} group",
  "{{count}} groups_one": "{{count}} group",
  "{{count}} records are in {{path}}, act {{act}}._one": "{{count}} record is in {{path}}, act {{act}}.",
  "{{count}} records, as they are shown: columns, order, zone._one":
    "{{count}} record, as it is shown: columns, order, zone.",
  "{{count}} outside its calibration_one": "{{count}} outside its calibration",
  "{{count}} without a time, at the end_one": "{{count}} without a time, at the end",
  "{{count}} values_one": "{{count}} value",
  "{{count}} more_one": "{{count}} more",
  "{{count}} lines_one": "{{count}} line",
  "{{count}} events_one": "{{count}} event",
  "{{count}} questions_one": "{{count}} question",
  "{{count}} pairs are marked; compute them under Clock_one":
    "{{count}} pair is marked; compute it under Clock",
  "{{rows}} of {{count}} events_one": "{{rows}} of {{count}} event",
  "{{source}}, attribution of act {{run}}: {{count}} events_one":
    "{{source}}, attribution of act {{run}}: {{count}} event",
  "Which subscriber line was behind the shared public address and source port of each of {{count}} events, at the moment when it took place?_one":
    "Which subscriber line was behind the shared public address and source port of {{count}} event, at the moment when it took place?",
};
