// A cell of a text column of a batch, however its parser wrote it: as a string, or as bytes behind the row's before it.
import type { ColumnData } from "../../../shared/record/batch";

export function textCell(c: ColumnData, row: number): string | null {
  if (c.valid[row] !== 1) return null;
  const lane = c.utf8;
  if (lane === null) return c.text![row] ?? null;
  let before = row - 1;
  while (before >= 0 && c.valid[before] !== 1) before--;
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
    lane.bytes.subarray(before < 0 ? 0 : lane.ends[before], lane.ends[row]),
  );
}
