// Case, examiner and the zone shown; the running job; how far the ledger was verified, and its head.
import { useSyncExternalStore } from "react";
import { link } from "../client/link";
import { CheckSign, WarnSign } from "../signs/icons";
import { groups } from "../signs/numbers";
import { Doing } from "../words/said";
import { Rich, t } from "../words/words";
import { closeCase, verifyCase } from "./case-actions";
import { chooseCase } from "./choose-case";
import { useCommands } from "./commands";
import { app, useApp } from "./store";

/** UTC first; then the zone of this machine, which is only ever a way of reading. */
export const shownZones = (): string[] => {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set(["UTC", "Europe/Berlin", own])];
};

const nextZone = (): void => {
  const zones = shownZones();
  const at = zones.indexOf(app.get().prefs.zone);
  app.prefer({ zone: zones[(at + 1) % zones.length] ?? "UTC" });
};

export function StatusStrip() {
  const info = useApp((s) => s.caseInfo);
  const zone = useApp((s) => s.prefs.zone);
  const job = useApp((s) => s.job);
  const stopJob = useApp((s) => s.stopJob);
  const engine = useApp((s) => s.engine);
  const busy = useSyncExternalStore(link.onBusy, () => link.waiting);
  const verified = useApp((s) => s.verified);
  const host = useApp((s) => s.host);
  useCommands([
    { id: "case.other", title: t("Open another case"), run: () => void chooseCase() },
    ...(info ? [{ id: "case.close", title: t("Close the case"), run: () => void closeCase() }] : []),
    { id: "zone", title: t("Change the zone shown"), keys: "Z", run: nextZone },
    { id: "verify", title: t("Verify the ledger"), where: t("Custody"), run: () => void verifyCase() },
  ]);
  return (
    <footer className="status" data-pane="status">
      {info ? (
        <>
          <span title={info.path}>
            <Rich
              text={info.readOnly ? "Case <b>{{title}}</b> (read-only)" : "Case <b>{{title}}</b>"}
              values={{ title: info.title }}
            />
          </span>
          <span>
            <Rich text="Examiner <b>{{names}}</b>" values={{ names: info.examiners.join(", ") }} />
          </span>
        </>
      ) : (
        <span>{t("No case open")}</span>
      )}
      <button type="button" title={t("Change the zone shown (Z in a table)")} onClick={nextZone}>
        <Rich text="Shown in <b>{{zone}}</b>" values={{ zone }} /> <kbd className="key">Z</kbd>
      </button>
      <span className="spring" aria-live="polite">
        {engine === "connecting" ? t("Reaching the engine…") : (job ?? "")}
        {stopJob ? (
          <>
            {" "}
            <button type="button" className="link" onClick={stopJob}>
              {t("Cancel")}
            </button>
          </>
        ) : null}
        {/* Not read aloud: what takes long says itself what it does. */}
        {busy.overdue && !job && engine === "up" ? (
          <span aria-hidden="true">{busy.progress ? <Doing progress={busy.progress} /> : t("asking…")}</span>
        ) : null}
      </span>
      {host ? <span>{host.carrier === "electron" ? t("this computer") : t("loopback session")}</span> : null}
      {info ? (
        <>
          <button type="button" title={t("Verify the ledger")} onClick={() => void verifyCase()}>
            {verified === null ? (
              t("Ledger not verified yet")
            ) : verified.ok ? (
              <span className="row" style={{ gap: 4 }}>
                <span className="good" style={{ display: "grid" }}>
                  <CheckSign size={12} />
                </span>
                <span>
                  <Rich text="Ledger verified to act <b>{{act}}</b>" values={{ act: verified.acts }} />
                </span>
              </span>
            ) : (
              <span className="danger row" style={{ gap: 4 }}>
                <WarnSign size={12} /> {t("Ledger does not verify")}
              </span>
            )}
          </button>
          <span title={t("Head of the ledger: {{head}}", { head: info.head })}>
            <Rich
              text="head {{digits}}"
              values={{ digits: <span className="mono">{groups(info.head.slice(0, 12))}</span> }}
            />
          </span>
        </>
      ) : null}
    </footer>
  );
}
