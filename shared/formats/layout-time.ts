// The time of an access line, in every form that a layout may give it: read from the bytes, the minute of the common form
// remembered, and what it leaves open (zone, year) settled by TimeReader or refused, never guessed.
import { latin1, parseUint } from "../record/bytes";
import { SECOND } from "../time/civil";
import type { TimeReader } from "../time/reader";
import { readClf, readIso, type Stamp } from "../time/stamp";
import { COLON, clfMinute } from "./layout-bytes";
import type { Compiled } from "./layout-steps";

export class LayoutTime {
  timeUs = -1;
  precisionUs = 0;
  slackUs = 0;
  hasTime = false;
  private wallUs = 0;
  private zoneUs: number | null = null;
  // The minute of the CLF time read last, as bytes, with its microseconds in UTC.
  private readonly memo = new Uint8Array(24);
  private memoUs = -1;

  constructor(private readonly times: TimeReader) {}

  protected clearTime(): void {
    this.timeUs = -1;
    this.hasTime = false;
    this.slackUs = 0;
    this.zoneUs = null;
  }

  protected settle(line: number): void {
    if (this.zoneUs !== null) this.timeUs = this.wallUs - this.zoneUs;
    else {
      const m = this.times.inZone(this.wallUs, this.precisionUs, this.slackUs, line);
      this.timeUs = m.us;
      this.slackUs = m.slackUs;
    }
  }

  /** `24/Nov/2026:05:34:12 +0000`: the minute and offset are remembered. */
  protected clf(b: Uint8Array, at: number, end: number): boolean {
    if (end - at !== 26) return this.clfSlow(b, at, end);
    const memo = this.memo;
    let same = this.memoUs >= 0;
    if (same) {
      for (let k = 0; k < 17; k++)
        if (b[at + k] !== memo[k]) {
          same = false;
          break;
        }
      if (same)
        for (let k = 20; k < 26; k++)
          if (b[at + k] !== memo[k - 2]) {
            same = false;
            break;
          }
    }
    const tens = b[at + 18]! - 48;
    const ones = b[at + 19]! - 48;
    if (tens < 0 || tens > 5 || ones < 0 || ones > 9 || b[at + 17] !== COLON) return this.clfSlow(b, at, end);
    if (!same) {
      const us = clfMinute(b, at);
      if (Number.isNaN(us)) return this.clfSlow(b, at, end);
      for (let k = 0; k < 17; k++) memo[k] = b[at + k]!;
      for (let k = 20; k < 26; k++) memo[k - 2] = b[at + k]!;
      this.memoUs = us;
    }
    this.wallUs = this.memoUs + (tens * 10 + ones) * SECOND;
    this.zoneUs = 0;
    this.precisionUs = SECOND;
    this.hasTime = true;
    return true;
  }

  protected clfSlow(b: Uint8Array, at: number, end: number): boolean {
    const stamp = readClf(latin1(b, at, Math.min(end, at + 64)));
    return stamp !== null && stamp.end === end - at && this.stamp(stamp);
  }

  protected stamp(s: Stamp | null): boolean {
    if (!s) return false;
    this.wallUs = s.wallUs;
    this.zoneUs = s.offsetUs;
    this.precisionUs = s.precisionUs;
    this.slackUs = s.slackUs;
    this.hasTime = true;
    return true;
  }

  protected time(b: Uint8Array, s: Compiled, at: number, end: number): boolean {
    switch (s.part) {
      case "epochSeconds":
      case "epochMillis":
      case "epochMicros":
        return this.epoch(
          b,
          at,
          end,
          s.part === "epochSeconds" ? SECOND : s.part === "epochMillis" ? 1000 : 1,
        );
      case "millis":
      case "micros": {
        const value = parseUint(b, at, end);
        if (value < 0) return false;
        const unit = s.part === "millis" ? 1000 : 1;
        this.wallUs += value * unit;
        this.precisionUs = unit;
        return true;
      }
      case "iso": {
        const stamp = readIso(latin1(b, at, Math.min(end, at + 48)));
        return stamp !== null && stamp.end === end - at && this.stamp(stamp);
      }
      default:
        return false;
    }
  }

  /** Position after a time in a configured form, or -1. */
  protected strftime(b: Uint8Array, s: Compiled, at: number, to: number, line: number): number {
    const stamp = s.time!.read(latin1(b, at, Math.min(to, at + 80)), 0);
    if (!stamp) return -1;
    if (!stamp.yearless) return this.stamp(stamp) ? at + stamp.end : -1;
    const m = this.times.resolve(stamp, line);
    if (!m) return -1;
    this.timeUs = m.us;
    this.wallUs = m.us;
    this.zoneUs = 0;
    this.precisionUs = m.precisionUs;
    this.slackUs = m.slackUs;
    this.hasTime = true;
    return at + stamp.end;
  }

  protected epoch(b: Uint8Array, at: number, end: number, unit: number): boolean {
    let dot = at;
    while (dot < end && b[dot] !== 46) dot++;
    const whole = parseUint(b, at, dot);
    if (whole < 0 || dot - at < 8) return false;
    let us = whole * unit;
    let precision = unit;
    if (dot < end) {
      const digits = Math.min(6, end - dot - 1);
      const part = parseUint(b, dot + 1, dot + 1 + digits);
      if (part < 0) return false;
      precision = Math.max(1, unit / 10 ** digits);
      us += part * precision;
    }
    this.wallUs = us;
    this.zoneUs = 0;
    this.precisionUs = precision;
    this.hasTime = true;
    return true;
  }
}
