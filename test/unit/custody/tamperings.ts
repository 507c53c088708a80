// Tamperings by number: what a forger did, and whether both verifiers caught it and named its place.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createKey, loadSigner, type Signer } from "../../../electron/engine/case/keys";
import { CHECKPOINTS, checkpointFile } from "../../../electron/engine/case/ledger";
import { createCase, openCase } from "../../../electron/engine/case/open";
import { exportExhibit } from "../../../electron/engine/exhibit/export";
import { cover, FORGERS } from "./cover";
import { ATTACKS, random, TAGS } from "./forger";
import { SMALL_PARTS } from "./parts";
import { findings } from "./tamper";
import { WorkingCopy } from "./working-copy";
import { worldKind } from "./world-kind";

const quiet = { signal: new AbortController().signal, progress: () => {} };

export interface Stage {
  readonly copy: WorkingCopy;
  readonly signer: Signer;
  readonly forger: Signer;
}

/** Two exhibits of one case with evidence and hidden texts, and a key of another. */
export async function stage(at: (name: string) => string): Promise<Stage> {
  createCase(at("one.case"), { title: "R v Doe", examiner: "Ada", language: "en" });
  const signer = loadSigner("Ada");
  const live = await openCase(at("one.case"));
  for (let i = 0; i < 3; i++) {
    const file = { name: `log ${i}.txt`, size: i, sha256: String(i).repeat(64), source: `s${i}`, lines: 7 };
    const note = await live.hideText(`received by hand ${i}`);
    const path = await live.hideText(`/evidence/${i}`);
    const entry = {
      inputs: null,
      parameters: { receivedFrom: note, files: [{ path }] },
      outputs: { files: [file] },
    };
    await live.record("evidence.add", { ...entry, result: "done" }, null);
  }
  await live.perform(worldKind, null, { note: "a world" }, { ...quiet, examiner: null });
  const settings = { identify: false, authority: null };
  await exportExhibit(live, { ...settings, out: at("one.bag"), events: null }, null, quiet, SMALL_PARTS);
  await exportExhibit(
    live,
    { ...settings, out: at("other.bag"), events: "line < 4" },
    null,
    quiet,
    SMALL_PARTS,
  );
  await live.close();
  const size = 3;
  const note = readFileSync(join(at("one.case"), CHECKPOINTS, checkpointFile(size)), "utf8");
  const home = process.env.PORTWITNESS_HOME;
  process.env.PORTWITNESS_HOME = at("forger");
  createKey("Ada");
  const forger = loadSigner("Ada");
  process.env.PORTWITNESS_HOME = home;
  const copy = new WorkingCopy(at("one.bag"), at("tampered.bag"), at("other.bag"), { size, note });
  return { copy, signer, forger };
}

export interface Outcome {
  readonly what: string;
  /** Null where it was caught at its place by both; else what went wrong. */
  readonly escaped: string | null;
}

/** Tampering number `n`; null where that draw changes nothing. */
export async function tampering({ copy, signer, forger }: Stage, n: number): Promise<Outcome | null> {
  const draw = random(n);
  const attack = ATTACKS[draw(ATTACKS.length)]!;
  const by = FORGERS[draw(FORGERS.length)]!;
  try {
    const places = attack.run(copy, draw);
    if (places === null) return null;
    // Of a tag file the sums follow from: making them right again would undo the change.
    const onTags = places.some((place) => TAGS.includes(place));
    const covered = onTags || attack.name.includes("payload's place") ? "none" : by;
    cover(copy.folder, covered, signer, forger);
    if (!copy.changed()) return null;
    const what = `${n}: ${attack.name} (${places.join(", ")}), ${covered}`;
    const found = await findings(copy.folder, signer.fingerprint);
    const named = (list: readonly string[], place: string) =>
      place === "*" ? list.length > 0 : list.includes(place);
    const byBoth = (place: string) => named(found.ours, place) && named(found.theirs, place);
    // Whoever made the sums right again is found by what the seal binds, or by what has no place in an exhibit at all.
    const instead = covered === "sums" ? "manifest-sha256.txt" : "seal.note";
    const caught = covered === "none" ? places.every(byBoth) : [...places, instead].some(byBoth);
    if (!caught) {
      const told = (list: readonly string[]) => [...new Set(list)].join(", ") || "nothing";
      return { what, escaped: `ours: ${told(found.ours)}; theirs: ${told(found.theirs)}` };
    }
    return { what, escaped: null };
  } catch (error) {
    return { what: `${n}: ${attack.name}, ${by}`, escaped: `a verifier fell over: ${String(error)}` };
  } finally {
    copy.restore();
  }
}
