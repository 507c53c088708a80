// English needs no dictionary, since its texts are the keys; only what a plural says of one is not the key itself.
export const ENGLISH_ONE: Readonly<Record<string, string>> = {
  "{{count}} records_one": "{{count}} record",
  "{{count}} bytes_one": "{{count}} byte",
  "{{count}} segments_one": "{{count}} segment",
  "{{count}} open questions_one": "{{count}} open question",
  "{{count}} more entries are not listed._one": "{{count}} more entry is not listed.",
  "Add {{count}} files_one": "Add {{count}} file",
};
