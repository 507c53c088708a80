// What each verdict says, in the words of the exhibit.
import { text } from "../words/words";

export const MEANS = {
  unique: text("One subscriber line held the port, and no other could have."),
  only: text(
    "One party is all that was found. The records are not shown to be complete there, so another may have held the port.",
  ),
  ambiguous: text("Two or more parties possibly held the port. None is named."),
  none: text("No mapping meets the interval. Holders before and after are not candidates."),
  "out-of-range": text("The records were not asked: no calibrated clock, or outside what the records cover."),
  "no-port": text("The log has no source port there, so it cannot be asked."),
} as const;
