// FreeRADIUS detail files: a local date line, tab-indented attributes, a blank line. Two clocks: Event-Timestamp is the
// NAS's, Timestamp the server's epoch at receipt, late by Acct-Delay-Time. A session is the NAS's and its id's; when the
// NAS restarts (Accounting-On, -Off) all of its sessions end. Port sets: RFC 8045 (241.5 to 241.7) and vendors' own.
// Source: FreeRADIUS rlm_detail; RFC 2866 sections 5.1, 5.2, 5.5; RFC 2869 section 5.3; RFC 8045 section 3.
import { SECOND } from "../../time/civil";
import { monthOf, readCtime, readEpoch, readIso, type Stamp, stampOf } from "../../time/stamp";
import { together } from "../line-parts";
import type { LineRecord } from "../lines";
import { gives, portOf, textFormat } from "../nat/support/text";
import { epochMoment } from "../nat/support/times";

const ATTRIBUTE = /^\t([\w.:-]+)(?::\d+)? (?:[+:]?=) (?:"((?:[^"\\]|\\.)*)"|(.*))$/;
/** `Jun  9 2015 00:03:47 CEST`; newer versions may write a fraction, ISO 8601 or the epoch itself. */
const EVENT_TIME = /^([A-Z][a-z]{2}) +(\d{1,2}) (\d{4}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: (\S+))?$/;

export default textFormat({
  id: "freeradius.detail",
  title: "FreeRADIUS accounting detail",
  role: "subscriber",
  gives: { ...gives("1 s", "start", true, "utc"), port: "when-configured" },
  source: "FreeRADIUS rlm_detail; RFC 2866, RFC 2869, RFC 8045",
  mark: /(?:^|\n)\tAcct-Status-Type = /,
  specificity: 6,
  otherwise: "no accounting record",
  continues: (text) => text.startsWith("\t"),
  reader: (times) => (text, line) => {
    const lines = text.split("\n");
    const at = new Map<string, string>();
    for (const one of lines.slice(1)) {
      const m = ATTRIBUTE.exec(one);
      if (m && !at.has(m[1]!)) at.set(m[1]!, m[2] ?? m[3]!.trim());
    }
    const status = at.get("Acct-Status-Type");
    const nas = at.get("NAS-IP-Address") ?? at.get("NAS-IPv6-Address") ?? at.get("NAS-Identifier") ?? null;
    const delay = whole(at.get("Acct-Delay-Time")) ?? 0;
    const received = whole(at.get("Timestamp"));
    const event = eventTime(at.get("Event-Timestamp"));
    const head = readCtime(lines[0]!);
    // The server's receipt less the delay that the NAS states: when the NAS says it began to send.
    const sentUs = received === null ? null : (received - delay) * SECOND;
    const own = event && event.offsetUs === null && sentUs !== null ? inNearestZone(event, sentUs) : event;
    const time =
      own !== null
        ? times.one(own, line)
        : sentUs !== null
          ? epochMoment(sentUs, SECOND)
          : times.one(head, line);
    const base = {
      time,
      otherTimeUs: own === null ? null : sentUs,
      device: nas,
      fields: {
        status,
        session: at.get("Acct-Session-Id"),
        nasPort: at.get("NAS-Port-Id") ?? at.get("NAS-Port"),
        callingStation: at.get("Calling-Station-Id"),
        cause: at.get("Acct-Terminate-Cause"),
      },
    };
    if (status === "Accounting-On" || status === "Accounting-Off")
      return together(base, { timeMeans: "end", event: "release" });
    const inside = at.get("Framed-IP-Address") ?? at.get("Framed-IPv6-Address") ?? null;
    const prefix = at.get("Framed-IPv6-Prefix") ?? at.get("Delegated-IPv6-Prefix");
    const kind =
      status === "Start"
        ? "start"
        : status === "Stop"
          ? "release"
          : status === "Interim-Update" || status === "Alive"
            ? "interim"
            : "other";
    const address = inside ?? prefix?.replace(/\/\d+$/, "") ?? null;
    if (kind !== "other" && address === null)
      return { reject: "an accounting record without a framed address" };
    const seconds = whole(at.get("Acct-Session-Time"));
    // Session time counts whole seconds: a lost Start is recovered from any later record.
    const start =
      seconds !== null && time !== null && (kind === "interim" || kind === "release")
        ? { durationUs: seconds * SECOND, startUs: time.us - seconds * SECOND, startPrecisionUs: 2 * SECOND }
        : {};
    const id = at.get("Acct-Session-Id") ?? at.get("Acct-Unique-Session-Id");
    return together(base, start, portSet(at), {
      timeMeans: kind === "release" ? "end" : kind === "start" ? "start" : "written",
      event: kind,
      insideIp: address,
      subscriber: at.get("User-Name") ?? at.get("Calling-Station-Id") ?? null,
      conn: id === undefined ? null : numberOf(`${nas ?? ""}/${id}`),
    });
  },
});

const whole = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,11}$/.test(text) ? Number(text) : null;

function eventTime(text: string | undefined): Stamp | null {
  if (text === undefined) return null;
  const m = EVENT_TIME.exec(text);
  if (!m) {
    const stamp = readIso(text) ?? readEpoch(text);
    return stamp?.end === text.length ? stamp : null;
  }
  return stampOf(
    {
      year: Number(m[3]),
      month: monthOf(m[1]!),
      day: Number(m[2]),
      hour: Number(m[4]),
      minute: Number(m[5]),
      second: Number(m[6]),
      fraction: m[7],
      zone: m[8],
    },
    0,
  );
}

/**
 * The attribute travels as an epoch (RFC 2869): only its printing took the server's zone, in an abbreviation that may
 * mean several. The server's own epoch stands in the same record, so the zone is the quarter-hour that brings both
 * together; where they are farther apart than a clock's fault may be told from a zone's, the abbreviation stays open.
 */
function inNearestZone(stamp: Stamp, sentUs: number): Stamp {
  const quarter = 900 * SECOND;
  const offsetUs = Math.round((stamp.wallUs - sentUs) / quarter) * quarter;
  const rest = Math.abs(stamp.wallUs - offsetUs - sentUs);
  return rest <= 300 * SECOND && Math.abs(offsetUs) <= 14 * 3_600 * SECOND ? { ...stamp, offsetUs } : stamp;
}

/** RFC 8045 IP-Port-Range and vendors' port attributes, where the NAT reports its blocks in accounting. */
function portSet(at: Map<string, string>): Partial<LineRecord> {
  const get = (...names: string[]): string | null => {
    for (const name of names) {
      const value = at.get(name);
      if (value !== undefined) return value;
    }
    return null;
  };
  // What an interim record gives back is held no longer.
  const given = get("IP-Port-Range-Alloc", "IP-Port-Alloc", "Attr-241.6.8");
  if (given === "Deallocation" || given === "2") return {};
  const low = get(
    "IP-Port-Range-Range-Start",
    "IP-Port-Range-Start",
    "Attr-241.6.9",
    "Huawei-NAT-Start-Port",
    "HW-NAT-Start-Port",
    "Attr-26.2011.162",
  );
  const high = get(
    "IP-Port-Range-Range-End",
    "IP-Port-Range-End",
    "Attr-241.6.10",
    "Huawei-NAT-End-Port",
    "HW-NAT-End-Port",
    "Attr-26.2011.163",
  );
  const outside = get(
    "IP-Port-Range-Ext-IPv4-Addr",
    "IP-Port-Ext-IPv4-Addr",
    "Attr-241.6.3",
    "Huawei-NAT-Public-Address",
    "HW-NAT-IP-Address",
    "Attr-26.2011.161",
  );
  if (outside !== null && low !== null && high !== null)
    return { publicIp: outside, portLow: portOf(low), portHigh: portOf(high) };
  // Nokia: "203.0.113.5 1024..1535 router base"
  const nokia = /^(\S+) (\d+)\.\.(\d+)/.exec(get("Alc-Nat-Port-Range", "Attr-26.6527.121") ?? "");
  return nokia ? { publicIp: nokia[1], portLow: portOf(nokia[2]), portHigh: portOf(nokia[3]) } : {};
}

/** A session's text as a number by which its records belong together: 53 bits of FNV-1a, beside the address in the key. */
function numberOf(text: string): number {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b) + i;
  }
  return (a >>> 0) * 2_097_152 + ((b >>> 0) & 0x1fffff);
}
