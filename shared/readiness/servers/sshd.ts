// sshd_config: every connection and login line has "from IP port N" at LogLevel INFO and above. The first value of a
// keyword wins, and a Match block can lower the level for some. Source: sshd_config(5).
import type { ConfigReader, LogFinding, ServerJudge } from "../model";
import { configLines, INCLUDE_DEPTH, words } from "../text";

const QUIET = new Set(["quiet", "fatal", "error"]);

interface Setting {
  readonly match: string | null;
  readonly value: string;
  readonly file: string;
  readonly line: number;
}

export const sshd: ServerJudge = {
  id: "sshd",
  since: null,
  judge(reader) {
    const open: string[] = [];
    const settings: Setting[] = [];
    collect(reader, reader.main, null, settings, open, 0);
    const general = settings.find((s) => s.match === null);
    const findings: LogFinding[] = [judge(general, "every connection", reader.main.path)];
    const seen = new Set<string>();
    for (const s of settings) {
      if (s.match === null || seen.has(s.match)) continue;
      seen.add(s.match);
      // A global value that stands before the block was taken first, and the block's own is never reached.
      findings.push(judge(s, `Match ${s.match}`, reader.main.path));
    }
    return { findings, open, advice: findings.every((f) => f.port === "yes") ? [] : ADVICE };
  },
};

const ADVICE = [
  {
    kind: "setting" as const,
    why: "INFO is the default; below it the lines with address and port are not written.",
    place: "sshd_config, before every Match block (the first value counts)",
    lines: ["LogLevel INFO"],
  },
];

function collect(
  reader: ConfigReader,
  file: { path: string; text: string },
  outer: string | null,
  settings: Setting[],
  open: string[],
  depth: number,
): void {
  let match = outer;
  for (const line of configLines(file, "none")) {
    const [key, ...args] = words(line.text.replace(/^(\w+)\s*=\s*/, "$1 "));
    const name = key?.toLowerCase();
    if (name === "match") match = args.join(" ").toLowerCase() === "all" ? null : args.join(" ");
    else if (name === "include") {
      for (const pattern of args) {
        const path = pattern.startsWith("/") ? pattern : `/etc/ssh/${pattern}`;
        const files = depth < INCLUDE_DEPTH ? reader.include(path, file.path) : [];
        if (files.length === 0 && !/[*?]/.test(pattern))
          open.push(`${line.file}:${line.line}: nothing could be read for "Include ${pattern}".`);
        for (const f of files) collect(reader, f, match, settings, open, depth + 1);
      }
    } else if (name === "loglevel" && args[0]) {
      settings.push({ match, value: args[0], file: line.file, line: line.line });
    }
  }
}

function judge(setting: Setting | undefined, scope: string, main: string): LogFinding {
  const at = { log: "syslog", scope, file: setting?.file ?? main, line: setting?.line ?? null };
  if (setting === undefined)
    return { ...at, port: "yes", why: 'LogLevel is not set, and its default INFO logs "from IP port N"' };
  return QUIET.has(setting.value.toLowerCase())
    ? { ...at, port: "no", why: `LogLevel ${setting.value} leaves out the lines that have the port` }
    : { ...at, port: "yes", why: `LogLevel ${setting.value} logs "from IP port N"` };
}
