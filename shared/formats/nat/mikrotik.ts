// MikroTik RouterOS firewall log lines with a NAT tuple: "..., A->D, NAT (A->P)->D, len N". Only a rule that logs says
// anything, and no rule logs an end, so every mapping stays open. A dynamic interface in angle brackets is the
// subscriber's own. Two clocks: the collector's stamp first, the router's last. Source: MikroTik wiki, "Firewall log".
import { monthOf, readIso, readRfc3164, type Stamp, stampOf } from "../../time/stamp";
import { together } from "../line-parts";
import { endpoint, gives, meansOf, protocolOf, textFormat, tuple } from "./support/text";

/** Interface names may hold spaces, and a line may lack either; a translated destination stands in brackets of its own. */
const BODY =
  /\bin:(<[^>]*>|.+?)(?: out:(\([^)]*\)|.+?))?(?=, | proto ).*?\bproto (\w+)(?: \([^)]*\))?, (\S+)->(\S+), NAT \((\S+)->(\S+)\)->(?:\(\S+->([^\s,()]+)\)|([^\s,()]+))/;
const STAMPS =
  /[a-z]{3}\/\d{2}(?:\/\d{4})? \d{2}:\d{2}:\d{2}|[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?/g;

/** Version 6 writes `mar/05/2026 10:00:00`, and leaves the year out of its present one. */
function ownStamp(text: string): Stamp | null {
  const m = /^([a-z]{3})\/(\d{2})(?:\/(\d{4}))? (\d{2}):(\d{2}):(\d{2})$/.exec(text);
  const month = m === null ? 0 : monthOf(m[1]!);
  if (!m || month === 0) return null;
  return stampOf(
    {
      year: m[3] === undefined ? null : Number(m[3]),
      month,
      day: Number(m[2]),
      hour: Number(m[4]),
      minute: Number(m[5]),
      second: Number(m[6]),
    },
    0,
  );
}

export default textFormat({
  id: "mikrotik.firewall",
  title: "MikroTik RouterOS firewall log with NAT",
  gives: gives("1 s", "start", false, "never"),
  source: "MikroTik RouterOS documentation: firewall filter and NAT logging",
  mark: /proto \w+.*, NAT \(/,
  otherwise: "no firewall line with a NAT tuple",
  reader: (times) => (text, line) => {
    const m = BODY.exec(text);
    if (!m) return { reject: "a NAT line of an unknown layout, or one that translates only the destination" };
    const stamps: { stamp: Stamp; end: number }[] = [];
    for (const found of text.slice(0, m.index).matchAll(STAMPS)) {
      const stamp = readIso(found[0]) ?? readRfc3164(found[0]) ?? ownStamp(found[0]);
      if (stamp) stamps.push({ stamp, end: found.index + found[0].length });
    }
    const own = stamps.at(-1);
    const collector = stamps.length > 1 ? stamps[0]!.stamp : null;
    // A connection that was seen before is named by this packet, not begun by it.
    const event = /connection-state:[^ ]*(?:established|related)/.test(text) ? "interim" : "start";
    // Topics ("firewall,info") may stand where a syslog has the router's name.
    const host = own && /^\s+([^\s,]+)\s/.exec(text.slice(own.end));
    const subscriber = /^<(.+)>$/.exec(m[1]!)?.[1] ?? null;
    return together(
      times.two(own?.stamp ?? null, collector, line),
      tuple(endpoint(m[6]!), endpoint(m[7]!), endpoint(m[8] ?? m[9]!), protocolOf(m[3])),
      {
        timeMeans: meansOf(event),
        event,
        subscriber,
        device: host?.[1] ?? null,
        fields: { in: m[1], out: m[2] },
      },
    );
  },
});
