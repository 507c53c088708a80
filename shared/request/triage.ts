// Which events are worth asking an operator about, and how soon. Its records expire: what is asked too late is lost for
// good, what is asked without need discloses people for nothing (rule of evidence 12).
import type { Verdict } from "../contract/attribution";

export const WORTHS = ["ask", "compare-first", "weak", "answered", "expired"] as const;
/**
 * `ask`: port and time are known and the case's records leave it open. `compare-first`: the same, but no clock was compared,
 * so the interval is minutes wide; have the records preserved, compare, then ask. `weak`: no port, a destination only.
 * `answered`: the records at hand name a line already. `expired`: by the stated retention the operator keeps it no longer.
 */
export type Worth = (typeof WORTHS)[number];

export interface Triaged {
  /** Whether the event's source port is known. */
  readonly port: boolean;
  /** Whether the interval rests on a clock that was compared. */
  readonly compared: boolean;
  /** Of the latest attribution of this event; null where there is none. */
  readonly verdict: Verdict | null;
  /** Until when the operator keeps its records by the stated retention, in microseconds; null where none is stated. */
  readonly deadlineUs: number | null;
}

export function worthOf(event: Triaged, nowUs: number): Worth {
  if (event.verdict === "unique") return "answered";
  if (event.deadlineUs !== null && event.deadlineUs <= nowUs) return "expired";
  if (!event.port) return "weak";
  return event.compared ? "ask" : "compare-first";
}

/** Most pressing first: by worth, then by deadline (none stated last), then by row. */
export function byUrgency(
  a: { readonly worth: Worth; readonly deadlineUs: number | null; readonly row: number },
  b: { readonly worth: Worth; readonly deadlineUs: number | null; readonly row: number },
): number {
  const worth = WORTHS.indexOf(a.worth) - WORTHS.indexOf(b.worth);
  if (worth !== 0) return worth;
  const late = Number.MAX_SAFE_INTEGER;
  return (a.deadlineUs ?? late) - (b.deadlineUs ?? late) || a.row - b.row;
}
