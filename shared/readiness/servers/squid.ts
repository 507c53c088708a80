// squid.conf: access_log with a logformat that has %>p, the client's port. %<p, %lp, %>lp and the URL's port are others'.
// With follow_x_forwarded_for the logged address may be a forwarded one, the port never is. Source: squid.conf.documented.
import type { ConfigReader, LogFinding, ServerJudge } from "../model";
import { type ConfigLine, configLines, INCLUDE_DEPTH, words } from "../text";

/** `%>p` with its optional quoting, alignment and width: %>p, %-5>p, %"[>p. */
const CLIENT_PORT = /%["'[#/]*-?\d*(?:\.\d+)?>p(?![a-z])/;
const BUILT_IN = new Set(["squid", "common", "combined", "referrer", "useragent"]);

export const squid: ServerJudge = {
  id: "squid",
  since: "2.6",
  judge(reader) {
    const open: string[] = [];
    const lines: ConfigLine[] = [];
    collect(reader, reader.main, lines, open, 0);
    const formats = new Map<string, string>();
    const logs: ConfigLine[] = [];
    let forwarded: ConfigLine | undefined;
    let indirect = true;
    for (const l of lines) {
      const [name, ...args] = words(l.text);
      if (name === "logformat" && args[0]) formats.set(args[0], l.text.replace(/^\s*logformat\s+\S+\s*/, ""));
      else if (name === "access_log") logs.push(l);
      else if (name === "follow_x_forwarded_for" && args[0] === "allow") forwarded ??= l;
      else if (name === "log_uses_indirect_client") indirect = args[0] !== "off";
    }
    const findings: LogFinding[] = [];
    for (const l of logs) {
      const [, place = "", ...rest] = words(l.text);
      const at = { log: place, scope: "proxy", file: l.file, line: l.line };
      if (place === "none") {
        findings.push({ ...at, port: "no", why: "access_log none: the requests it matches are not logged" });
        continue;
      }
      const named = rest.find((a) => a.startsWith("logformat="))?.slice("logformat=".length);
      const options = rest.filter((a) => !/^[a-z-]+=/.test(a));
      // The old form gives the format's name behind the place, then ACLs; the new one has ACLs only.
      const old =
        named === undefined &&
        options[0] !== undefined &&
        (formats.has(options[0]) || BUILT_IN.has(options[0]));
      const name = named ?? (old ? options[0]! : "squid");
      const acls = old ? options.slice(1) : options;
      const format = formats.get(name);
      if (format === undefined) {
        findings.push(
          BUILT_IN.has(name)
            ? { ...at, port: "no", why: `the built-in format ${name} has no port` }
            : { ...at, port: "unknown", why: `the format "${name}" is not defined in these files` },
        );
      } else if (!CLIENT_PORT.test(format)) {
        findings.push({
          ...at,
          port: "no",
          why: /%\S*p\b/.test(format)
            ? `the only ports in "${name}" are not the client's`
            : `the format "${name}" has no %>p`,
        });
      } else if (forwarded && indirect) {
        findings.push({
          ...at,
          port: "partly",
          why: `follow_x_forwarded_for (line ${forwarded.line}) makes %>a a forwarded address, while %>p stays the connecting proxy's port`,
        });
      } else if (acls.length > 0) {
        findings.push({
          ...at,
          port: "partly",
          why: `%>p is logged, but only for requests that match ${acls.join(" ")}`,
        });
      } else findings.push({ ...at, port: "yes", why: `the format "${name}" has %>p` });
    }
    if (logs.length === 0) {
      findings.push({
        log: "access.log",
        scope: "proxy",
        port: "no",
        why: "the default access log has the built-in format squid, without a port",
        file: reader.main.path,
        line: null,
      });
    }
    return {
      findings,
      open,
      advice: findings.every((f) => f.port === "yes")
        ? []
        : [
            {
              kind: "parallel log",
              why: "Each access_log is written; a second one leaves the format that other tools read untouched.",
              place: "squid.conf",
              lines: [
                "logformat connections %ts.%03tu %>a %>p %la %lp",
                "access_log stdio:/var/log/squid/connection.log logformat=connections",
              ],
            },
          ],
    };
  },
};

function collect(
  reader: ConfigReader,
  file: { path: string; text: string },
  into: ConfigLine[],
  open: string[],
  depth: number,
): void {
  for (const l of configLines(file, "backslash")) {
    const [name, ...patterns] = words(l.text);
    if (name !== "include") {
      into.push(l);
      continue;
    }
    for (const pattern of patterns) {
      const files = depth < INCLUDE_DEPTH ? reader.include(pattern, file.path) : [];
      if (files.length === 0)
        open.push(`${l.file}:${l.line}: nothing could be read for "include ${pattern}".`);
      for (const f of files) collect(reader, f, into, open, depth + 1);
    }
  }
}
