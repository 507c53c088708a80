// Files on their way into the case: chosen or dropped, looked at, asked about, imported. Nothing is stored before its
// questions are answered, and no answer is chosen beforehand.

import { useSyncExternalStore } from "react";
import type { Reply, Request } from "../../shared/contract/contract";
import type { Progress } from "../../shared/contract/messages";
import type { ProductError } from "../../shared/errors";
import type { Role } from "../../shared/record/columns";
import { link } from "../client/link";
import { asProductError } from "../client/use-request";
import { afterAct } from "../frame/case-actions";
import { choosePaths } from "../frame/file-browser";
import { app, say, sayError } from "../frame/store";
import { t } from "../words/words";

export type Preview = Reply<"evidence.preview">;

export interface Draft {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  readonly role: Role | "";
  readonly format: string;
  readonly layout: string;
  readonly map: string;
  readonly zone: string;
  readonly year: string;
  readonly extent: "full" | "query";
  readonly window: string;
  readonly retention: string;
  readonly receivedFrom: string;
  readonly authority: string;
  readonly exhibitRef: string;
  readonly copy: boolean;
  readonly storeFields: boolean;
  readonly preview: Preview | null;
  readonly error: ProductError | null;
  readonly state: "looking" | "ready" | "importing" | "failed";
  readonly progress: Progress | null;
  readonly startedMs: number;
}

interface QueueState {
  readonly drafts: readonly Draft[];
  readonly chosen: number | null;
  /** The imports of this case stand still until they are let go on. */
  readonly held: boolean;
}
let state: QueueState = { drafts: [], chosen: null, held: false };
/** When the imports were held last. */
let heldSinceMs = 0;
const listeners = new Set<() => void>();
const controllers = new Map<number, AbortController>();
let next = 1;

function set(change: Partial<QueueState>): void {
  state = { ...state, ...change };
  for (const listener of [...listeners]) listener();
  app.set({
    questions: state.drafts.filter((draft) => blockedBecause(draft) !== null && draft.state === "ready")
      .length,
  });
}
function change(id: number, part: Partial<Draft>): void {
  set({ drafts: state.drafts.map((draft) => (draft.id === id ? { ...draft, ...part } : draft)) });
}
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};
export const useQueue = (): QueueState => useSyncExternalStore(subscribe, () => state);
export const chooseDraft = (id: number | null): void => set({ chosen: id });

/** A source's name from a file's: "access.log.1" is "access". */
export function nameFrom(path: string, taken: ReadonlySet<string>): string {
  const file = path.split(/[\\/]/).pop() ?? "";
  const stem =
    file
      .replace(/(\.(log|txt|csv|json|gz|zst|bz2|xz|zip|tar|tgz|\d+))+$/i, "")
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "")
      .slice(0, 60) || "source";
  if (!taken.has(stem)) return stem;
  for (let n = 2; ; n++) if (!taken.has(`${stem}-${n}`)) return `${stem}-${n}`;
}

/** Why it cannot be imported yet, in a sentence, or null. */
export function blockedBecause(draft: Draft): string | null {
  const { preview } = draft;
  if (draft.state === "looking" || !preview) return t("The file is being looked at.");
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(draft.name))
    return t("Its name needs letters, digits, dots, dashes or underscores.");
  for (const question of preview.questions) {
    if (question.kind === "zone" && !draft.zone) return t("Import needs the zone.");
    if (question.kind === "year" && !/^\d{4}$/.test(draft.year)) return t("Import needs the year.");
    if (question.kind === "role" && !draft.role) return t("Import needs to know what the file is.");
    if (question.kind === "layout" && !draft.layout) return t("Import needs the layout.");
    if (question.kind === "map" && !draft.map) return t("Import needs to know what the columns are.");
    if (question.kind === "dayMonth" && !draft.layout) return t("Import needs the order of day and month.");
  }
  if (preview.problem) return preview.problem.message;
  if (!preview.chosen && draft.format === "auto") return t("Choose a format.");
  return null;
}

const mapOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split(",")
      .map((part) => part.split("=").map((side) => side.trim()))
      .filter((pair): pair is [string, string] => pair.length === 2 && Boolean(pair[0]) && Boolean(pair[1])),
  );

function reading(draft: Draft) {
  return {
    format: draft.format,
    ...(draft.role ? { role: draft.role } : {}),
    ...(draft.layout ? { layout: draft.layout } : {}),
    ...(draft.map ? { map: mapOf(draft.map) } : {}),
    ...(draft.zone ? { zone: draft.zone } : {}),
    ...(/^\d{4}$/.test(draft.year) ? { year: Number(draft.year) } : {}),
  };
}

/** A question that was answered stays where it was, so that its answer can be seen and changed. */
function keptQuestions(before: Preview | null, now: Preview): Preview["questions"] {
  if (!before || before.chosen !== now.chosen) return now.questions;
  const open = new Map(now.questions.map((question) => [question.kind, question]));
  const known = new Set(before.questions.map((question) => question.kind));
  return [
    ...before.questions.map((question) => open.get(question.kind) ?? question),
    ...now.questions.filter((question) => !known.has(question.kind)),
  ];
}

async function look(id: number): Promise<void> {
  const draft = state.drafts.find((one) => one.id === id);
  const info = app.get().caseInfo;
  if (!draft || !info) return;
  controllers.get(id)?.abort();
  const controller = new AbortController();
  controllers.set(id, controller);
  change(id, { state: "looking", error: null });
  try {
    const preview = await link.request(
      "evidence.preview",
      { case: info.path, file: draft.path, ...reading(draft) },
      { signal: controller.signal },
    );
    if (controller.signal.aborted) return;
    change(id, { preview: { ...preview, questions: keptQuestions(draft.preview, preview) }, state: "ready" });
  } catch (thrown) {
    if (!controller.signal.aborted) change(id, { error: asProductError(thrown), state: "ready" });
  }
}

export function addPaths(paths: readonly string[]): void {
  if (!paths.length) return;
  const taken = new Set([...app.get().sources.map((s) => s.name), ...state.drafts.map((d) => d.name)]);
  const fresh = paths.map((path): Draft => {
    const name = nameFrom(path, taken);
    taken.add(name);
    return {
      id: next++,
      path,
      name,
      role: "",
      format: "auto",
      layout: "",
      map: "",
      zone: "",
      year: "",
      extent: "full",
      window: "",
      retention: "",
      receivedFrom: "",
      authority: "",
      exhibitRef: "",
      copy: false,
      storeFields: false,
      preview: null,
      error: null,
      state: "looking",
      progress: null,
      startedMs: 0,
    };
  });
  app.set({ screen: "evidence" });
  set({ drafts: [...state.drafts, ...fresh], chosen: fresh[0]?.id ?? null });
  for (const draft of fresh) void look(draft.id);
}

export async function addFiles(): Promise<void> {
  addPaths(await choosePaths("files", t("Add evidence")));
}

/** Dropped files: where the shell knows their paths they are added at once; a browser must ask where they lie. */
export async function dropFiles(files: readonly File[]): Promise<void> {
  if (!app.get().caseInfo) {
    say({ kind: "say", text: t("Open or make a case first, then drop the files again.") });
    return;
  }
  const bridge = window.portwitness;
  if (bridge) addPaths(files.map((file) => bridge.pathOf(file)).filter(Boolean));
  else
    addPaths(
      await choosePaths(
        "files",
        t("Where do the dropped files lie?"),
        undefined,
        files.map((file) => ({ name: file.name, size: file.size })),
      ),
    );
}

/** Answers and settings; what bears on reading asks for a new look. */
export function edit(id: number, part: Partial<Draft>): void {
  change(id, part);
  if (["role", "format", "layout", "map", "zone", "year"].some((key) => key in part)) {
    const draft = state.drafts.find((one) => one.id === id);
    const incomplete = "year" in part && part.year !== "" && !/^\d{4}$/.test(part.year ?? "");
    if (draft && !incomplete) void look(id);
  }
}

export function drop(id: number): void {
  controllers.get(id)?.abort();
  controllers.delete(id);
  const drafts = state.drafts.filter((draft) => draft.id !== id);
  set({ drafts, chosen: state.chosen === id ? (drafts[0]?.id ?? null) : state.chosen });
}

/** Imports a file, and with it every other waiting file of the same name: parts of one log are one source. */
export async function importDraft(id: number): Promise<void> {
  const draft = state.drafts.find((one) => one.id === id);
  const info = app.get().caseInfo;
  if (!draft || !info || blockedBecause(draft) || draft.state === "importing") return;
  const together = state.drafts.filter(
    (one) => one.id === id || (one.name === draft.name && one.state === "ready"),
  );
  const controller = new AbortController();
  for (const one of together) {
    controllers.set(one.id, controller);
    change(one.id, { state: "importing", error: null, progress: null, startedMs: performance.now() });
  }
  const request: Request<"evidence.add"> = {
    case: info.path,
    files: together.map((one) => one.path),
    as: draft.name,
    ...reading(draft),
    extent: draft.extent,
    ...(draft.window ? { window: draft.window } : {}),
    ...(draft.retention ? { retention: draft.retention } : {}),
    ...(draft.receivedFrom ? { receivedFrom: draft.receivedFrom } : {}),
    ...(draft.authority ? { authority: draft.authority } : {}),
    ...(draft.exhibitRef ? { exhibitRef: draft.exhibitRef } : {}),
    copy: draft.copy,
    storeFields: draft.storeFields,
  };
  try {
    const done = await link.request("evidence.add", request, {
      signal: controller.signal,
      progress: (progress) => {
        for (const one of together) change(one.id, { progress });
      },
    });
    for (const one of together) drop(one.id);
    // Before the sources are asked for again, so that what is chosen meanwhile stays chosen.
    app.set({ source: draft.name });
    await afterAct();
    const lines = done.files.reduce((sum, file) => sum + file.lines, 0);
    const rejects = done.files.reduce((sum, file) => sum + file.rejects, 0);
    say({
      kind: "good",
      text: t("{{name}} is stored, act {{act}}: {{lines}} lines, {{rejects}} rejects.", {
        name: draft.name,
        act: done.act,
        lines,
        rejects,
      }),
    });
  } catch (thrown) {
    const error = asProductError(thrown);
    for (const one of together)
      change(one.id, { state: "ready", progress: null, error: error.code === "cancelled" ? null : error });
    if (error.code === "cancelled")
      say({
        kind: "say",
        text: t("Import of {{name}} is cancelled. Nothing was kept.", { name: draft.name }),
      });
  } finally {
    // A hold ends with the last import that it held: the next one starts by itself.
    if (state.held && !state.drafts.some((one) => one.state === "importing")) await holdImports(false);
  }
}

/** Holds every import of the case where it stands, or lets them go on. */
export async function holdImports(hold: boolean): Promise<void> {
  const info = app.get().caseInfo;
  if (!info) return;
  try {
    const { held } = await link.request("evidence.hold", { case: info.path, hold });
    // The time held does not count for the rate.
    if (held) heldSinceMs = performance.now();
    else if (state.held)
      for (const draft of state.drafts)
        if (draft.state === "importing")
          change(draft.id, { startedMs: draft.startedMs + performance.now() - heldSinceMs });
    set({ held });
  } catch (thrown) {
    sayError(asProductError(thrown));
  }
}

export const cancelImport = (id: number): void => controllers.get(id)?.abort();
export const clearQueue = (): void => {
  for (const controller of controllers.values()) controller.abort();
  controllers.clear();
  set({ drafts: [], chosen: null, held: false });
};
