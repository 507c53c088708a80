// What syslog's sequenceId says was lost between a NAT and its log (RFC 5424 section 7.3.1): it counts a device's messages,
// so that a number left out is a message that never arrived. Every line is counted, also one that is no record, and a late
// one takes back what its gap counted.

/** A step back by more than this many is a restart of the device, by less a message out of order. */
const LATE = 10_000;
/** A step on by more than this is no loss that a log could show, but another count. */
const LEAP = 1 << 24;

interface State {
  next: number;
  /** Numbers left out of late, oldest first. */
  readonly missing: Set<number>;
}

export class SyslogSequence {
  private readonly states = new Map<string, State>();

  /** Counts a device's line. Returns the messages that it shows as lost; -1 where it is one of those itself. */
  pass(device: string, sequence: number): number {
    const state = this.states.get(device);
    if (state === undefined) {
      this.states.set(device, { next: sequence + 1, missing: new Set() });
      return 0;
    }
    const step = sequence - state.next;
    if (step < 0 && step >= -LATE) return state.missing.delete(sequence) ? -1 : 0;
    state.next = sequence + 1;
    if (step < 0 || step > LEAP) {
      state.missing.clear();
      return 0;
    }
    for (let n = Math.max(sequence - LATE, sequence - step); n < sequence; n++) state.missing.add(n);
    for (const n of state.missing) {
      if (n >= sequence - LATE) break;
      state.missing.delete(n);
    }
    return step;
  }
}
