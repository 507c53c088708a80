// Cisco IOS and IOS-XE: %NAT-6-LOG_TRANSLATION, or %IPNAT-6-CREATED and -DELETED of the older IOS: inside local, inside
// global, outside local and global. The router's own stamp stands before the "%"; "*" or "." there says that its clock was never set or lost NTP.
// Source: Cisco IOS IP Addressing: NAT Configuration Guide, "Monitoring and Maintaining NAT", ip nat log translations.
import { readIso, readRfc3164, type Stamp } from "../../time/stamp";
import { parseOffset } from "../../time/zone";
import { together } from "../line-parts";
import { endpoint, gives, headOf, meansOf, protocolOf, textFormat, tuple } from "./support/text";

const BODY =
  /(Created|Deleted)(?: (?:Static )?Translation|:(?: (?:Created|Deleted))?) (\S+) (\S+:\d+) (\S+:\d+) (\S+:\d+) (\S+:\d+)(?: (\d+))?/i;
const OWN =
  /([*.]?)((?:[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?|\d{4}-\d{2}-\d{2}[T ])\d{1,2}:\d{2}:\d{2}(?:\.\d{1,6})?)(?: ([A-Za-z]{1,5}))?: %/;

/** The router's stamp; UTC and GMT count as an offset, other abbreviations do not. */
function ownStamp(text: string): { stamp: Stamp; at: number; doubtful: string } | null {
  const m = OWN.exec(text);
  if (!m) return null;
  const stamp = readRfc3164(m[2]!) ?? readIso(m[2]!);
  if (!stamp) return null;
  const offsetUs = stamp.offsetUs ?? (m[3] === undefined ? null : parseOffset(m[3]));
  return { stamp: { ...stamp, offsetUs }, at: m.index, doubtful: m[1]! };
}

/** The router's name: before the message's number, or before the stamp. */
function deviceOf(text: string, stampAt: number): string | null {
  const before = text.slice(0, stampAt).replace(/^<\d+>/, "");
  const word = /(?:^|\s)(\S+?):? ?(?:(?<=\s)\d+: )?$/.exec(before)?.[1];
  return word === undefined || word.startsWith("%") || /^\d+:?$/.test(word) || /^\d\d:\d\d:\d\d/.test(word)
    ? null
    : word;
}

export default textFormat({
  id: "cisco.ios",
  title: "Cisco IOS and IOS-XE NAT translations",
  gives: gives("1 s or 1 ms", "start", false, "when-configured"),
  source: "Cisco IOS NAT Configuration Guide: ip nat log translations syslog",
  mark: /%NAT-6-LOG_TRANSLATION|%IPNAT-6-(?:NAT_)?(?:CREATED|DELETED)/,
  otherwise: "no %NAT-6-LOG_TRANSLATION or %IPNAT-6 message",
  reader: (times) => (text, line) => {
    const m = BODY.exec(text);
    if (!m) return { reject: "a translation message without its addresses" };
    const own = ownStamp(text);
    const head = headOf(text);
    const outer = own && head.stamp && own.at > 20 ? head.stamp : null;
    const clocks = times.two(own?.stamp ?? head.stamp, outer, line);
    const event = m[1]!.toLowerCase() === "created" ? "start" : "release";
    const ends = tuple(endpoint(m[3]!), endpoint(m[4]!), endpoint(m[6]!), protocolOf(m[2]));
    return together(clocks, ends, {
      timeMeans: meansOf(event),
      event,
      realm: m[7] === undefined || m[7] === "0" ? null : m[7],
      device: (own && deviceOf(text, own.at)) ?? (head.host?.startsWith("%") ? null : head.host),
      fields: {
        outsideLocal: m[5],
        clock: own?.doubtful === "*" ? "never set" : own?.doubtful === "." ? "not synchronised" : null,
      },
    });
  },
});
