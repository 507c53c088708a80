// What sequence numbers say was lost between exporter and collector. IPFIX counts data records, version 9 messages,
// version 5 flows; a late message takes back what its gap counted. Loss is shown, since a start that was lost leaves a
// mapping that looks as if it had never been. Source: RFC 7011 section 3.1; RFC 3954 section 5.1.
import type { Origin } from "./emit";

const WRAP = 4_294_967_296;
/** A step back by more than this many is a restart of the exporter, by less a message out of order. */
const LATE = 10_000;

interface State {
  origin: Origin;
  /** Number that the next message must have; null where it cannot be known. */
  expected: number | null;
  lost: number;
  late: boolean;
}

export class SequenceBook {
  private readonly states = new Map<string, State>();

  /** A set of `origin`'s message begins. Returns what its number shows as lost. */
  message(origin: Origin): number {
    const key = `${origin.exporter ?? ""}/${origin.version}/${origin.domain}`;
    const state = this.states.get(key);
    if (!state) {
      this.states.set(key, { origin, expected: after(origin), lost: 0, late: false });
      return 0;
    }
    if (state.origin === origin) return 0;
    const gap = state.expected === null ? 0 : (origin.sequence - state.expected + WRAP) % WRAP;
    // Some exporters count records in version 9 too.
    const byRecords =
      origin.version === 9 && origin.sequence === (state.origin.sequence + state.origin.count) % WRAP;
    state.late = gap >= WRAP - LATE;
    state.origin = origin;
    if (state.late) {
      const back = origin.version === 9 ? 1 : origin.version === 5 ? origin.count : 0;
      const taken = Math.min(back, state.lost);
      state.lost -= taken;
      return -taken;
    }
    const lost = gap > 0 && gap < WRAP / 2 && !byRecords ? gap : 0;
    state.expected = after(origin);
    state.lost += lost;
    return lost;
  }

  /** A data record of the message at hand was read. Returns how much of the loss it takes back (a late IPFIX message). */
  record(origin: Origin): number {
    if (origin.version !== 10) return 0;
    const state = this.states.get(`${origin.exporter ?? ""}/10/${origin.domain}`);
    if (!state || state.origin !== origin) return 0;
    if (state.late) {
      if (state.lost === 0) return 0;
      state.lost--;
      return 1;
    }
    if (state.expected !== null) state.expected = (state.expected + 1) % WRAP;
    return 0;
  }

  /** The message holds a set that cannot be counted. */
  unknown(origin: Origin): void {
    const state = this.states.get(`${origin.exporter ?? ""}/${origin.version}/${origin.domain}`);
    if (state && origin.version === 10 && !state.late) state.expected = null;
  }
}

/** IPFIX: the records that follow are added as they are read. */
function after(origin: Origin): number {
  const step = origin.version === 9 ? 1 : origin.version === 5 ? origin.count : 0;
  return (origin.sequence + step) % WRAP;
}
