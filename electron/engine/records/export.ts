// Records to a CSV file as they are shown, without a cap: page by page, so that fifty million rows need no more memory
// than fifty. It is written beside its place and renamed, so that a cancelled export leaves nothing that looks whole.
import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Temporal } from "temporal-polyfill";
import type { Progress } from "../../../shared/contract/messages";
import { csvLine, spreadsheetLine } from "../../../shared/custody/csv";
import { ProductError } from "../../../shared/errors";
import { type CellView, cellText } from "../../../shared/record/cell-text";
import { type DisplayZone, UTC } from "../../../shared/time/display";
import { parseZone } from "../../../shared/time/zone";
import { cancelled } from "../database/native";
import { recordRows } from "./rows";
import { type View, viewRows } from "./views";

const PAGE = 1_000;
const SUFFIX = ".spreadsheet.csv";

export interface ExportPlan {
  readonly columns: readonly { readonly id: string; readonly title: string }[];
  readonly zone: string;
  readonly out: string;
  readonly spreadsheet: boolean;
}

export interface ExportedRecords {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly cellsChanged: number;
}

/** A zone as it is shown; the grain of its cache is a quarter of an hour, which no zone's change falls inside of. */
export function displayZone(name: string): DisplayZone {
  const rule = parseZone(name);
  if (rule.kind === "unknown" || (rule.kind === "offset" && rule.offsetUs === 0)) return UTC;
  if (rule.kind === "offset") return { utc: false, offsetUs: () => rule.offsetUs };
  const known = new Map<number, number>();
  return {
    utc: rule.name === "UTC",
    offsetUs: (us) => {
      const quarter = Math.floor(us / 900_000_000);
      let offset = known.get(quarter);
      if (offset === undefined) {
        const at = Temporal.Instant.fromEpochMilliseconds(quarter * 900_000);
        offset = Math.round(at.toZonedDateTimeISO(rule.name).offsetNanoseconds / 1_000);
        known.set(quarter, offset);
      }
      return offset;
    },
  };
}

/** Where a plan's file goes: a derived copy says in its name that it is one. Throws "usage" where it cannot. */
export function exportPath({ out, spreadsheet }: ExportPlan): string {
  const named = spreadsheet && !out.endsWith(SUFFIX) ? `${out.replace(/\.csv$/i, "")}${SUFFIX}` : out;
  const path = resolve(named);
  if (existsSync(path))
    throw new ProductError("usage", `${path} exists already.`, "Name a place that does not exist yet.", {
      file: path,
    });
  if (!existsSync(dirname(path)))
    throw new ProductError("usage", `There is no folder ${dirname(path)}.`, "Make it first.", {
      file: dirname(path),
    });
  return path;
}

export interface ExportIo {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

export function exportRecords(view: View, plan: ExportPlan, io: ExportIo): Promise<ExportedRecords> {
  const shown: CellView = { zone: displayZone(plan.zone), zoneKnown: view.source.zone !== "unknown" };
  return writeCells(plan, view.rows, io, async (from, to) => {
    const ids = await viewRows(view, from, to, io.signal);
    const rows = await recordRows(view.openCase, view.source, ids, io.signal);
    return rows.map((row) => plan.columns.map(({ id }) => cellText(row, id, shown)));
  });
}

/** Writes the cells of `rows` rows, asked for a page at a time. */
export async function writeCells(
  plan: ExportPlan,
  rows: number,
  io: ExportIo,
  cells: (from: number, to: number) => Promise<readonly (readonly string[])[]>,
): Promise<ExportedRecords> {
  const path = exportPath(plan);
  const partial = `${path}.partial`;
  const hash = createHash("sha256");
  let bytes = 0;
  let cellsChanged = 0;
  const fd = openSync(partial, "wx", 0o644);
  const write = (text: string): void => {
    const block = Buffer.from(text, "utf8");
    for (let at = 0; at < block.length; ) at += writeSync(fd, block, at);
    hash.update(block);
    bytes += block.length;
  };
  const line = (one: readonly string[]): string => {
    if (!plan.spreadsheet) return csvLine(one.map((cell) => (cell === "" ? null : cell)));
    const made = spreadsheetLine(one);
    cellsChanged += made.changed;
    return made.line;
  };
  try {
    write(line(plan.columns.map((column) => column.title)));
    for (let from = 0; from < rows; from += PAGE) {
      if (io.signal.aborted) throw cancelled();
      const to = Math.min(rows, from + PAGE);
      write((await cells(from, to)).map(line).join(""));
      io.progress({ doing: "Writing records", done: to, total: rows, unit: "rows" });
    }
    fsyncSync(fd);
    closeSync(fd);
    renameSync(partial, path);
  } catch (error) {
    try {
      closeSync(fd);
    } catch {
      // It was closed already.
    }
    rmSync(partial, { force: true });
    throw error;
  }
  return { path, rows, bytes, sha256: hash.digest("hex"), cellsChanged };
}
