// exim.conf: log_selector with incoming_port puts [address]:port into the log lines; the list is read from left to right,
// and +all or -all decide whatever stands before them. Source: Exim specification, chapter "Log files".
import type { ConfigReader, LogFinding, ServerJudge } from "../model";
import { type ConfigLine, configLines, INCLUDE_DEPTH } from "../text";

export const exim: ServerJudge = {
  id: "exim",
  since: null,
  judge(reader) {
    const open: string[] = [];
    const lines: ConfigLine[] = [];
    collect(reader, reader.main, lines, open, 0);
    const macros = new Map<string, string>();
    let selector: { value: string; file: string; line: number; undecided: boolean } | null = null;
    const conditions: Condition[] = [];
    for (const l of lines) {
      // The main section ends at the first "begin".
      if (/^begin\s/.test(l.text)) break;
      if (follow(l.text, conditions, macros)) continue;
      const holds = conditions.map((c) => c.holds);
      if (holds.includes(false)) continue;
      const macro = /^([A-Z][A-Za-z0-9_]*)\s*==?\s*(.*)$/.exec(l.text);
      if (macro) macros.set(macro[1]!, macro[2]!);
      const m = /^log_selector\s*=\s*(.*)$/.exec(l.text);
      if (m) selector = { value: m[1]!, file: l.file, line: l.line, undecided: holds.includes(null) };
    }
    let value = selector?.value ?? "";
    for (let i = 0; i < 4; i++)
      value = value.replace(/\b[A-Z][A-Za-z0-9_]*\b/g, (name) => macros.get(name) ?? name);
    let port = false;
    for (const [, sign, name] of value.matchAll(/([+-])\s*([a-z_]+)/g)) {
      if (name === "all" || name === "incoming_port") port = sign === "+";
    }
    const at = {
      log: "mainlog",
      scope: "server",
      file: selector?.file ?? reader.main.path,
      line: selector?.line ?? null,
    };
    const unresolved = /\b[A-Z][A-Z0-9_]{2,}\b/.exec(value)?.[0];
    const finding: LogFinding =
      selector === null
        ? { ...at, port: "no", why: "log_selector is not set, and incoming_port is not among its defaults" }
        : unresolved
          ? {
              ...at,
              port: "unknown",
              why: `log_selector uses ${unresolved}, which these files do not define`,
            }
          : selector.undecided
            ? {
                ...at,
                port: "unknown",
                why: "log_selector is set under a condition that these files do not decide",
              }
            : port
              ? { ...at, port: "yes", why: "log_selector has incoming_port" }
              : { ...at, port: "no", why: "log_selector leaves incoming_port out" };
    const keep = value.trim() === "" || unresolved ? "" : `${value.trim()} `;
    return {
      findings: [finding],
      open,
      advice:
        finding.port === "yes"
          ? []
          : [
              {
                kind: "setting",
                why: "The port is added behind the address, [address]:port; +millisec and log_timezone make the time exact and its zone stated.",
                place: "the main section of the configuration, in place of the present log_selector",
                lines: [`log_selector = ${keep}+incoming_port +millisec`, "log_timezone = true"],
              },
            ],
    };
  },
};

interface Condition {
  /** Whether the branch at hand is read; null where the build decides. */
  holds: boolean | null;
  /** Whether a branch before it was. */
  taken: boolean | null;
}

/**
 * .ifdef and its kin: a macro that these files define, or do not, up to that line. Names that begin with an underscore
 * come with the build and stay undecided. True where the line is one of them.
 */
function follow(text: string, conditions: Condition[], macros: ReadonlyMap<string, string>): boolean {
  const m = /^\.(ifdef|ifndef|elifdef|elifndef|else|endif)\b\s*(\S*)/.exec(text);
  if (!m) return false;
  const [, word, name] = m;
  const defined = name!.startsWith("_") ? null : macros.has(name!);
  const asked = defined === null ? null : word!.endsWith("ndef") ? !defined : defined;
  const last = conditions[conditions.length - 1];
  if (word === "endif") conditions.pop();
  else if (word!.startsWith("if")) conditions.push({ holds: asked, taken: asked });
  else if (last) {
    const wanted = word === "else" ? true : asked;
    last.holds = last.taken === true ? false : last.taken === null && wanted !== false ? null : wanted;
    last.taken =
      last.taken === true || wanted === true ? true : last.taken === null || wanted === null ? null : false;
  }
  return true;
}

function collect(
  reader: ConfigReader,
  file: { path: string; text: string },
  into: ConfigLine[],
  open: string[],
  depth: number,
): void {
  for (const l of configLines(file, "backslash")) {
    const m = /^\.include(_if_exists)?\s+(\S+)/.exec(l.text);
    if (!m) {
      into.push(l);
      continue;
    }
    const files = depth < INCLUDE_DEPTH ? reader.include(m[2]!.replace(/^"|"$/g, ""), file.path) : [];
    if (files.length === 0 && !m[1])
      open.push(`${l.file}:${l.line}: nothing could be read for ".include ${m[2]}".`);
    for (const f of files) collect(reader, f, into, open, depth + 1);
  }
}
