// One case with a small world in it, and its exhibit, as tests of exhibits begin with.
import { loadSigner, type Signer } from "../../../electron/engine/case/keys";
import { createCase, openCase } from "../../../electron/engine/case/open";
import { type ExportOptions, exportExhibit } from "../../../electron/engine/exhibit/export";
import { QUICK_PARTS } from "./parts";
import { worldKind } from "./world-kind";

export const quiet = { signal: new AbortController().signal, progress: () => {} };

export const settings = (out: string, more: Partial<ExportOptions> = {}): ExportOptions => ({
  out,
  events: null,
  identify: false,
  authority: null,
  ...more,
});

export async function exportFrom(casePath: string, out: string, more: Partial<ExportOptions> = {}) {
  const live = await openCase(casePath);
  try {
    return await exportExhibit(live, settings(out, more), null, quiet, QUICK_PARTS);
  } finally {
    await live.close();
  }
}

/** Ada's case and its exhibit. */
export async function smallCase(path: string, bag: string): Promise<Signer> {
  createCase(path, { title: "R v Doe", examiner: "Ada", language: "en" });
  const live = await openCase(path);
  await live.perform(worldKind, null, { note: "a world" }, { ...quiet, examiner: null });
  await live.close();
  await exportFrom(path, bag);
  return loadSigner("Ada");
}
