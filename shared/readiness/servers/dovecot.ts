// dovecot.conf: login_log_format_elements. The session id of the default elements carries the port (base64 of time, port
// and address), so the port is lost only where the elements are changed. Source: Dovecot documentation, core settings;
// client_get_session_id in its source.
import type { ConfigReader, LogFinding, ServerJudge } from "../model";
import { configLines, INCLUDE_DEPTH } from "../text";

interface Setting {
  readonly value: string;
  readonly scope: string;
  readonly file: string;
  readonly line: number;
}

export const dovecot: ServerJudge = {
  id: "dovecot",
  since: "2.1",
  judge(reader, version) {
    const open: string[] = [];
    const settings: Setting[] = [];
    collect(reader, reader.main, [], settings, open, 0);
    // The last one of a scope counts.
    const byScope = new Map(settings.map((s) => [s.scope, s]));
    const findings: LogFinding[] = [];
    if (!byScope.has("every protocol")) {
      findings.push({
        log: "syslog",
        scope: "every protocol",
        port: "yes",
        why: "the default login line has session=<...>, which carries the port",
        file: reader.main.path,
        line: null,
      });
    }
    for (const s of byScope.values()) {
      const at = { log: "syslog", scope: s.scope, file: s.file, line: s.line };
      if (/%\{(?:rport|remote_port)\}|%-?\d*b(?![a-z])/.test(s.value)) {
        findings.push({ ...at, port: "yes", why: "login_log_format_elements has the remote port" });
      } else if (/%\{session\}|session=<%/.test(s.value)) {
        findings.push({
          ...at,
          port: "yes",
          why: "the elements keep session=<%{session}>, which carries the port",
        });
      } else
        findings.push({
          ...at,
          port: "no",
          why: "login_log_format_elements has neither the remote port nor the session id",
        });
    }
    const port = version !== null && /^2\.4|^[3-9]/.test(version) ? "remote_port" : "rport";
    return {
      findings,
      open,
      advice: findings.every((f) => f.port === "yes")
        ? []
        : [
            {
              kind: "setting",
              why: `The element is added to the login line; ${version === null ? "in 2.4 it is written rport=%{remote_port}" : "other elements stay as they are"}.`,
              place: "conf.d/10-logging.conf",
              lines: [
                `login_log_format_elements = user=<%u> method=%m rip=%r rport=%{${port}} lip=%l mpid=%e %c session=<%{session}>`,
              ],
            },
          ],
    };
  },
};

function collect(
  reader: ConfigReader,
  file: { path: string; text: string },
  scopes: string[],
  settings: Setting[],
  open: string[],
  depth: number,
): void {
  const stack = [...scopes];
  for (const l of configLines(file, "backslash")) {
    const text = l.text.replace(/\s#.*$/, "").trim();
    const include = /^!include(_try)?\s+(\S+)/.exec(text);
    if (include) {
      const files = depth < INCLUDE_DEPTH ? reader.include(include[2]!, file.path) : [];
      if (files.length === 0 && !include[1] && !/[*?]/.test(include[2]!))
        open.push(`${l.file}:${l.line}: nothing could be read for "!include ${include[2]}".`);
      for (const f of files) collect(reader, f, stack, settings, open, depth + 1);
      continue;
    }
    const set = /^login_log_format_elements\s*=\s*(.*)$/.exec(text);
    if (set)
      settings.push({
        value: set[1]!,
        scope: stack.length === 0 ? "every protocol" : stack.join(", "),
        file: l.file,
        line: l.line,
      });
    else if (text.endsWith("{")) stack.push(text.slice(0, -1).trim());
    else if (text === "}") stack.pop();
  }
}
