// H3C (and HPE Comware) NAT444 syslog: NAT444:userbasedA [protocol inside VRF public insidePort first last ...].
// Source: H3C NAT Configuration Guide, "NAT444 user log format".
import { readRfc3164 } from "../../time/stamp";
import { gives, headOf, lastFound, meansOf, portOf, protocolOf, textFormat } from "./support/text";

const RECORD = /NAT444: ?([A-Za-z]*?)(A|W|AD|WD) ?\[([^\]]*)\]/;

/** H3C puts the version digit of RFC 5424 before a date of RFC 3164; the last one before the message is its own. */
const DATE = /([A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d{2}:\d{2}:\d{2}(?: \d{4})?) (\S+)/g;

export default textFormat({
  id: "h3c.nat444",
  title: "H3C NAT444 user log",
  gives: gives("1 s", "start", false, "never"),
  source: "H3C NAT Configuration Guide, NAT444 user log",
  mark: /NAT444: ?[A-Za-z]+ ?\[/,
  otherwise: "no NAT444 user log",
  reader: (times) => (text, line) => {
    const m = RECORD.exec(text);
    if (!m) return { reject: "an NAT444 message of an unknown kind" };
    const f = m[3]!.trim().split(/\s+/);
    if (f.length < 7) return { reject: `an NAT444 record of ${f.length} fields` };
    const nil = (i: number): string | null => (f[i] === undefined || f[i] === "-" ? null : f[i]!);
    const head = headOf(text);
    const date = lastFound(DATE, text, m.index);
    const own = date ? readRfc3164(date[1]!) : null;
    const relay = head.stamp !== null && own !== null && head.stamp.wallUs !== own.wallUs ? head.stamp : null;
    const event = m[2]!.startsWith("A") ? "start" : "release";
    const low = portOf(nil(5));
    const { time, otherTimeUs } = times.two(own ?? head.stamp, relay ?? head.outer, line);
    return {
      time,
      otherTimeUs,
      timeMeans: meansOf(event),
      event,
      protocol: protocolOf(nil(0)),
      insideIp: nil(1),
      realm: nil(2),
      publicIp: nil(3),
      insidePort: portOf(nil(4)),
      portLow: low,
      portHigh: portOf(nil(6)) ?? low,
      dstIp: nil(7),
      dstPort: portOf(nil(8)),
      device: date?.[2] ?? head.host,
      fields: { message: `${m[1]}${m[2]}` },
    };
  },
});
