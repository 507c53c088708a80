// Opening, making and refreshing a case, the same from a button, the palette and a restarted engine.

import { link } from "../client/link";
import { asProductError } from "../client/use-request";
import { doingText } from "../words/said";
import { t } from "../words/words";
import { app, type CaseInfo, say, sayError } from "./store";

/** How this window opened its case, so that a fresh engine opens it in the same way. */
let opened: { case: string; readOnly: boolean } | null = null;

function entered(info: CaseInfo): void {
  const recent = [info.path, ...app.get().prefs.recentCases.filter((path) => path !== info.path)].slice(0, 8);
  app.prefer({ recentCases: recent });
  app.set({ caseInfo: info, verified: null, acts: app.get().acts + 1 });
  if (info.recovered.length) say({ kind: "say", text: info.recovered.join(" ") });
}

/** Gives up the case that was open until now, so that another program can have it. */
async function leave(unless: string): Promise<void> {
  const before = app.get().caseInfo;
  if (before && before.path !== unless)
    await link.request("case.close", { case: before.path }).catch(() => {});
}

export async function openCase(path: string, readOnly = false): Promise<boolean> {
  try {
    const info = await link.request("case.open", { case: path, readOnly });
    await leave(info.path);
    opened = { case: info.path, readOnly };
    app.set({
      sources: [],
      source: null,
      place: {},
      filter: {},
      axis: null,
      verdictOf: null,
      referencePairs: {},
      notice: null,
      screen: "evidence",
    });
    entered(info);
    await refreshSources();
    return true;
  } catch (thrown) {
    const error = asProductError(thrown);
    sayError(error);
    if (error.code === "case-in-use")
      say({
        kind: "bad",
        text: error.message,
        mend: error.mend,
        action: { label: t("Open it read-only"), run: () => void openCase(path, true) },
      });
    return false;
  }
}

export async function newCase(
  path: string,
  title: string,
  examiner: string,
  language: string,
): Promise<void> {
  const info = await link.request("case.new", { case: path, title, examiner, language });
  await leave(info.path);
  opened = { case: info.path, readOnly: false };
  app.set({
    sources: [],
    source: null,
    place: {},
    filter: {},
    axis: null,
    verdictOf: null,
    referencePairs: {},
    notice: null,
    screen: "evidence",
  });
  entered(info);
  await refreshSources();
}

export async function closeCase(): Promise<void> {
  const info = app.get().caseInfo;
  opened = null;
  app.set({
    caseInfo: null,
    sources: [],
    source: null,
    place: {},
    filter: {},
    axis: null,
    verdictOf: null,
    referencePairs: {},
    notice: null,
  });
  if (info) await link.request("case.close", { case: info.path }).catch(() => {});
}

export async function openDemo(): Promise<void> {
  app.set({ job: t("Making the demo case") });
  try {
    const { case: path } = await link.host("host.demo", {});
    await openCase(path);
  } catch (thrown) {
    sayError(asProductError(thrown));
  } finally {
    app.set({ job: null });
  }
}

export async function refreshSources(): Promise<void> {
  const { caseInfo } = app.get();
  if (!caseInfo) return;
  const sources = await link.request("evidence.sources", { case: caseInfo.path });
  // As it is now: another source may have been chosen while these were asked for.
  const { source } = app.get();
  const still = sources.some((one) => one.name === source);
  app.set({ sources, source: still ? source : (sources[0]?.name ?? null) });
}

/** After an act: the head of the ledger and the sources as they are now. */
export async function afterAct(): Promise<void> {
  if (!opened) return;
  try {
    const info = await link.request("case.open", opened);
    app.set({ caseInfo: info, acts: app.get().acts + 1 });
    await refreshSources();
  } catch (thrown) {
    sayError(asProductError(thrown));
  }
}

/** A fresh engine knows no case: it gets this one again, and the screens re-open their views. */
export async function engineIsBack(): Promise<void> {
  if (opened) {
    try {
      const info = await link.request("case.open", opened);
      app.set({ caseInfo: info });
    } catch (thrown) {
      sayError(asProductError(thrown));
      return;
    }
  }
  app.set({ engineTurn: app.get().engineTurn + 1 });
  say({
    kind: "say",
    text: t("The engine stopped and is back. Your place is kept."),
    mend: t("Nothing in the ledger is affected."),
  });
}

export async function verifyCase(signal?: AbortSignal): Promise<void> {
  const { caseInfo } = app.get();
  if (!caseInfo) return;
  app.set({ job: t("Verifying the ledger") });
  try {
    const report = await link.request(
      "custody.verify",
      { path: caseInfo.path },
      {
        signal,
        progress: (p) => app.set({ job: doingText(p) }),
      },
    );
    await afterAct();
    app.set({ verified: { acts: caseInfo.acts, ok: report.ok } });
    const first = report.problems[0];
    say(
      report.ok
        ? { kind: "good", text: t("The ledger verifies to act {{acts}}.", { acts: caseInfo.acts }) }
        : {
            kind: "bad",
            text: `${first?.where ?? ""}: ${first?.message ?? t("the case does not verify")}`,
            mend: t("See Custody."),
          },
    );
  } catch (thrown) {
    sayError(asProductError(thrown));
  } finally {
    app.set({ job: null });
  }
}
