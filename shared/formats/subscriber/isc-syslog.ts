// ISC dhcpd's syslog: DHCPACK names an address and its client at that moment, whether it began then or was renewed, so
// it is an interim and a lost start stays open; DHCPRELEASE, DHCPDECLINE and expiry end the hold.
// Source: dhcpd(8), server/dhcp.c (log messages).
import { gives, headOf, meansOf, textFormat } from "../nat/support/text";

const LINE =
  /\b(DHCPACK|DHCPRELEASE|DHCPDECLINE|DHCPEXPIRE) (?:on|of|to) (\S+) (?:to|from) ([0-9A-Fa-f:]{11,})(?: \(([^)]*)\))?(?: via (\S+))?/;

export default textFormat({
  id: "isc.dhcpd",
  title: "ISC dhcpd log",
  role: "subscriber",
  gives: { ...gives("1 s", "written", false, "when-configured"), port: "never" },
  source: "ISC DHCP server/dhcp.c",
  mark: /\bDHCP(?:ACK|RELEASE|DECLINE|EXPIRE|REQUEST|DISCOVER|OFFER|NAK|INFORM)\b/,
  otherwise: "no dhcpd message about a lease",
  reader: (times) => (text, line) => {
    const head = headOf(text);
    const time = times.one(head.stamp, line);
    const m = LINE.exec(text);
    // Requests and offers are no holds, but they are dhcpd's own lines.
    if (!m)
      return {
        time,
        timeMeans: "written",
        event: "other",
        device: head.host,
        fields: { message: /\bDHCP[A-Z]+/.exec(text)?.[0] },
      };
    const event = m[1] === "DHCPACK" ? "interim" : "release";
    return {
      time,
      timeMeans: meansOf(event),
      event,
      insideIp: m[2],
      subscriber: m[3]!.toLowerCase(),
      device: head.host,
      fields: { message: m[1], hostname: m[4], via: m[5] },
    };
  },
});
