// Oracle listener.log: one entry a line, sometimes TNS- errors below it.
// Source: Oracle Net Services Administrator's Guide, "Analyzing Listener Log Files".

import { readIso } from "../../time/stamp";
import type { Format } from "../format";
import { readListenerEntry, readOracleTime } from "../oracle-text";
import { detectStamped, type StampedRules, stampedParser } from "../stamped";

const rules: StampedRules = {
  name: "Oracle's listener.log",
  means: "written",
  protocol: 6,
  head(text) {
    const stamp = readOracleTime(text) ?? readIso(text);
    return stamp && text.startsWith(" * ", stamp.end) ? { stamp, message: text.slice(stamp.end + 3) } : null;
  },
  // The entry is given its " * " back, so that an ADDRESS right after the time is seen too.
  read: (message) => readListenerEntry(` * ${message}`),
  continues: (text, before) =>
    (readOracleTime(before) ?? readIso(before)) !== null &&
    /^\s*(?:TNS-\d|(?:Linux|Solaris|IBM|HPUX|64-bit|32-bit)\b.*Error: |\s+\S)/.test(text),
};

export default {
  id: "oracle.listener",
  title: "Oracle listener.log",
  role: "server",
  gives: {
    port: "always",
    precision: "1 s",
    timeMeans: "connect",
    writes: "truncates",
    year: true,
    zone: "never",
  },
  source: "Oracle Net Services Administrator's Guide, Listener Log",
  detect: (sample, options) => detectStamped(sample, options, rules, "Oracle's listener.log"),
  open: (options) => stampedParser(rules, options),
} satisfies Format as Format;
