// Jool NAT64 (RFC 6146): BIB and session log in the kernel's log; date and time without zero padding, in GMT. The inside
// is an IPv6 transport address. Source: Jool documentation, "logging-bib" and "logging-session".
import { type Stamp, stampOf } from "../../time/stamp";
import { together } from "../line-parts";
import { gives, headOf, meansOf, portOf, protocolOf, textFormat, tuple } from "./support/text";

const LINE =
  /(?:(\S+) )?(\d{4})\/(\d{1,2})\/(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2}) \((\w+)\) - (Mapped|Added session|Forgot session|Forgot) (.*)$/;

const end = (text: string): { ip: string; port: number | null } => {
  const at = text.lastIndexOf("#");
  return at < 0 ? { ip: text, port: null } : { ip: text.slice(0, at), port: portOf(text.slice(at + 1)) };
};

export default textFormat({
  id: "jool.nat64",
  title: "Jool NAT64 BIB and session log",
  gives: gives("1 s", "start", true, "utc"),
  source: "Jool documentation: logging-bib, logging-session",
  mark: /\(\w+\) - (?:Mapped|Forgot|Added session) /,
  otherwise: "no Jool log line",
  reader: (times) => (text, line) => {
    const m = LINE.exec(text);
    if (!m) return { reject: "a Jool line of an unknown layout" };
    const own: Stamp | null = stampOf(
      {
        year: Number(m[2]),
        month: Number(m[3]),
        day: Number(m[4]),
        hour: Number(m[5]),
        minute: Number(m[6]),
        second: Number(m[7]),
        zone: m[8],
      },
      0,
    );
    if (!own) return { reject: "its time is no time" };
    const head = headOf(text);
    const event = m[9]!.startsWith("Forgot") ? "release" : "start";
    const clocks = times.two(own, head.stamp, line);
    const rest = {
      timeMeans: meansOf(event),
      event,
      device: head.host,
      fields: { message: m[9], instance: m[1] },
    } as const;
    if (m[9]!.endsWith("session")) {
      const f = m[10]!.trim().split("|");
      if (f.length !== 5) return { reject: `a session of ${f.length} parts` };
      return together(clocks, tuple(end(f[0]!), end(f[2]!), end(f[3]!), protocolOf(f[4])), rest);
    }
    const bib = /^(\S+) to (\S+) \((\w+)\)/.exec(m[10]!);
    if (!bib) return { reject: "a BIB entry of an unknown layout" };
    return together(clocks, tuple(end(bib[1]!), end(bib[2]!), null, protocolOf(bib[3])), rest);
  },
});
