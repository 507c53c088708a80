// F1: what this screen is for, its signs and its keys. Offline, and part of the window.

import { VERDICTS } from "../../shared/contract/attribution";
import { Dialog, Key } from "../parts/parts";
import { VerdictWord } from "../signs/icons";
import { allCommands } from "./commands";
import { app, SCREEN_TITLES, type Screen, useApp } from "./store";

const ABOUT: Readonly<Record<Screen, string>> = {
  evidence:
    "Files are read where they lie and are never changed. Each line of a file is a record, a reject, blank or a header, and the figures show that they add up. What a file leaves open - its zone, its year - is asked here and never guessed.",
  records:
    "Every record of a source in file order, with the time as it was written and, beside it in violet, the time as a calibration corrects it. The original bytes are one key away.",
  clock:
    "How far a source's clock was ahead of or behind another, shown by connections that both saw. Nothing is applied before you accept it, and every try is kept in the ledger.",
  attribution:
    "Which subscriber line held an address and port at a moment. A result names one only where the records show one; the other verdicts say why they cannot.",
  readiness:
    "What each source can carry: port, zone, precision and clock, with what is found and what is needed.",
  custody:
    "The ledger: every act, in order, chained and signed. Read the head aloud to compare it with another copy.",
  exhibit:
    "What leaves the lab: a sealed bag that can be verified without this program, byte for byte the same each time.",
};
const MEANS = {
  unique: "one line, and the records show that there was no other",
  only: "one line was found; the records are not shown to be complete",
  ambiguous: "two or more possibly held the port; none is named",
  none: "no mapping meets the interval",
  "out-of-range": "the records could not be asked",
  "no-port": "the log has no source port to ask with",
} as const;

export function Help() {
  const screen = useApp((s) => s.screen);
  const close = () => app.set({ dialog: null });
  const withKeys = allCommands().filter((command) => command.keys);
  return (
    <Dialog title={`Help: ${SCREEN_TITLES[screen]}`} onClose={close}>
      <p>{ABOUT[screen]}</p>
      <h2>Verdicts</h2>
      <div className="stack" style={{ gap: 2 }}>
        {VERDICTS.map((verdict) => (
          <div key={verdict} className="row">
            <span style={{ width: 120, flex: "none" }}>
              <VerdictWord verdict={verdict} />
            </span>
            <span className="small muted">{MEANS[verdict]}</span>
          </div>
        ))}
      </div>
      <h2>Keys</h2>
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
