// F1: what this screen is for, its signs and its keys. Offline, and part of the window.

import { VERDICTS } from "../../shared/contract/attribution";
import { Dialog, Key } from "../parts/parts";
import { VerdictWord } from "../signs/icons";
import { type Kept, t, text } from "../words/words";
import { allCommands } from "./commands";
import { app, SCREEN_TITLES, type Screen, useApp } from "./store";

const ABOUT: Readonly<Record<Screen, Kept>> = {
  evidence: text(
    "Files are read where they lie and are never changed. Each line of a file is a record, a reject, blank or a header, and the figures show that they add up. What a file leaves open - its zone, its year - is asked here and never guessed.",
  ),
  records: text(
    "Every record of a source in file order, with the time as it was written and, beside it in violet, the time as a calibration corrects it. The original bytes are one key away.",
  ),
  clock: text(
    "How far a source's clock was ahead of or behind another, shown by connections that both saw. Nothing is applied before you accept it, and every try is kept in the ledger.",
  ),
  attribution: text(
    "Which subscriber line held an address and port at a moment. A result names one only where the records show one; the other verdicts say why they cannot.",
  ),
  readiness: text(
    "What each source can carry: port, zone, precision and clock, with what is found and what is needed.",
  ),
  custody: text(
    "The ledger: every act, in order, chained and signed. Read the head aloud to compare it with another copy.",
  ),
  exhibit: text(
    "What leaves the lab: a sealed bag that can be verified without this program, byte for byte the same each time.",
  ),
};
const MEANS = {
  unique: text("one line, and the records show that there was no other"),
  only: text("one line was found; the records are not shown to be complete"),
  ambiguous: text("two or more possibly held the port; none is named"),
  none: text("no mapping meets the interval"),
  "out-of-range": text("the records could not be asked"),
  "no-port": text("the log has no source port to ask with"),
} as const;

export function Help() {
  const screen = useApp((s) => s.screen);
  const close = () => app.set({ dialog: null });
  const withKeys = allCommands().filter((command) => command.keys);
  return (
    <Dialog title={t("Help: {{screen}}", { screen: t(SCREEN_TITLES[screen]) })} onClose={close}>
      <p>{t(ABOUT[screen])}</p>
      <h2>{t("Verdicts")}</h2>
      <div className="stack" style={{ gap: 2 }}>
        {VERDICTS.map((verdict) => (
          <div key={verdict} className="row">
            <span style={{ width: 120, flex: "none" }}>
              <VerdictWord verdict={verdict} />
            </span>
            <span className="small muted">{t(MEANS[verdict])}</span>
          </div>
        ))}
      </div>
      <h2>{t("Keys")}</h2>
      <div className="stack" style={{ gap: 2 }}>
        {withKeys.map((command) => (
          <div key={command.id} className="row">
            <span style={{ width: 120, flex: "none" }}>
              <Key keys={command.keys?.split(", ")[0] ?? ""} />
            </span>
            <span className="small">{command.title}</span>
          </div>
        ))}
      </div>
    </Dialog>
  );
}
