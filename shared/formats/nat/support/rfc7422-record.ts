// The configuration record of deterministic NAT, `[time]:I:Imask:O:Omask:D:M:A:R`, which a NAT writes daily and on every
// change. Each record confirms, begins or ends a configuration, so that nobody is named by one that was not in force.
// What the record leaves open names nobody: it does not say whether port 0 is dealt out, so only ports that both readings
// give to the same host are answered; and not how many hosts share an address (C), so it must follow from the masks.
// Source: RFC 7422 section 3 (its own example does not give the table of its section 2.2).
import { parseIpv4 } from "../../../record/address";
import type { NatEvent } from "../../../record/columns";
import type { Moment } from "../../../time/reader";
import { readCtime, readEpoch, readIso, type Stamp } from "../../../time/stamp";
import type { LineOutcome, LineRecord } from "../../lines";
import { expandRule, type RuleMapping } from "./rules";

const RECORD =
  /^\s*\[([^\]]{1,64})\]:([\d.]{7,15}):(\d{1,2}):([\d.]{7,15}):(\d{1,2}):(\d{1,5}):(\d{1,5}):(\d{1,3}):([\d,\s-]*)$/;
/** What begins such a record. */
export const RECORD_MARK = /^\s*\[[^\]]{1,64}\]:[\d.]{7,15}:\d{1,2}:/;

const ALGORITHMS = [
  "sequential",
  "staggered",
  "round robin",
  "interlace",
  "cryptographic",
  "a vendor's own",
] as const;

interface Configuration {
  readonly text: string;
  readonly outsideFrom: number;
  readonly outsideTo: number;
  readonly mappings: readonly RuleMapping[];
  /** Of the last record that stated it. */
  lastUs: number;
}

/** Reads the records of one file in their order. */
export class Rfc7422Records {
  private inForce: Configuration[] = [];

  read(text: string, at: (stamp: Stamp) => Moment | null): LineOutcome {
    const m = RECORD.exec(text);
    if (!m) return { reject: "no RFC 7422 record of nine fields" };
    const stamp = stampOf(m[1]!.trim());
    const time = stamp && at(stamp);
    if (!time) return { reject: `${m[1]!.slice(0, 40)} is no time` };
    const outside = range(m[4]!, Number(m[5]));
    if (outside === null || range(m[2]!, Number(m[3])) === null) return { reject: "its prefixes are none" };
    const configuration = m.slice(2).join(":").trim();
    const touched = this.inForce.filter((c) => c.outsideFrom <= outside.to && outside.from <= c.outsideTo);
    if (touched.some((c) => time.us < c.lastUs))
      return { reject: "it is older than the record before it, so which of them held is not shown" };
    const same = touched.find((c) => c.text === configuration);
    if (same && touched.length === 1) {
      same.lastUs = time.us;
      return records(same, time, "interim");
    }
    this.inForce = this.inForce.filter((c) => !touched.includes(c));
    const ended = touched.flatMap((c) => records(c, time, "release"));
    const expanded = expand(m);
    if ("fault" in expanded) {
      // The change itself is shown: what held before ends here, and nobody is named from here on.
      const [first, ...rest] = ended;
      return first ? [{ ...first, partial: expanded.fault }, ...rest] : { reject: expanded.fault };
    }
    const fresh: Configuration = {
      text: configuration,
      outsideFrom: outside.from,
      outsideTo: outside.to,
      mappings: expanded.mappings,
      lastUs: time.us,
    };
    this.inForce.push(fresh);
    return [...ended, ...records(fresh, time, "start")];
  }
}

const stampOf = (text: string): Stamp | null => {
  const stamp = readCtime(text) ?? readIso(text) ?? readEpoch(text);
  return stamp && stamp.end === text.length ? stamp : null;
};

function range(text: string, length: number): { from: number; to: number } | null {
  const address = parseIpv4(text);
  if (address === null || length > 32) return null;
  const span = 2 ** (32 - length);
  const from = Math.floor(address / span) * span;
  return { from, to: from + span - 1 };
}

function expand(m: RegExpExecArray): { readonly mappings: RuleMapping[] } | { readonly fault: string } {
  const [, , inside, insideMask, outside, outsideMask, dynamic, , algorithm, reserved] = m;
  if (algorithm !== "0") {
    const name = ALGORITHMS[Number(algorithm)] ?? "unknown";
    return {
      fault: `its algorithm is ${algorithm} (${name}): only sequential (0) can be computed without the vendor's text`,
    };
  }
  if (Number(outsideMask) < 31)
    return {
      fault:
        "it does not say how many hosts share an outside address, nor whether the first and the last take part: write it as a rule, rfc7422 ... per-address=",
    };
  const hosts = 2 ** (32 - Number(insideMask)) - (Number(insideMask) > 30 ? 0 : 2);
  const perAddress = Math.ceil(hosts / 2 ** (32 - Number(outsideMask)));
  const reading = (set: string) =>
    expandRule(
      "rfc7422",
      new Map([
        ["inside", `${inside}/${insideMask}`],
        ["outside", `${outside}/${outsideMask}`],
        ["per-address", String(perAddress)],
        ["dynamic", dynamic!],
        ["reserved", set],
      ]),
    );
  const listed = reserved!.replace(/\s/g, "");
  const literal = reading(listed);
  const without = reading(listed === "" ? "0" : `0,${listed}`);
  if ("fault" in literal) return literal;
  if ("fault" in without) return without;
  const mappings = common(literal.mappings, without.mappings);
  return mappings.length > 0 ? { mappings } : { fault: "the rule gives no port to anybody" };
}

/** The ports that both readings give to the same host. */
function common(a: readonly RuleMapping[], b: readonly RuleMapping[]): RuleMapping[] {
  const byHost = new Map<string, RuleMapping[]>();
  const key = (m: RuleMapping): string => `${m.publicIp} ${m.insideIp}`;
  for (const mapping of b) {
    const own = byHost.get(key(mapping));
    if (own) own.push(mapping);
    else byHost.set(key(mapping), [mapping]);
  }
  const out: RuleMapping[] = [];
  for (const mapping of a) {
    for (const other of byHost.get(key(mapping)) ?? []) {
      const low = Math.max(mapping.range!.low, other.range!.low);
      const high = Math.min(mapping.range!.high, other.range!.high);
      if (low <= high) out.push({ ...mapping, range: { low, high } });
    }
  }
  return out;
}

const records = (c: Configuration, time: Moment, event: NatEvent): LineRecord[] =>
  c.mappings.map((mapping) => ({
    time,
    timeMeans: event === "release" ? "end" : event === "start" ? "start" : "written",
    event,
    publicIp: mapping.publicIp,
    portLow: mapping.range?.low ?? null,
    portHigh: mapping.range?.high ?? null,
    insideIp: mapping.insideIp,
    fields: { rule: "rfc7422", configuration: c.text },
  }));
