// Computed mappings as evidence: a text file of rules as the operator's configuration states them, one a line, each
// with the time from which and until which it held (RFC 7422 section 3: a configuration is versioned by time). A rule
// becomes the mappings that it stands for, so that attribution treats them like logged ones.
//   rfc7422 inside=198.51.100.0/28 outside=192.0.2.1/32 per-address=14 dynamic=2 reserved=0-1023 from=... to=...
//   det44 inside=... outside=...   junos inside=... outside=... block=...   map ipv6=... ipv4=... ea=... offset=...
//   lw4o6 ipv4=... psid=... psid-length=... b4=...   eam ipv4=... ipv6=...
//   [Wed Oct 11 14:32:52 2000]:198.51.100.0:28:192.0.2.0:32:2:5040:0:1-1023,5004,5060    (RFC 7422 section 3)
import { readEpoch, readIso, type Stamp } from "../../time/stamp";
import type { LineOutcome } from "../lines";
import { RECORD_MARK, Rfc7422Records } from "./support/rfc7422-record";
import { expandRule } from "./support/rules";
import { gives, pairs, textFormat } from "./support/text";

const LINE = /^\s*(rfc7422|det44|junos|map|lw4o6|eam)\s+(.*)$/;

/** A whole text as a time. */
const stampOf = (text: string): Stamp | null => {
  const stamp = readIso(text) ?? readEpoch(text);
  return stamp && stamp.end === text.length ? stamp : null;
};

export default textFormat({
  id: "nat.rules",
  title: "rules of computed NAT",
  gives: gives("that of the digits written", "start", true, "when-configured"),
  source: "RFC 7422, RFC 7597, RFC 7599, RFC 7596, RFC 7757, VPP det44, Junos deterministic NAPT",
  mark: new RegExp(`^\\s*(?:#|(?:rfc7422|det44|junos|map|lw4o6|eam)\\s+\\w[\\w-]*=)|${RECORD_MARK.source}`),
  otherwise: "no rule",
  reader: (times) => {
    const configurations = new Rfc7422Records();
    return (text, line): LineOutcome => {
      if (text.trimStart().startsWith("#")) return "header";
      if (RECORD_MARK.test(text)) return configurations.read(text, (stamp) => times.one(stamp, line));
      const m = LINE.exec(text);
      if (!m) return { reject: "no rule" };
      const kv = new Map(pairs(m[2]!));
      const bound = (key: string) => {
        const value = kv.get(key);
        if (value === undefined) return { moment: null, fault: null };
        const stamp = stampOf(value);
        const moment = stamp && times.one(stamp, line);
        return { moment, fault: moment === null ? `${key}=${value.slice(0, 40)} is no time` : null };
      };
      const [from, to] = [bound("from"), bound("to")];
      const fault = from.fault ?? to.fault;
      if (fault !== null) return { reject: fault };
      if (from.moment && to.moment && to.moment.us < from.moment.us)
        return { reject: "it ends before it begins" };
      const expanded = expandRule(m[1]!, kv);
      if ("fault" in expanded) return { reject: expanded.fault };
      if (expanded.mappings.length === 0) return { reject: "the rule gives no port to anybody" };
      return expanded.mappings.map((mapping) => ({
        time: from.moment ?? to.moment,
        timeMeans: "start",
        event: "mapping",
        startUs: from.moment?.us ?? null,
        startPrecisionUs: from.moment?.precisionUs ?? null,
        endUs: to.moment?.us ?? null,
        endPrecisionUs: to.moment?.precisionUs ?? null,
        publicIp: mapping.publicIp,
        portLow: mapping.range?.low ?? null,
        portHigh: mapping.range?.high ?? null,
        insideIp: mapping.insideIp,
        fields: { rule: m[1] },
      }));
    };
  },
});
