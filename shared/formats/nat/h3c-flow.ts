// H3C (and HPE Comware) session logs in syslog: NAT_FLOW, SESSION_IPV4_FLOW and NAT_IPV4_MATCH, with named and numbered
// fields. BeginTime_e and EndTime_e are GMT or local as the device is configured ("customlog timestamp localtime"), and
// nothing in the line says which: where the head has a time it is the record's. From the fields come the duration, and by
// how much less than a quarter of an hour the head is behind the end: a hold must not last until its record was written.
// Source: H3C, System Log Messages Reference, NAT messages; Flow log configuration (Operator).
import { MINUTE, SECOND } from "../../time/civil";
import { readRfc3164, type Stamp, stampOf } from "../../time/stamp";
import { gives, headOf, lastFound, meansOf, portOf, protocolOf, textFormat } from "./support/text";

const FIELD = /(?<!\w)([A-Za-z]\w*)\((\d{4})\)=([^;]*)/g;

/** The device's own head, behind whatever a relay put before it. */
const DATE = /([A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d{2}:\d{2}:\d{2}(?: \d{4})?) (\S+) %%/g;

/** 03182024082546: month, day, year, clock. */
function written(text: string | undefined): Stamp | null {
  const m = /^(\d{2})(\d{2})(\d{4})(\d{2})(\d{2})(\d{2})$/.exec(text ?? "");
  if (!m) return null;
  const at = (i: number): number => Number(m[i]);
  return stampOf({ year: at(3), month: at(1), day: at(2), hour: at(4), minute: at(5), second: at(6) }, 14);
}

/** Zones differ by whole quarter-hours, whatever EndTime is written in. */
const QUARTER = 15 * MINUTE;
/** Two stamps of one moment may be so much the other way round. */
const ROUNDING = 5 * SECOND;

/** How long after the session's end its record was written, below a quarter of an hour, us. */
function writtenLate(head: Stamp, ended: Stamp): number {
  const late = (((head.wallUs - ended.wallUs) % QUARTER) + QUARTER) % QUARTER;
  return late > QUARTER - ROUNDING ? 0 : late;
}

/** "(8)Session created": 8 begins a session, 6 is a regular record of one under way, all others end it. */
function eventOf(text: string | undefined): "start" | "interim" | "release" | null {
  const number = /^\((\d{1,3})\)/.exec(text ?? "")?.[1];
  if (number === undefined || number === "0" || number === "5") return null;
  return number === "8" ? "start" : number === "6" ? "interim" : "release";
}

export default textFormat({
  id: "h3c.natflow",
  title: "H3C NAT session log",
  gives: gives("1 s", "start", true, "never"),
  source: "H3C System Log Messages Reference: NAT_FLOW, SESSION_IPV4_FLOW, NAT_IPV4_MATCH",
  mark: /N(?:AT|at)SrcIPAddr\(1005\)=/,
  otherwise: "no H3C session log with the NAT's fields",
  reader: (times) => (text, line) => {
    const fields = new Map<string, string>();
    for (const m of text.matchAll(FIELD)) {
      // A field that stands there twice is none that can be relied on.
      if (fields.has(m[2]!)) return { reject: `field ${m[1]}(${m[2]}) stands there twice` };
      fields.set(m[2]!, m[3]!.trim());
    }
    const value = (number: string): string | null => {
      const v = fields.get(number);
      return v === undefined || v === "" || v === "--" || v === "-" ? null : v;
    };
    const event = eventOf(fields.get("1048"));
    if (event === null) return { reject: "an event that is not known" };
    const head = headOf(text);
    const begun = written(fields.get("1013"));
    const ended = written(fields.get("1014"));
    const date = lastFound(DATE, text, text.indexOf("(1001)="));
    const own = date ? readRfc3164(date[1]!) : null;
    const relay = head.stamp !== null && own !== null && head.stamp.wallUs !== own.wallUs ? head.stamp : null;
    const stated = own ?? head.stamp ?? (event === "start" ? begun : (ended ?? begun));
    const { time, otherTimeUs } = times.two(stated, relay ?? head.outer, line);
    if (time === null) return { reject: "it has no time" };
    const lasted = begun && ended ? ended.wallUs - begun.wallUs : null;
    const back = event === "release" && lasted !== null && lasted >= 0;
    const end = back && stated ? time.us - writtenLate(stated, ended!) : null;
    const [inside, outside] = [value("1003"), value("1005")];
    // The translation of a destination alone (NAT server) leaves the source as it is: no mapping of a subscriber.
    const translated = outside !== null && (outside !== inside || value("1006") !== value("1004"));
    const low = translated ? portOf(value("1006")) : null;
    return {
      time,
      otherTimeUs,
      timeMeans: translated ? meansOf(event) : "written",
      event: translated ? event : "other",
      durationUs: back ? lasted : null,
      startUs: end !== null && translated ? end - lasted! : null,
      startPrecisionUs: end !== null && translated ? time.precisionUs + 2 * SECOND : null,
      endUs: end !== null && translated ? end : null,
      endPrecisionUs: end !== null && translated ? time.precisionUs + SECOND : null,
      protocol: protocolOf(value("1001")),
      // Behind DS-Lite the tunnel's IPv6 address identifies, not the address inside it (RFC 6333).
      insideIp: value("1040") ?? inside,
      insidePort: portOf(value("1004")),
      publicIp: translated ? outside : null,
      portLow: low,
      portHigh: low,
      dstIp: value("1007"),
      dstPort: portOf(value("1008")),
      realm: value("1042"),
      device: date?.[2] ?? head.host,
      sequence: head.sequence,
      fields: {
        event: fields.get("1048"),
        application: value("1002"),
        begun: value("1013"),
        ended: value("1014"),
      },
    };
  },
});
