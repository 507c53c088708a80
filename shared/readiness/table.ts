// The sixteen servers of the draft's Appendix A, as it found them in 2017 and as their current versions are. "Default" is
// shown both ways: generous, a shipped format or option offers the port; strict, it is logged when installed. The two
// last levels, Manageable and Accessible, are the operator's to answer and are never inferred.
import type { Answer } from "./model";

export interface TableRow {
  readonly id: string;
  readonly category: "HTTP" | "Mail" | "Database" | "SSH";
  readonly title: string;
  readonly draft: {
    readonly version: string;
    readonly possible: boolean;
    readonly feasible: boolean;
    readonly byDefault: boolean;
  };
  readonly today: {
    readonly possible: Answer;
    readonly feasible: Answer;
    readonly generous: Answer;
    readonly strict: Answer;
    /** How, and in which log. */
    readonly how: string;
    /** Granularity, year and offset of the default time. */
    readonly time: string;
    /** Where this stands. */
    readonly source: string;
  };
}

const inDraft = (version: string, possible: boolean, feasible: boolean, byDefault: boolean) => ({
  version,
  possible,
  feasible,
  byDefault,
});
const asToday = (
  [possible, feasible, generous, strict]: readonly [Answer, Answer, Answer, Answer],
  how: string,
  time: string,
  source: string,
) => ({ possible, feasible, generous, strict, how, time, source });

export const SIXTEEN: readonly TableRow[] = [
  {
    id: "apache",
    category: "HTTP",
    title: "Apache HTTPD",
    draft: inDraft("2.4.25", true, true, false),
    today: asToday(
      ["yes", "yes", "partly", "partly"],
      "%{remote}p in LogFormat; the error log's default format has [client IP:port]",
      "access log 1 s with year and offset; error log microseconds with year, no offset",
      "httpd 2.4 documentation: mod_log_config, ErrorLogFormat",
    ),
  },
  {
    id: "iis",
    category: "HTTP",
    title: "Microsoft IIS",
    draft: inDraft("10", true, true, false),
    today: asToday(
      ["yes", "yes", "partly", "partly"],
      "customFields with the server variable REMOTE_PORT (W3C, 8.5 and later); HTTPERR always has c-port, for failed requests",
      "1 s, UTC by definition",
      "IIS configuration reference: logFile/customFields; HTTP.sys error logging",
    ),
  },
  {
    id: "tomcat",
    category: "HTTP",
    title: "Apache Tomcat",
    draft: inDraft("8.5.15", true, true, false),
    today: asToday(
      ["yes", "yes", "no", "no"],
      "%{remote}p in AccessLogValve's pattern (%p alone is the local port)",
      "1 s with year and offset",
      "Tomcat configuration reference: The Valve Component, Access Log Valve",
    ),
  },
  {
    id: "squid",
    category: "HTTP",
    title: "Squid",
    draft: inDraft("3.5.25", true, true, false),
    today: asToday(
      ["yes", "yes", "no", "no"],
      "%>p in a logformat; none of the built-in formats has it",
      "milliseconds since the epoch, UTC",
      "squid.conf documentation: logformat, access_log",
    ),
  },
  {
    id: "nginx",
    category: "HTTP",
    title: "nginx",
    draft: inDraft("1.12.0", true, true, false),
    today: asToday(
      ["yes", "yes", "partly", "no"],
      "$remote_port in log_format; the error log of mail and stream at level info has client IP:port",
      "1 s with year and offset ($msec: milliseconds); error log 1 s without offset",
      "nginx documentation: ngx_http_core_module, ngx_http_log_module",
    ),
  },
  {
    id: "sendmail",
    category: "Mail",
    title: "sendmail",
    draft: inDraft("8.15.2", true, true, false),
    today: asToday(
      ["yes", "yes", "no", "no"],
      "no directive: a syslog map and the macro {client_port} in a ruleset, or a milter",
      "syslog's: often 1 s without year and offset",
      "Sendmail Installation and Operation Guide: macros, K configuration command",
    ),
  },
  {
    id: "exchange",
    category: "Mail",
    title: "Microsoft Exchange",
    draft: inDraft("2016", true, false, false),
    today: asToday(
      ["yes", "yes", "yes", "partly"],
      "remote-endpoint in the receive protocol log, on by default for the front-end receive connector; cIp in the IMAP and POP protocol logs, off by default",
      "milliseconds with year, UTC",
      "Exchange Server documentation: Protocol logging",
    ),
  },
  {
    id: "postfix",
    category: "Mail",
    title: "Postfix",
    draft: inDraft("2.10.0", true, true, false),
    today: asToday(
      ["yes", "yes", "partly", "no"],
      "smtpd_client_port_logging = yes; postscreen always logs the port, where it is in use",
      "syslog's: often 1 s without year and offset",
      "postconf(5), postscreen(8)",
    ),
  },
  {
    id: "exim",
    category: "Mail",
    title: "Exim",
    draft: inDraft("4.89", true, true, false),
    today: asToday(
      ["yes", "yes", "no", "no"],
      "log_selector = +incoming_port",
      "1 s with year, local time without offset (log_timezone adds it, +millisec milliseconds)",
      "Exim specification, chapter Log files",
    ),
  },
  {
    id: "dovecot",
    category: "Mail",
    title: "Dovecot",
    draft: inDraft("not stated", true, true, false),
    today: asToday(
      ["yes", "yes", "yes", "yes"],
      "the session id of the default login line carries the port, encoded; or rport=%{rport} (2.3), rport=%{remote_port} (2.4) in login_log_format_elements",
      "syslog's; the session id has the connection's start in microseconds",
      "Dovecot documentation: login_log_format_elements; client_get_session_id in its source",
    ),
  },
  {
    id: "uw-imap",
    category: "Mail",
    title: "UW IMAP",
    draft: inDraft("imap-2007f", false, false, false),
    today: asToday(
      ["no", "no", "no", "no"],
      "never",
      "syslog's: often 1 s without year and offset",
      "imap-2007f source, src/osdep/unix",
    ),
  },
  {
    id: "oracle",
    category: "Database",
    title: "Oracle Database",
    draft: inDraft("not stated", false, false, false),
    today: asToday(
      ["yes", "yes", "yes", "yes"],
      "the listener's log has (HOST=...)(PORT=...) of every connection, and is on by default",
      "listener.log 1 s with year, no offset; log.xml milliseconds with offset",
      "Oracle Net Services reference: LOGGING_listener_name; listener.log format",
    ),
  },
  {
    id: "mysql",
    category: "Database",
    title: "MySQL",
    draft: inDraft("5.7.18", false, false, false),
    today: asToday(
      ["partly", "partly", "no", "no"],
      "MySQL: never; MariaDB 12.0 and later: the server_audit plugin writes host:port",
      "microseconds with year, UTC (8.0)",
      "MySQL manual, server logs; MariaDB documentation, Audit Plugin log format",
    ),
  },
  {
    id: "mssql",
    category: "Database",
    title: "Microsoft SQL Server",
    draft: inDraft("2016", true, false, false),
    today: asToday(
      ["yes", "no", "partly", "partly"],
      "ERRORLOG has the address only; the extended event connectivity_ring_buffer_recorded has RemotePort, for failed connections",
      "10 ms with year; the offset stands once, in ERRORLOG's head",
      "SQL Server documentation: Extended Events, ring buffer connectivity records",
    ),
  },
  {
    id: "postgresql",
    category: "Database",
    title: "PostgreSQL",
    draft: inDraft("9.6.3", true, true, false),
    today: asToday(
      ["yes", "yes", "yes", "no"],
      "%r in log_line_prefix; log_connections; csvlog's connection_from and jsonlog's remote_port",
      "milliseconds with year and a zone abbreviation",
      "PostgreSQL documentation: Error Reporting and Logging",
    ),
  },
  {
    id: "sshd",
    category: "SSH",
    title: "OpenSSH sshd",
    draft: inDraft("7.5", true, true, true),
    today: asToday(
      ["yes", "yes", "yes", "yes"],
      'every login line has "from IP port N" at the default level',
      "syslog's: often 1 s without year and offset",
      "sshd_config(5), LogLevel; auth.c and packet.c of its source",
    ),
  },
];

/** What the draft's table shows, counted from its rows. */
export const DRAFT_COUNTS = {
  possible: SIXTEEN.filter((r) => r.draft.possible).length,
  feasible: SIXTEEN.filter((r) => r.draft.feasible).length,
  byDefault: SIXTEEN.filter((r) => r.draft.byDefault).length,
} as const;

/** The draft contradicts itself: its section 6.2 says ten, its own table eleven. */
export const DRAFT_SLIP = `The draft's table has ${DRAFT_COUNTS.feasible} servers for which logging the port is feasible; its section 6.2 speaks of ten. The rows are right: ${DRAFT_COUNTS.feasible}.`;

export const rowOf = (id: string): TableRow | undefined => SIXTEEN.find((r) => r.id === id);
