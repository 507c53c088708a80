// postgresql.conf: %r in log_line_prefix (every line), log_connections (one line a connection), csvlog and jsonlog (a
// column of every line). The last value counts, and postgresql.auto.conf comes after all. Source: PostgreSQL
// documentation, "Error Reporting and Logging".
import type { ConfigReader, LogFinding, ServerJudge } from "../model";
import { configLines, INCLUDE_DEPTH } from "../text";

interface Setting {
  readonly value: string;
  readonly file: string;
  readonly line: number;
}

export const postgresql: ServerJudge = {
  id: "postgresql",
  since: "8.0",
  judge(reader) {
    const open: string[] = [];
    const settings = new Map<string, Setting>();
    collect(reader, reader.main, settings, open, 0);
    for (const f of reader.include("postgresql.auto.conf", reader.main.path))
      collect(reader, f, settings, open, 1);
    const at = (name: string, log: string) => {
      const s = settings.get(name);
      return { log, scope: "server", file: s?.file ?? reader.main.path, line: s?.line ?? null };
    };
    const value = (name: string, byDefault: string) => settings.get(name)?.value ?? byDefault;
    const destinations = value("log_destination", "stderr")
      .split(",")
      .map((d) => d.trim().toLowerCase());
    const on = (text: string) => /^(on|true|yes|1|t|y)$/i.test(text);
    const prefix = value("log_line_prefix", "%m [%p] ");
    // %% is a percent sign; a number between % and the letter pads.
    const inPrefix = /%-?\d*r/.test(prefix.replace(/%%/g, ""));
    const connections = value("log_connections", "off");
    const perConnection = on(connections) || /(^|[\s,])(receipt|all)\b/i.test(connections);
    const findings: LogFinding[] = [];
    for (const d of destinations) {
      if (d === "csvlog" || d === "jsonlog") {
        const collector = on(value("logging_collector", "off"));
        findings.push(
          collector
            ? {
                ...at("log_destination", d),
                port: "yes",
                why: `${d} has ${d === "csvlog" ? "connection_from" : "remote_port"} in every line`,
              }
            : {
                ...at("logging_collector", d),
                port: "no",
                why: `${d} is written only with logging_collector = on`,
              },
        );
      } else if (inPrefix)
        findings.push({
          ...at("log_line_prefix", d),
          port: "yes",
          why: "log_line_prefix has %r, address and port, in every line",
        });
      else if (perConnection) {
        findings.push({
          ...at("log_connections", d),
          port: "yes",
          why: "log_connections writes host= port= once a connection; other lines are joined to it by process",
        });
      } else {
        const host = /%-?\d*h/.test(prefix.replace(/%%/g, ""));
        findings.push({
          ...at("log_line_prefix", d),
          port: "no",
          why: host
            ? "log_line_prefix has %h, the address without the port"
            : "neither log_line_prefix (%r) nor log_connections logs the port",
        });
      }
    }
    return {
      findings,
      open,
      advice: findings.every((f) => f.port === "yes")
        ? []
        : [
            {
              kind: "setting",
              why: "One line a connection leaves log_line_prefix, which other tools parse, as it is; a reload is enough.",
              place: "postgresql.conf",
              lines: ["log_connections = on"],
            },
          ],
    };
  },
};

function collect(
  reader: ConfigReader,
  file: { path: string; text: string },
  settings: Map<string, Setting>,
  open: string[],
  depth: number,
): void {
  for (const l of configLines(file, "none")) {
    const m = /^([A-Za-z_][\w.]*)\s*(?:=\s*|\s+)(?:'((?:[^']|'')*)'|([^\s#]+))/.exec(l.text);
    if (!m) continue;
    const name = m[1]!.toLowerCase();
    const value = (m[2] ?? m[3] ?? "").replace(/''/g, "'");
    if (name === "include" || name === "include_if_exists" || name === "include_dir") {
      const pattern = name === "include_dir" ? `${value.replace(/\/$/, "")}/*.conf` : value;
      const files = depth < INCLUDE_DEPTH ? reader.include(pattern, file.path) : [];
      if (files.length === 0 && name === "include")
        open.push(`${l.file}:${l.line}: nothing could be read for "include '${value}'".`);
      for (const f of files) collect(reader, f, settings, open, depth + 1);
    } else settings.set(name, { value, file: l.file, line: l.line });
  }
}
