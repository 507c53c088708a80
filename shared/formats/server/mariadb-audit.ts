// MariaDB's server_audit plugin: timestamp,serverhost,username,host,connectionid,queryid,operation,... From 12.0 on the
// host has the client's port (host:port). A user name may hold commas, a query anything; a line that can be split in
// two ways gives no client. Source: MariaDB documentation, "Audit Plugin Log Format"; MDEV-35745.

import { canonicalAddress } from "../../record/address";
import { TimeReader } from "../../time/reader";
import { readEpoch, type Stamp, stampOf } from "../../time/stamp";
import { splitEndpoint } from "../delimited";
import { detectLines } from "../detect";
import type { Format } from "../format";
import { type LineOutcome, lineParser } from "../lines";
import { clientPort, type MessageFinding, recordOf } from "../program";
import { readSyslog } from "../syslog";
import { unwrapLine } from "../wrapper";

const HEAD = /^(\d{4})(\d{2})(\d{2}) (\d{2}):(\d{2}):(\d{2}),/;
const OPERATION =
  "(CONNECT|DISCONNECT|FAILED_CONNECT|QUERY|QUERY_DDL|QUERY_DML|QUERY_DCL|QUERY_DML_NO_SELECT|CREATE|ALTER|RENAME|DROP|READ|WRITE|PROXY_CONNECT|CHANGEUSER)";
const BODY = new RegExp(`,([^,]*),(\\d+),(\\d+),${OPERATION},`, "g");

function stampAt(text: string): Stamp | null {
  // Aurora MySQL writes microseconds since the epoch.
  const micros = /^\d{16}(?=,)/.test(text) ? readEpoch(text) : null;
  if (micros) return { ...micros, end: micros.end + 1 };
  const m = HEAD.exec(text);
  if (!m) return null;
  return stampOf(
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
}

function endpoint(host: string): MessageFinding {
  if (canonicalAddress(host) !== null) return { client: host };
  const { ip, port } = splitEndpoint(host);
  return { client: ip, port: clientPort(port) };
}

function read(
  text: string,
  from: number,
): { found: MessageFinding; fields: Record<string, string | number> } | null {
  const rest = text.slice(from);
  const all = [...rest.matchAll(BODY)];
  const first = all[0];
  if (!first) return null;
  // Before the first quote stands no query; a second reading there can only come out of a user's name.
  const quote = rest.indexOf("'", 0);
  const early = all.filter((m) => quote < 0 || m.index < quote || m === first);
  const before = rest.slice(0, first.index).split(",");
  const object = rest.slice(first.index + first[0].length);
  const fields = {
    serverHost: before[0] ?? "",
    user: before.slice(1).join(","),
    connection: Number(first[2]),
    query: Number(first[3]),
    operation: first[4]!,
    object,
  };
  if (early.some((m) => m[1] !== first[1]))
    return { found: { partial: "the line can be split in two ways; no client is taken" }, fields };
  return { found: { ...endpoint(first[1]!), means: first[4] === "CONNECT" ? "connect" : "written" }, fields };
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
      if (stamp && read(text, stamp.end)) return { stamp };
      const relayed = stamp ? null : throughSyslog(text);
      if (relayed && read(relayed.message, 0)) return { stamp: relayed.stamp };
      return before !== null && stampAt(before) && !stamp ? { stamp: null, continuation: true } : null;
    }),
  open: (options) =>
    lineParser("server", () => {
      const times = new TimeReader(options);
      return {
        continues: (text, before) =>
          stampAt(before) !== null && stampAt(text) === null && text.trim() !== "" && !text.startsWith("#"),
        read(text, { line }): LineOutcome {
          const stamp = stampAt(text);
          const relayed = stamp ? null : throughSyslog(text);
          if (relayed) {
            const found = read(relayed.message, 0);
            if (!found) return { reject: "no host, connection, query and operation in the message" };
            return recordOf(
              relayed.stamp && times.resolve(relayed.stamp, line),
              found.found,
              6,
              found.fields,
            );
          }
          if (!stamp) return { reject: "does not begin with a server_audit time" };
          const found = read(text, stamp.end);
          if (!found) return { reject: "no host, connection, query and operation after the time" };
          return recordOf(times.resolve(stamp, line), found.found, 6, found.fields);
        },
      };
    }),
} satisfies Format as Format;
