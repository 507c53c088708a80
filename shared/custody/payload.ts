// What an exhibit's data/ holds (CASE, "Exhibit"): these files, all of them, and time-stamps where there are any.

/** Files that no exhibit lacks, below data/. */
export const PAYLOAD = [
  "README.txt",
  "attribution.csv",
  "attribution.spreadsheet.csv",
  "case.jsonld",
  "checkpoint.note",
  "custody.jsonl",
  "evidence.csv",
  "records.duckdb",
  "report.pdf",
  "rows.note",
  "rows.salts",
  "texts.jsonl",
  "verify.mjs",
  "viewer.html",
] as const;

/** A checkpoint that was stamped, by the acts that it covers, and an authority's reply. */
export const STAMPED_NOTE = /^data\/timestamps\/([0-9]{10})\.note$/;
export const STAMP_REPLY = /^data\/timestamps\/([0-9]{10})-([0-9a-f]{16})\.tsr$/;

const KNOWN: ReadonlySet<string> = new Set(PAYLOAD.map((name) => `data/${name}`));

/** True for a path below data/ that has a place in an exhibit. */
export const isPayload = (path: string): boolean =>
  KNOWN.has(path) || STAMPED_NOTE.test(path) || STAMP_REPLY.test(path);
