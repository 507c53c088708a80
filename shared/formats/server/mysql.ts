// MySQL and MariaDB error and general logs: the client's address stands after the last '@' of the account, never with a
// port. Names in 'user'@'host' are the client's own words. Times: ISO with Z or an offset (5.7 on, log_timestamps),
// local without either before, yymmdd in 5.5. Source: MySQL Reference Manual, "The Error Log", "The General Query Log";
// mysys/my_getopt, sql/log.cc.

import { readIso, type Stamp, stampOf } from "../../time/stamp";
import type { Format } from "../format";
import type { MessageFinding } from "../program";
import { detectStamped, type StampedRules, stampedParser } from "../stamped";

/** `130324  0:04:00` */
function readShort(text: string): Stamp | null {
  const m = /^(\d{2})(\d{2})(\d{2}) {1,2}(\d{1,2}):(\d{2}):(\d{2})(?=[ \t]|$)/.exec(text);
  if (!m) return null;
  return stampOf(
    {
      year: 2000 + Number(m[1]),
      month: Number(m[2]),
      day: Number(m[3]),
      hour: Number(m[4]),
      minute: Number(m[5]),
      second: Number(m[6]),
    },
    m[0].length,
  );
}

const REST =
  /^(?:[ \t]+(\d+))?[ \t]+(?:\[(System|Note|Warning|ERROR|Error|Information)\] ?|(?=(?:Connect|Query|Quit|Init DB|Field List|Prepare|Execute|Statistics|Ping|Close stmt|Reset stmt|Change user|Refresh|Shutdown|Binlog Dump|Register Slave|Kill|Long Data|Set option|Fetch|Daemon|Create DB|Drop DB|Processlist|Debug|Table Dump|Connect Out|Delayed insert|Sleep|Time)(?=[ \t]|$)))/;

function read(message: string): MessageFinding {
  const denied =
    /(?:^|\] )Access denied for user '.*'@'([^']*)' (?:\(using password: \w+\)|to database )/s.exec(
      message,
    ) ?? /(?:^|\] )Access denied for user '.*'@'([^']*)'(?:\s*$)/s.exec(message);
  if (denied) return { client: denied[1]! };
  const aborted = /(?:^|\] )Aborted connection \d+ to db: .* user: '.*' host: '([^']*)' \(/s.exec(message);
  if (aborted) return { client: aborted[1]! };
  // The general log repeats a refusal behind its command's name.
  const refused = /^Connect[ \t]+Access denied for user '.*'@'([^']*)' \(using password: \w+\)\s*$/s.exec(
    message,
  );
  if (refused) return { client: refused[1]!, means: "connect" };
  const connect = /^Connect[ \t]+(?:.*)@(\S+) (?:on|as anonymous)(?: |$)/s.exec(message);
  if (connect) return { client: connect[1]!, means: "connect" };
  const unresolved =
    /^(?:\[\S+\] )*(?:IP address|Hostname) '([0-9A-Fa-f:.]+)' (?:could not be resolved|has been resolved)/.exec(
      message,
    );
  return unresolved ? { client: unresolved[1]! } : {};
}

const rules: StampedRules = {
  name: "MySQL's or MariaDB's log",
  means: "written",
  protocol: 6,
  head(text) {
    const stamp = readIso(text) ?? readShort(text);
    if (!stamp) return null;
    const rest = REST.exec(text.slice(stamp.end));
    if (!rest) return null;
    return {
      stamp,
      message: text.slice(stamp.end + rest[0].length),
      fields: { thread: rest[1] ? Number(rest[1]) : null, level: rest[2] ?? null },
    };
  },
  read,
  continues: (text, before) =>
    rules.head(before) !== null &&
    rules.head(text) === null &&
    !rules.isHeader!(text) &&
    !/^#|^[A-Z][a-z]{2} [ \d]\d |^\d{4}-\d\d-\d\d[T ]/.test(text) &&
    text.trim() !== "",
  isHeader: (text) =>
    /^\S*mysqld?\S*, Version: .* started with:|^\S*mariadbd\S*, Version: |^Tcp port: \d+ +Unix socket: |^Time +Id +Command +Argument/.test(
      text,
    ),
};

export default {
  id: "mysql.error",
  title: "MySQL and MariaDB error log and general query log",
  role: "server",
  gives: {
    port: "never",
    precision: "1 us (5.7 on), 1 s before",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "when-configured",
  },
  source: "MySQL 8.4 Reference Manual 7.4.2, 7.4.3; MariaDB documentation, Error Log",
  detect: (sample, options) => detectStamped(sample, options, rules, "MySQL's or MariaDB's log"),
  open: (options) => stampedParser(rules, options),
} satisfies Format as Format;
