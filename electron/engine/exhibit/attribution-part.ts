// attribution.csv (byte-faithful, the file of record), attribution.spreadsheet.csv (derived, formulas defused), and the
// row tree: rows.salts has each row's salt, rows.note signs the root, so that a part can be disclosed and still be proven.

import type { AttributionRow } from "../../../shared/contract/attribution";
import { concat, utf8 } from "../../../shared/custody/bytes";
import { checkpointText, rowsOrigin } from "../../../shared/custody/checkpoint";
import { type Cell, csvRecord, spreadsheetLine } from "../../../shared/custody/csv";
import { canonicalJson } from "../../../shared/custody/ledger-line";
import { leafHash, MerkleFrontier } from "../../../shared/custody/merkle";
import { sha256 } from "../case/files";
import { signNote } from "../case/ledger";
import { caseSecret, DataFile, type ExhibitContext, type ExhibitPart, rowSalt, writeData } from "./context";
import { type Run, resultsOf } from "./runs";

/** The contract's keys of a result, after those that say which event it is of. */
export const ATTRIBUTION_COLUMNS = [
  "run",
  "events",
  "line",
  "offset",
  "time",
  "timeUs",
  "srcIp",
  "srcPort",
  "protocol",
  "verdict",
  "rule",
  "subscriber",
  "insideIp",
  "realm",
  "candidates",
  "nearest",
  "sharedBy",
  "intervalFromUs",
  "intervalToUs",
  "flipUs",
  "portFrom",
] as const;

/** RFC 3339 in UTC with microseconds, as recorded (not corrected). */
export function instantText(us: number | null): string | null {
  if (us === null) return null;
  const ms = Math.floor(us / 1000);
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return null;
  return `${date.toISOString().slice(0, -1)}${String(us - ms * 1000).padStart(3, "0")}Z`;
}

function cells(context: ExhibitContext, run: Run, row: AttributionRow): Cell[] {
  const holders = (list: AttributionRow["candidates"]) =>
    canonicalJson(list.map((holder) => ({ realm: null, ...holder, ...context.parties.show(holder) })));
  return [
    `a${run.seq}`,
    run.events,
    row.line,
    row.offset,
    instantText(row.timeUs),
    row.timeUs,
    row.srcIp,
    row.srcPort,
    row.protocol,
    row.verdict,
    row.rule,
    row.subscriber,
    row.insideIp,
    row.realm ?? null,
    holders(row.candidates),
    holders(row.nearest),
    row.sharedBy,
    row.intervalFromUs,
    row.intervalToUs,
    row.flipUs,
    row.portFrom === undefined ? null : canonicalJson({ ...row.portFrom }),
  ];
}

export const attributionPart: ExhibitPart = {
  name: "attribution.csv",
  async build(context) {
    const csv = new DataFile(context.data, "attribution.csv");
    const sheet = new DataFile(context.data, "attribution.spreadsheet.csv");
    const salts = new DataFile(context.data, "rows.salts");
    const tree = new MerkleFrontier(sha256);
    const secret = caseSecret(context.signer, context.firstLine);
    let changed = 0;
    const write = (row: readonly Cell[]): void => {
      const record = utf8(csvRecord(row));
      const salt = rowSalt(secret, context.ledgerRoot, tree.size, record);
      tree.appendLeafHash(leafHash(concat(salt, record), sha256));
      csv.write(record);
      csv.write("\r\n");
      salts.write(`${Buffer.from(salt).toString("hex")}\n`);
      const derived = spreadsheetLine(row);
      sheet.write(derived.line);
      changed += derived.changed;
    };
    try {
      write(ATTRIBUTION_COLUMNS);
      for (const run of context.runs) {
        for await (const rows of resultsOf(context.live, run, context.io.signal)) {
          for (const row of rows) write(cells(context, run, row));
          context.facts.events += rows.length;
          context.io.progress({
            doing: "Writing results",
            done: context.facts.events,
            total: null,
            unit: "rows",
          });
        }
      }
    } finally {
      csv.close();
      sheet.close();
      salts.close();
    }
    context.facts.spreadsheetCellsChanged = changed;
    context.facts.pseudonyms = context.parties.pseudonyms;
    const text = checkpointText({
      origin: rowsOrigin(context.firstLine),
      size: tree.size,
      root: tree.root(),
    });
    writeData(context, "rows.note", signNote(text, context.signer));
  },
};
