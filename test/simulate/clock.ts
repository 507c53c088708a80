// Server clocks with known faults. True time and readings are seconds since the epoch; reading = true + offset(true).

export interface ClockFault {
  /** Seconds at the start of the world: positive is fast. */
  readonly offset: number;
  readonly skewPpm?: number;
  /** Change of the skew, ppm a day: temperature and ageing. */
  readonly driftPpmPerDay?: number;
  /** Sudden changes: at a share of the span, by seconds. */
  readonly steps?: readonly { readonly at: number; readonly by: number }[];
  /** Seconds that a wrong zone or summer-time rule adds, over the whole span. */
  readonly zone?: number;
}

export class ServerClock {
  constructor(
    private readonly fault: ClockFault,
    private readonly from: number,
    private readonly to: number,
  ) {}

  /** Seconds that the clock is ahead of true time. */
  offset(time: number): number {
    const x = time - this.from;
    const f = this.fault;
    let o = f.offset + (f.zone ?? 0) + ((f.skewPpm ?? 0) / 1e6) * x;
    o += ((f.driftPpmPerDay ?? 0) / 1e6 / 86_400) * 0.5 * x * x;
    for (const step of f.steps ?? []) if (x >= step.at * (this.to - this.from)) o += step.by;
    return o;
  }

  read(time: number): number {
    return time + this.offset(time);
  }
}
