// The window's settings of a case: saved views. A file beside the ledger that nothing else reads; a damaged one is set
// aside rather than trusted or lost.
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { type SavedView, savedView } from "../../../shared/contract/views";
import { replaceFile } from "./files";

const FILE = "window.json";
const settings = v.object({ views: v.array(savedView) });

export function readViews(folder: string): SavedView[] {
  const file = join(folder, FILE);
  if (!existsSync(file)) return [];
  try {
    return v.parse(settings, JSON.parse(readFileSync(file, "utf8"))).views;
  } catch {
    return [];
  }
}

export function writeViews(folder: string, views: readonly SavedView[]): void {
  const file = join(folder, FILE);
  if (existsSync(file)) {
    try {
      v.parse(settings, JSON.parse(readFileSync(file, "utf8")));
    } catch {
      renameSync(file, `${file}.damaged`);
    }
  }
  replaceFile(file, Buffer.from(`${JSON.stringify({ views }, null, 2)}\n`, "utf8"));
}
