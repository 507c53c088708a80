// MySQL and MariaDB, SQL Server, Oracle's listener, and UW IMAP: servers with one switch or none.
// Sources: MySQL manual, "Server Logs"; MariaDB documentation, "Audit Plugin"; SQL Server documentation, "Extended
// Events"; Oracle Net Services reference, listener.ora; imap-2007f source.
import { type ConfigReader, compareVersions, type LogFinding, type ServerJudge } from "../model";
import { configLines, INCLUDE_DEPTH } from "../text";

/** my.cnf: MariaDB 12.0's server_audit writes host:port; nothing in MySQL does. */
export const mysql: ServerJudge = {
  id: "mysql",
  since: null,
  judge(reader, version) {
    const open: string[] = [];
    const settings = new Map<string, { value: string; file: string; line: number }>();
    iniSettings(reader, reader.main, settings, open, 0);
    const plugin = [...settings].find(
      ([name, s]) => /^plugin[_-]load/.test(name) && /server_audit/.test(s.value),
    );
    const switched = settings.get("server_audit_logging");
    const logging = switched && /^(on|1|true)$/i.test(switched.value);
    const at = {
      log: "server_audit",
      scope: "server",
      file: switched?.file ?? reader.main.path,
      line: switched?.line ?? null,
    };
    const maria = version !== null && /maria/i.test(version);
    const recent = version === null ? null : (compareVersions(version, "12.0") ?? -1) >= 0;
    const finding: LogFinding =
      logging && plugin
        ? recent === null
          ? {
              ...at,
              port: "unknown",
              why: "server_audit is on; it writes the port from MariaDB 12.0 on, and the version is not stated",
            }
          : recent
            ? { ...at, port: "yes", why: "MariaDB's server_audit writes host:port" }
            : {
                ...at,
                port: "no",
                why: `server_audit writes the port from MariaDB 12.0 on, not in ${version}`,
              }
        : {
            ...at,
            log: "error, general and audit logs",
            port: "no",
            why: maria
              ? "server_audit is not loaded and switched on"
              : "none of MySQL's logs has the client's port",
          };
    return {
      findings: [finding],
      open,
      advice:
        finding.port === "yes"
          ? []
          : maria && recent
            ? [
                {
                  kind: "parallel log",
                  why: "The audit plugin writes a log of its own.",
                  place: "my.cnf, [mariadb]",
                  lines: [
                    "plugin_load_add = server_audit",
                    "server_audit_logging = ON",
                    "server_audit_events = CONNECT",
                  ],
                },
              ]
            : [
                {
                  kind: "parallel log",
                  why: "The server cannot log the port. A proxy in front (by the PROXY protocol), or the firewall's connection log, can.",
                  place: "in front of the server",
                  lines: [
                    "# nftables: one line for each new connection",
                    'tcp dport 3306 ct state new log prefix "mysql " level info',
                  ],
                },
              ],
    };
  },
};

function iniSettings(
  reader: ConfigReader,
  file: { path: string; text: string },
  into: Map<string, { value: string; file: string; line: number }>,
  open: string[],
  depth: number,
): void {
  let server = true;
  for (const l of configLines(file, "none")) {
    const include = /^!include(dir)?\s+(\S+)/.exec(l.text);
    const group = /^\[(.+)\]$/.exec(l.text);
    const m = /^([\w-]+)\s*(?:=\s*(.*))?$/.exec(l.text);
    if (group) server = /^(mysqld|server|mariadb|mariadbd)(-|\.|$)/i.test(group[1]!);
    else if (include) {
      const files =
        depth < INCLUDE_DEPTH
          ? reader.include(include[1] ? `${include[2]!.replace(/\/$/, "")}/*.cnf` : include[2]!, file.path)
          : [];
      if (files.length === 0 && !include[1])
        open.push(`${l.file}:${l.line}: nothing could be read for "!include ${include[2]}".`);
      for (const f of files) iniSettings(reader, f, into, open, depth + 1);
    } else if (server && m)
      into.set(m[1]!.toLowerCase().replace(/-/g, "_"), {
        value: (m[2] ?? "").trim(),
        file: l.file,
        line: l.line,
      });
  }
}

/** A script of extended-event sessions, or any export of settings: ERRORLOG itself never has the port. */
export const mssql: ServerJudge = {
  id: "mssql",
  since: "2012",
  judge({ main }) {
    const lines = main.text.split(/\r?\n/);
    const code = lines.map((text) => text.replace(/--.*$/, ""));
    const event = code.findIndex((text) => /connectivity_ring_buffer_recorded/i.test(text));
    const started = code.some((text) => /STATE\s*=\s*START|STARTUP_STATE\s*=\s*ON/i.test(text));
    const findings: LogFinding[] = [
      event >= 0 && started
        ? {
            log: "extended events",
            scope: "server",
            port: "partly",
            why: "connectivity_ring_buffer_recorded has RemotePort, for failed connections only",
            file: main.path,
            line: event + 1,
          }
        : event >= 0
          ? {
              log: "extended events",
              scope: "server",
              port: "no",
              why: "the session with connectivity_ring_buffer_recorded is not started",
              file: main.path,
              line: event + 1,
            }
          : {
              log: "ERRORLOG",
              scope: "server",
              port: "no",
              why: "ERRORLOG has [CLIENT: address] without the port",
              file: main.path,
              line: null,
            },
    ];
    return {
      findings,
      open: [],
      advice: [
        {
          kind: "parallel log",
          why: "SQL Server logs the port of failed connections at most; for the others the host's firewall can write one line a connection.",
          place: "the host's firewall (Windows: Set-NetFirewallProfile), and an extended-event session",
          lines: [
            "Set-NetFirewallProfile -All -LogAllowed True -LogFileName %SystemRoot%\\System32\\LogFiles\\Firewall\\pfirewall.log",
          ],
        },
      ],
    };
  },
};

/** listener.ora: the listener logs every connection's address and port unless LOGGING_name is OFF. */
export const oracle: ServerJudge = {
  id: "oracle",
  since: null,
  judge({ main }) {
    const findings: LogFinding[] = [];
    const lines = configLines(main, "none");
    const listeners = new Set<string>();
    for (const l of lines) {
      const m = /^([A-Za-z][\w]*)\s*=\s*(\(.*)?$/.exec(l.text);
      if (
        m &&
        !/^(SID_LIST|LOGGING|TRACE|ADR|DIAG|LOG|INBOUND|SECURE|ADMIN|SUBSCRIBE|VALID|CONNECTION|USE_SID|PASSWORDS)_?/i.test(
          m[1]!,
        )
      )
        listeners.add(m[1]!.toUpperCase());
    }
    if (listeners.size === 0) listeners.add("LISTENER");
    for (const name of [...listeners].sort()) {
      const own = lines.filter((l) => new RegExp(`^LOGGING_${name}\\s*=`, "i").test(l.text));
      const last = own[own.length - 1];
      const off = last !== undefined && /=\s*off\b/i.test(last.text);
      findings.push({
        log: "listener log",
        scope: `listener ${name}`,
        port: off ? "no" : "yes",
        why: off
          ? `LOGGING_${name} is OFF`
          : "the listener logs (HOST=...)(PORT=...) of every connection, which is its default",
        file: main.path,
        line: last?.line ?? null,
      });
    }
    return {
      findings,
      open: [],
      advice: findings.every((f) => f.port === "yes")
        ? []
        : [
            {
              kind: "setting",
              why: "The listener's log is on by default; keep it on and rotated.",
              place: "listener.ora",
              lines: findings
                .filter((f) => f.port === "no")
                .map((f) => `LOGGING_${f.scope.slice("listener ".length)} = ON`),
            },
          ],
    };
  },
};

export const uwImap: ServerJudge = {
  id: "uw-imap",
  since: null,
  judge({ main }) {
    return {
      findings: [
        {
          log: "syslog",
          scope: "server",
          port: "no",
          why: "UW IMAP has no setting that logs the client's port",
          file: main.path,
          line: null,
        },
      ],
      open: [],
      advice: [
        {
          kind: "syslog",
          why: "The server cannot log the port; the program that starts it, or the firewall, can.",
          place: "the host's firewall",
          lines: ['tcp dport { 143, 993 } ct state new log prefix "imap " level info'],
        },
      ],
    };
  },
};
