// Wall clock to UTC under a zone rule. In a DST fold (an hour that occurs twice) and in a gap (an hour that does not
// occur) two readings are possible; both are kept as a widened interval, since choosing one could name the wrong
// subscriber. Source: RFC 8536 (TZif) for what a transition is; tzdata through temporal-polyfill.
import { Temporal } from "temporal-polyfill";
import { DAY } from "./civil";
import type { ZoneRule, ZoneStretch } from "./zone";

export interface Resolved {
  readonly us: number;
  /** Greater than 0 where the wall clock has two readings: the second lies this much later. */
  readonly slackUs: number;
}

// Beyond any log; Temporal's own range is wider.
const EARLIEST = -30 * 365 * DAY;
const LATEST = 200 * 365 * DAY;

export class ZoneClock {
  private stretches: ZoneStretch[];
  private last: ZoneStretch | null = null;

  /** The rule's own stretches (a ledger's) go before the zone data at hand. */
  constructor(readonly rule: ZoneRule) {
    this.stretches = rule.kind === "iana" ? [...(rule.stretches ?? [])] : [];
  }

  /** The stretches that [fromUs, toUs) meets, in order of time; empty for a rule without any. */
  between(fromUs: number, toUs: number): readonly ZoneStretch[] {
    const out: ZoneStretch[] = [];
    if (this.rule.kind !== "iana") return out;
    for (let at = fromUs; at < toUs; at = out[out.length - 1]!.toUs) out.push(this.stretchAt(at));
    return out;
  }

  /** UTC of a wall clock reading (as if UTC). */
  resolve(wallUs: number): Resolved {
    if (this.rule.kind === "unknown") return { us: wallUs, slackUs: 0 };
    if (this.rule.kind === "offset") return { us: wallUs - this.rule.offsetUs, slackUs: 0 };
    const last = this.last;
    // A day away from both ends of a stretch no other reading can exist.
    if (last && wallUs - last.offsetUs >= last.fromUs + DAY && wallUs - last.offsetUs < last.toUs - DAY)
      return { us: wallUs - last.offsetUs, slackUs: 0 };
    const early = this.stretchAt(wallUs - DAY);
    const late = this.stretchAt(wallUs + DAY);
    this.last = late;
    if (early === late) return { us: wallUs - early.offsetUs, slackUs: 0 };
    const candidates: number[] = [];
    let at: ZoneStretch = early;
    for (;;) {
      const us = wallUs - at.offsetUs;
      if (us >= at.fromUs && us < at.toUs) candidates.push(us);
      if (at.toUs > wallUs + DAY) break;
      at = this.stretchAt(at.toUs);
    }
    if (candidates.length === 0) candidates.push(wallUs - early.offsetUs, wallUs - late.offsetUs);
    const least = Math.min(...candidates);
    return { us: least, slackUs: Math.max(...candidates) - least };
  }

  /** Offset in force at an instant. */
  offsetAt(us: number): number {
    if (this.rule.kind === "unknown") return 0;
    if (this.rule.kind === "offset") return this.rule.offsetUs;
    return this.stretchAt(us).offsetUs;
  }

  private stretchAt(us: number): ZoneStretch {
    for (const s of this.stretches) if (us >= s.fromUs && us < s.toUs) return s;
    if (this.rule.kind !== "iana") throw new Error("only an IANA zone has stretches");
    const here = Temporal.Instant.fromEpochMilliseconds(Math.floor(us / 1000)).toZonedDateTimeISO(
      this.rule.name,
    );
    // getTimeZoneTransition("previous") looks strictly before; a millisecond on finds a transition at `here` itself.
    const previous = here.add({ milliseconds: 1 }).getTimeZoneTransition("previous");
    const next = here.getTimeZoneTransition("next");
    const stretch: ZoneStretch = {
      fromUs: previous ? previous.epochMilliseconds * 1000 : EARLIEST,
      toUs: next ? next.epochMilliseconds * 1000 : LATEST,
      offsetUs: Math.round(here.offsetNanoseconds / 1000),
    };
    this.stretches.push(stretch);
    return stretch;
  }
}
