// PostgreSQL's stderr log (also through syslog) with any log_line_prefix; --layout takes the prefix itself. Times carry a
// zone abbreviation only, which is no zone. Source: PostgreSQL documentation, "Error Reporting and Logging".

import { NOT_THIS } from "../detect";
import type { Format, ParseOptions } from "../format";
import {
  compilePrefix,
  type Prefix,
  type PrefixRemote,
  prefixRemote,
  readAnyPrefix,
  readPostgresMessage,
  readPrefix,
  SEVERITY,
} from "../log-line-prefix";
import { detectStamped, type StampedRules, stampedParser } from "../stamped";

const FOUND: readonly PrefixRemote[] = ["remote", "host", "either", "plain"];
const TOLD: Readonly<Record<PrefixRemote, string>> = {
  remote: "Its prefix holds the client's address and port.",
  host: "Its prefix holds the client's address, not its port.",
  either: "Its prefix holds the client's address and port in some lines, its address alone in others.",
  plain: "Its prefix does not hold the client's port.",
};

function rulesOf(options: ParseOptions): StampedRules {
  // What detection found of the prefix, where none was given.
  const found = FOUND.find((name) => name === options.layout);
  const pattern = options.layout !== undefined && !found ? compilePrefix(options.layout) : null;
  // A line is asked about as one that may go on, as one that the next goes on, and as its own record: in turns with one other.
  const asked: [string | null, string | null] = [null, null];
  const answers: [Prefix | null, Prefix | null] = [null, null];
  const prefix = (text: string): Prefix | null => {
    if (text === asked[0]) return answers[0];
    if (text === asked[1]) return answers[1];
    const answer = pattern ? readPrefix(text, pattern) : readAnyPrefix(text, found);
    asked[1] = asked[0];
    answers[1] = answers[0];
    asked[0] = text;
    answers[0] = answer;
    return answer;
  };
  const rules: StampedRules & { remote: WeakMap<object, Prefix> } = {
    name: "PostgreSQL's log",
    means: "written",
    protocol: 6,
    programs: /^postgres$/,
    remote: new WeakMap(),
    head(text) {
      const found = prefix(text);
      if (!found) {
        // Through syslog the message may stand without a prefix, behind a line number: [3-1]
        const bare =
          /^(?:\[\d+-\d+\] )?(?=(?:DEBUG\d?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT): )/.exec(
            text,
          );
        // A collector's time stands for the prefix's own, and the rest of the prefix is there.
        const severity = bare ? null : SEVERITY.exec(text.slice(0, 600));
        if (!bare && !severity) return null;
        return { stamp: null, message: text.slice(bare ? bare[0].length : severity!.index) };
      }
      const head = { stamp: found.stamp, message: text.slice(found.end), fields: found.fields };
      rules.remote.set(head, found);
      return head;
    },
    read(message, head) {
      const severity = SEVERITY.exec(message);
      const rest = severity?.index === 0 ? message.slice(severity[0].length) : message;
      const said = readPostgresMessage(rest);
      // An application's name in the prefix may hold "LOG:  " and a message of its own making.
      if (said.client !== undefined && SEVERITY.test(rest))
        return {
          partial: "the line can be read in two ways, since a name in it holds a message; no client is taken",
        };
      const remote = rules.remote.get(head)?.remote ?? {};
      if (said.client === undefined) return { ...remote, ...(said.means ? { means: said.means } : {}) };
      if (remote.client !== undefined && remote.client !== said.client)
        return { partial: "prefix and message name two clients; none is taken" };
      return { ...remote, ...said, port: said.port ?? remote.port ?? null };
    },
    continues: (text, before) =>
      prefix(before) !== null &&
      prefix(text) === null &&
      text !== "" &&
      !text.startsWith("#") &&
      !/^[A-Z][a-z]{2} [ \d]\d \d\d:/.test(text),
  };
  return rules;
}

/** log_line_prefix and not another server's layout. */
const isPrefix = (layout: string): boolean =>
  /%[-\d]*[mtn]/.test(layout) && !/%\{|%>|%<|\$/.test(layout) && !/"%r"|%t "%|%host|%[Sj]/.test(layout);

export default {
  id: "postgresql",
  title: "PostgreSQL stderr log with any log_line_prefix",
  role: "server",
  gives: {
    port: "when-configured",
    precision: "1 ms (%m, %n), 1 s (%t)",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "when-configured",
  },
  source: "PostgreSQL 17 documentation 19.8; src/backend/utils/error/elog.c",
  detect(sample, options) {
    if (options.layout !== undefined) {
      return isPrefix(options.layout)
        ? detectStamped(sample, options, rulesOf(options), "PostgreSQL's log", 10)
        : NOT_THIS;
    }
    const found = detectStamped(sample, options, rulesOf(options), "PostgreSQL's log");
    if (found.score === 0) return found;
    const remote = prefixRemote(sample.lines.slice(0, 1000));
    return { ...found, layout: remote, reasons: [...found.reasons, TOLD[remote]] };
  },
  open: (options) => stampedParser(rulesOf(options), options),
} satisfies Format as Format;
