// MariaDB's server_audit plugin: timestamp,serverhost,username,host,connectionid,queryid,operation,... From 12.0 on the
// host has the client's port (host:port). A user name may hold commas, a query anything; a line that can be split in
// two ways gives no client. Source: MariaDB documentation, "Audit Plugin Log Format"; MDEV-35745.

import { canonicalAddress } from "../../record/address";
import { alone, TimeReader } from "../../time/reader";
import { readEpoch, type Stamp, stampOf } from "../../time/stamp";
import { splitEndpoint } from "../delimited";
import { detectLines } from "../detect";
import type { Format, ParseOptions } from "../format";
import { type LineOutcome, type LineRules, lineParser } from "../lines";
import { clientPort, type MessageFinding, recordOf } from "../program";
import { readSyslog } from "../syslog";
import { unwrapLine } from "../wrapper";

const HEAD = /^(\d{4})(\d{2})(\d{2}) (\d{2}):(\d{2}):(\d{2}),/;
const OPERATION =
  "(CONNECT|DISCONNECT|FAILED_CONNECT|QUERY|QUERY_DDL|QUERY_DML|QUERY_DCL|QUERY_DML_NO_SELECT|CREATE|ALTER|RENAME|DROP|READ|WRITE|PROXY_CONNECT|CHANGEUSER)";
const BODY = new RegExp(`,([^,]*),(\\d+),(\\d+),${OPERATION},`, "g");

/** Lines asked about last, since each is: as the record's own, and as one that the next may go on. */
const asked: [string, string] = ["", ""];
const answers: [Stamp | null, Stamp | null] = [null, null];

function stampAt(text: string): Stamp | null {
  if (text === asked[0]) return answers[0];
  if (text === asked[1]) return answers[1];
  const stamp = readStampAt(text);
  asked[1] = asked[0];
  answers[1] = answers[0];
  asked[0] = text;
  answers[0] = stamp;
  return stamp;
}

/** The last time written as server_audit does; lines of one second share it. */
let lastHead = "";
let lastStamp: Stamp | null = null;

function readStampAt(text: string): Stamp | null {
  if (lastHead !== "" && text.startsWith(lastHead)) return lastStamp;
  // Aurora MySQL writes microseconds since the epoch.
  const micros = /^\d{16}(?=,)/.test(text) ? readEpoch(text) : null;
  if (micros) return { ...micros, end: micros.end + 1 };
  const m = HEAD.exec(text);
  if (!m) return null;
  lastHead = m[0];
  lastStamp = stampOf(
    {
      year: Number(m[1]),
      month: Number(m[2]),
      day: Number(m[3]),
      hour: Number(m[4]),
      minute: Number(m[5]),
      second: Number(m[6]),
    },
    m[0].length,
  );
  return lastStamp;
}

interface Reading {
  readonly found: MessageFinding;
  readonly fields: Record<string, string | number>;
}

function endpoint(host: string): MessageFinding {
  if (canonicalAddress(host) !== null) return { client: host };
  const { ip, port } = splitEndpoint(host);
  return { client: ip, port: clientPort(port) };
}

function read(text: string, from: number, wanted: boolean): Reading | null {
  const rest = from === 0 ? text : text.slice(from);
  BODY.lastIndex = 0;
  const first = BODY.exec(rest);
  if (!first) return null;
  // Before the first quote stands no query; a second reading there can only come out of a user's name.
  const quote = rest.indexOf("'", 0);
  let twofold = false;
  while (quote < 0 || BODY.lastIndex < quote) {
    const next = BODY.exec(rest);
    if (!next || (quote >= 0 && next.index >= quote)) break;
    if (next[1] !== first[1]) twofold = true;
  }
  const fields = wanted ? fieldsOf(rest, first) : {};
  if (twofold) return { found: { partial: "the line can be split in two ways; no client is taken" }, fields };
  const host = endpoint(first[1]!);
  return {
    found: {
      client: host.client,
      port: host.port,
      means: first[4] === "CONNECT" ? "connect" : "written",
    },
    fields,
  };
}

function fieldsOf(rest: string, first: RegExpExecArray): Record<string, string | number> {
  const before = rest.slice(0, first.index).split(",");
  return {
    serverHost: before[0] ?? "",
    user: before.slice(1).join(","),
    connection: Number(first[2]),
    query: Number(first[3]),
    operation: first[4]!,
    object: rest.slice(first.index + first[0].length),
  };
}

/** server_audit_output_type=syslog: the plugin's line without its time, behind what server_audit_syslog_info says. */
function throughSyslog(text: string): { stamp: Stamp | null; message: string } | null {
  const { head } = unwrapLine(text, readSyslog);
  return head?.program && /^mysql-server_auditing/.test(head.program)
    ? { stamp: head.stamp, message: head.message }
    : null;
}

export default {
  id: "mariadb.audit",
  title: "MariaDB server_audit",
  role: "server",
  gives: {
    port: "when-configured",
    precision: "1 s",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "never",
  },
  source: "MariaDB documentation, Audit Plugin Log Format (host:port from 12.0)",
  detect: (sample, options) =>
    detectLines(sample, options, "MariaDB's server_audit", 4, (text, before) => {
      const stamp = stampAt(text);
      if (stamp && read(text, stamp.end, false)) return { stamp };
      const relayed = stamp ? null : throughSyslog(text);
      if (relayed && read(relayed.message, 0, false)) return { stamp: relayed.stamp };
      return before !== null && stampAt(before) && !stamp ? { stamp: null, continuation: true } : null;
    }),
  open: (options) =>
    lineParser("server", () => auditRules(options), {
      store: options.storeFields,
      readBack: () => auditRules(alone(options)),
    }),
} satisfies Format as Format;

function auditRules(options: ParseOptions): LineRules {
  const times = new TimeReader(options);
  return {
    continues: (text, before) =>
      stampAt(before) !== null && stampAt(text) === null && text.trim() !== "" && !text.startsWith("#"),
    read(text, { line, fields }): LineOutcome {
      const wanted = fields !== false;
      const stamp = stampAt(text);
      const relayed = stamp ? null : throughSyslog(text);
      if (relayed) {
        const found = read(relayed.message, 0, wanted);
        if (!found) return { reject: "no host, connection, query and operation in the message" };
        const time = relayed.stamp && times.resolve(relayed.stamp, line);
        return recordOf(time, found.found, 6, wanted ? found.fields : null);
      }
      if (!stamp) return { reject: "does not begin with a server_audit time" };
      const found = read(text, stamp.end, wanted);
      if (!found) return { reject: "no host, connection, query and operation after the time" };
      return recordOf(times.resolve(stamp, line), found.found, 6, wanted ? found.fields : null);
    },
  };
}
