// Case, examiner and the zone shown; the running job; how far the ledger was verified, and its head.
import { CheckSign, WarnSign } from "../signs/icons";
import { groups } from "../signs/numbers";
import { verifyCase } from "./case-actions";
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
  const engine = useApp((s) => s.engine);
  const verified = useApp((s) => s.verified);
  const host = useApp((s) => s.host);
  useCommands([
    { id: "zone", title: "Change the zone shown", keys: "Z", run: nextZone },
    { id: "verify", title: "Verify the ledger", where: "Custody", run: () => void verifyCase() },
  ]);
  return (
    <footer className="status" data-pane="status">
      {info ? (
        <>
          <span title={info.path}>
            Case <b>{info.title}</b>
            {info.readOnly ? " (read-only)" : ""}
          </span>
          <span>
            Examiner <b>{info.examiners.join(", ")}</b>
          </span>
        </>
      ) : (
        <span>No case open</span>
      )}
      <button type="button" title="Change the zone shown (Z in a table)" onClick={nextZone}>
        Shown in <b>{zone}</b> <kbd className="key">Z</kbd>
      </button>
      <span className="spring" aria-live="polite">
        {engine === "connecting" ? "Reaching the engine…" : (job ?? "")}
      </span>
      {host ? <span>{host.carrier === "electron" ? "this computer" : "loopback session"}</span> : null}
      {info ? (
        <>
          <button type="button" title="Verify the ledger" onClick={() => void verifyCase()}>
            {verified === null ? (
              <>Ledger not verified yet</>
            ) : verified.ok ? (
              <span className="row" style={{ gap: 4 }}>
                <span className="good" style={{ display: "grid" }}>
                  <CheckSign size={12} />
                </span>
                Ledger verified to act <b style={{ marginLeft: 0 }}>{verified.acts}</b>
              </span>
            ) : (
              <span className="danger row" style={{ gap: 4 }}>
                <WarnSign size={12} /> Ledger does not verify
              </span>
            )}
          </button>
          <span title={`Head of the ledger: ${info.head}`}>
            head <span className="mono">{groups(info.head.slice(0, 12))}</span>
          </span>
        </>
      ) : null}
    </footer>
  );
}
