// ISC dhcpd lease database: blocks `lease ADDRESS { ... }` with times in UTC ("4 2026/03/05 10:00:00", the first digit the
// weekday) or, with db-time-format local, in epoch seconds. A lease that was released or abandoned holds no longer.
// Source: dhcpd.leases(5).
import { SECOND } from "../../time/civil";
import type { Moment } from "../../time/reader";
import { readIso } from "../../time/stamp";
import { gives, textFormat } from "../nat/support/text";
import { epochMoment } from "../nat/support/times";

const VALUES = {
  starts: /\n\s+starts (.*);/,
  ends: /\n\s+ends (.*);/,
  "binding state": /\n\s+binding state (.*);/,
  "client-hostname": /\n\s+client-hostname (.*);/,
  uid: /\n\s+uid (.*);/,
};
const LEASE = /^lease (\S+) \{/;

export default textFormat({
  id: "isc.leases",
  title: "ISC dhcpd lease database",
  role: "subscriber",
  gives: { ...gives("1 s", "start", true, "utc"), port: "never" },
  source: "dhcpd.leases(5)",
  mark: /^(?:lease \S+ \{|#|server-duid|authoring-byte-order|failover peer|[a-z-]+ .*;)/,
  otherwise: "no lease",
  continues: (text, before) => LEASE.test(before) && !/(?:^|\n)\}\s*$/.test(before) && !LEASE.test(text),
  reader: () => (text) => {
    const m = LEASE.exec(text);
    if (!m) return "header";
    if (!/\n\}\s*$/.test(text)) return { reject: "a lease without its closing brace" };
    const get = (key: keyof typeof VALUES): string | null =>
      VALUES[key].exec(text)?.[1]?.replace(/^"(.*)"$/, "$1") ?? null;
    const start = timeOf(get("starts"));
    const end = timeOf(get("ends"));
    if (start === null) return { reject: "a lease without its start" };
    const mac = /\n\s+hardware \w+ ([0-9a-f:]+);/i.exec(text)?.[1] ?? null;
    const state = get("binding state");
    const held = state === null || state === "active" || state === "expired";
    return {
      time: start,
      timeMeans: "start",
      event: held ? "mapping" : "other",
      insideIp: m[1],
      subscriber: mac ?? get("uid"),
      startUs: held ? start.us : null,
      startPrecisionUs: held ? SECOND : null,
      endUs: held ? (end?.us ?? null) : null,
      endPrecisionUs: held && end !== null ? SECOND : null,
      fields: { state, hostname: get("client-hostname"), uid: get("uid"), hardware: mac },
    };
  },
});

function timeOf(text: string | null): Moment | null {
  if (text === null || text === "never") return null;
  const epoch = /^epoch (\d{9,10})/.exec(text);
  if (epoch) return epochMoment(Number(epoch[1]) * SECOND, SECOND);
  const stamp = readIso(text.replace(/^\d /, ""));
  return stamp === null ? null : epochMoment(stamp.wallUs, SECOND);
}
