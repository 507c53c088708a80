// What the whole window knows: the open case, its sources, where the analyst is. One small store outside React, so that a
// command, a key and a component act on the same state; what is only a taste (theme, zone shown, sizes) is remembered.
import { useSyncExternalStore } from "react";
import type { Reply } from "../../shared/contract/contract";
import type { HostReply } from "../../shared/contract/host";
import type { ProductError } from "../../shared/errors";
import { type Kept, type Language, systemLanguage, text } from "../words/words";

export const SCREENS = [
  "evidence",
  "records",
  "clock",
  "attribution",
  "readiness",
  "custody",
  "exhibit",
] as const;
export type Screen = (typeof SCREENS)[number];
export const SCREEN_TITLES: Readonly<Record<Screen, Kept>> = {
  evidence: text("Evidence"),
  records: text("Records"),
  clock: text("Clock"),
  attribution: text("Attribution"),
  readiness: text("Readiness"),
  custody: text("Custody"),
  exhibit: text("Exhibit"),
};

export type CaseInfo = Reply<"case.open">;
export type Source = Reply<"evidence.sources">[number];
export type Theme = "light" | "dark" | "system";

export interface Notice {
  readonly kind: "say" | "good" | "bad";
  readonly text: string;
  readonly mend?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Several sources on one time axis, in place of one source's records. */
export interface Axis {
  readonly sources: readonly string[];
  /** Whose clock it is: a source's, true time (null), or the one to which most of them lead (absent). */
  readonly clock?: string | null;
  /** Only this stretch of it. */
  readonly stretch?: { readonly fromUs: number; readonly toUs: number };
}

/** A dialog of the frame that is open. */
export type Dialog =
  | { readonly kind: "palette" }
  | { readonly kind: "help" }
  | { readonly kind: "new-case" }
  | { readonly kind: "goto" }
  | null;

export interface Prefs {
  readonly theme: Theme;
  readonly language: Language;
  readonly zone: string;
  readonly folded: boolean;
  readonly inspector: boolean;
  readonly side: number;
  readonly inspectorWidths: Readonly<Partial<Record<Screen, number>>>;
  readonly singleKeys: boolean;
  readonly recentCases: readonly string[];
  readonly lastFolder: string;
  /** How long operators keep their records, as last stated; empty where unknown. */
  readonly retentionDays: string;
}

export interface AppState {
  readonly host: HostReply<"host.info"> | null;
  readonly caseInfo: CaseInfo | null;
  readonly sources: readonly Source[];
  readonly screen: Screen;
  readonly source: string | null;
  /** The record that is looked at, by source; a place that outlives an engine. */
  readonly place: Readonly<Record<string, number>>;
  readonly filter: Readonly<Record<string, string>>;
  readonly axis: Axis | null;
  /** The record whose verdict the attribution screen is to show. */
  readonly verdictOf: { readonly source: string; readonly row: number; readonly line: number } | null;
  /** Pairs for a source's clock, marked from its records; lines of the pairs CSV. */
  readonly referencePairs: Readonly<Record<string, readonly string[]>>;
  readonly notice: Notice | null;
  readonly dialog: Dialog;
  readonly engine: "connecting" | "up" | "lost";
  /** What the ledger was last verified to, and with which result. */
  readonly verified: { readonly acts: number; readonly ok: boolean } | null;
  /** Counts acts done in this window: what shows acts asks again when it changes. */
  readonly acts: number;
  /** Goes up with each fresh engine: views are re-opened. */
  readonly engineTurn: number;
  readonly job: string | null;
  /** Gives up the running job, where it can be. */
  readonly stopJob: (() => void) | null;
  readonly questions: number;
  readonly prefs: Prefs;
}

const PREFS_KEY = "portwitness.prefs";
const DEFAULT_PREFS: Prefs = {
  theme: "system",
  language: typeof navigator === "undefined" ? "en" : systemLanguage(navigator.languages),
  zone: "UTC",
  folded: false,
  inspector: true,
  side: 216,
  inspectorWidths: {},
  singleKeys: true,
  recentCases: [],
  lastFolder: "",
  retentionDays: "",
};

function readPrefs(): Prefs {
  try {
    const stored: unknown = JSON.parse(window.localStorage.getItem(PREFS_KEY) ?? "{}");
    return { ...DEFAULT_PREFS, ...(stored as Partial<Prefs>) };
  } catch {
    return DEFAULT_PREFS;
  }
}

let state: AppState = {
  host: null,
  caseInfo: null,
  sources: [],
  screen: "evidence",
  source: null,
  place: {},
  filter: {},
  axis: null,
  verdictOf: null,
  referencePairs: {},
  notice: null,
  dialog: null,
  engine: "connecting",
  verified: null,
  acts: 0,
  engineTurn: 0,
  job: null,
  stopJob: null,
  questions: 0,
  prefs: typeof window === "undefined" ? DEFAULT_PREFS : readPrefs(),
};
const listeners = new Set<() => void>();

export const app = {
  get: (): AppState => state,
  set(change: Partial<AppState>): void {
    state = { ...state, ...change };
    for (const listener of [...listeners]) listener();
  },
  prefer(change: Partial<Prefs>): void {
    const prefs = { ...state.prefs, ...change };
    try {
      window.localStorage.setItem(PREFS_KEY, JSON.stringify(prefs));
    } catch {
      // A window without storage forgets its tastes, nothing else.
    }
    app.set({ prefs });
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export function useApp<T>(select: (state: AppState) => T): T {
  return useSyncExternalStore(app.subscribe, () => select(state));
}
export const useZone = (): string => useApp((s) => s.prefs.zone);
export const useCase = (): string => useApp((s) => s.caseInfo?.path ?? "");
/** The source that is looked at: the chosen one, else the first (of `roles`, where given). */
export const useSource = (): Source | null =>
  useApp((s) => s.sources.find((one) => one.name === s.source) ?? null);

/** The verdict of a record, on the attribution screen. */
export const showVerdict = (source: string, record: { readonly row: number; readonly line: number }): void =>
  app.set({ screen: "attribution", verdictOf: { source, row: record.row, line: record.line } });

export const say = (notice: Notice | null): void => app.set({ notice });
export const sayError = (error: ProductError): void =>
  error.code === "cancelled"
    ? app.set({ notice: { kind: "say", text: error.message, mend: error.mend } })
    : app.set({
        notice: {
          kind: "bad",
          text: [
            error.message,
            error.where.file &&
              ` (${error.where.file}${error.where.line ? `, line ${error.where.line}` : ""})`,
          ]
            .filter(Boolean)
            .join(""),
          mend: error.mend,
        },
      });
