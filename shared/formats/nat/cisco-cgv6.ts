// Cisco CGv6 on ASR 9000 and CRS: RFC 5424-like lines whose STRUCTURED-DATA are bare lists, several records a line.
// Fields: Event L4 OriginalSourceIP InsideVRF OriginalSourceIPv6 TranslatedIP OriginalPort FirstPort LastPort
// [DestinationIP DestinationPort]. "-" as the last port means the first. DS-Lite is known by its IPv6 (RFC 6333).
// Source: Cisco IOS XR CGv6 Configuration Guide, "External Logging: Syslog Message Format".

import { monthOf, type Stamp, stampOf } from "../../time/stamp";
import type { LineRecord } from "../lines";
import { gives, headOf, meansOf, portOf, protocolOf, textFormat } from "./support/text";

const RECORD = /\[((?:User|Session)based)(A|W|AD|WD) ([^\]]*)\]/g;
const STAMP = /(\d{4}) ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?(?: (\S+))?/;

export default textFormat({
  id: "cisco.cgv6",
  title: "Cisco CGv6 (ASR 9000, CRS) NAT syslog",
  gives: gives("1 s", "start", true, "never"),
  source: "Cisco IOS XR CGv6 Configuration Guide, syslog message format",
  mark: /\[(?:User|Session)based(?:AD?|WD?) |\b(?:NAT44|NAT64|DSLITE) - *(?:\[|$)/,
  otherwise: "no CGv6 record",
  reader: (times) => (text, line) => {
    const m = STAMP.exec(text);
    const own: Stamp | null = m
      ? stampOf(
          {
            year: Number(m[1]),
            month: monthOf(m[2]!),
            day: Number(m[3]),
            hour: Number(m[4]),
            minute: Number(m[5]),
            second: Number(m[6]),
            fraction: m[7],
          },
          0,
        )
      : null;
    const outer = headOf(text);
    const { time, otherTimeUs } = times.two(own ?? outer.stamp, own ? outer.stamp : outer.outer, line);
    const out: LineRecord[] = [];
    for (const record of text.matchAll(RECORD)) {
      const f = record[3]!.trim().split(/\s+/);
      if (f.length !== 8 && f.length !== 10) return { reject: `a CGv6 record of ${f.length + 1} fields` };
      const nil = (i: number): string | null => (f[i] === undefined || f[i] === "-" ? null : f[i]!);
      const first = portOf(nil(6));
      const event = record[2]!.startsWith("A") ? "start" : "release";
      const v6 = nil(3);
      out.push({
        time,
        otherTimeUs,
        timeMeans: meansOf(event),
        event,
        protocol: protocolOf(nil(0)),
        insideIp: v6 ?? nil(1),
        insidePort: portOf(nil(5)),
        realm: nil(2),
        publicIp: nil(4),
        portLow: first,
        portHigh: portOf(nil(7)) ?? first,
        dstIp: nil(8),
        dstPort: portOf(nil(9)),
        device: m?.[8] ?? outer.host,
        fields: { message: `${record[1]}${record[2]}`, innerIp: v6 === null ? null : nil(1) },
      });
    }
    return out.length > 0 ? out : { reject: "a CGv6 line without a record" };
  },
});
