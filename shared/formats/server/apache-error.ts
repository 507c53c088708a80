// Apache error_log: [client IP:port] stands among the bracketed fields before the message, so that nothing a client
// sends can come before it. 2.4 writes the port by default; an IPv6 client stands without brackets of its own, where
// its end can be read as port or as part of the address: then neither is taken.
// Source: httpd 2.4 server/log.c (log_remote_address, ErrorLogFormat), mod_log_config; 2.2 log.c.

import { canonicalAddress } from "../../record/address";
import { readCtime, readIso, type Stamp } from "../../time/stamp";
import type { Format } from "../format";
import { clientPort, type MessageFinding } from "../program";
import { detectStamped, type StampedRules, stampedParser } from "../stamped";

const GROUP = /\[((?:[^[\]]|\[[^[\]]*\])*)\] ?/y;

/** Modules whose messages are about a client's request, and those whose connections go to backends. */
const OF_REQUESTS =
  /^(?:auth[nz]?_\w+|access_compat|allowmethods|autoindex|cgid?|dir|evasive\d*|include|lua|negotiation|php\d*|rewrite|security[23])$/;
const OF_BACKENDS = /^(?:proxy(?:_\w+)?|ssl|http2|lbmethod_\w+)$/;

function endpoint(text: string): MessageFinding {
  const bracketed =
    /^\[([^\]]+)\](?::(\d+))?$/.exec(text) ?? /^((?:\d{1,3}\.){3}\d{1,3})(?::(\d+))?$/.exec(text);
  if (bracketed) return { client: bracketed[1]!, port: clientPort(bracketed[2]) };
  const split = /^([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*):(\d{1,5})$/.exec(text);
  if (!split) {
    const named = /^([^:]+):(\d+)$/.exec(text);
    return named ? { client: named[1]!, port: clientPort(named[2]) } : { client: text };
  }
  const whole = canonicalAddress(text) !== null;
  const withPort = canonicalAddress(split[1]!) !== null;
  if (whole && withPort)
    return {
      partial: `"${text}" is an IPv6 address, or one with a port; neither is taken`,
      fields: { clientText: text },
    };
  return whole ? { client: text } : { client: split[1]!, port: clientPort(split[2]) };
}

const rules: StampedRules = {
  name: "Apache's error_log",
  means: "written",
  protocol: null,
  programs: /^(?:httpd|apache2?)/,
  ownHead: true,
  head(text) {
    let at = 0;
    let stamp: Stamp | null = null;
    const fields: Record<string, string | null> = {};
    for (let n = 0; n < 12; n++) {
      GROUP.lastIndex = at;
      const m = GROUP.exec(text);
      if (!m) break;
      const value = m[1]!;
      const time: Stamp | null = stamp === null ? (readCtime(value) ?? readIso(value)) : null;
      if (time && time.end === value.length) stamp = time;
      else if (/^(?:[\w-]*:)?(?:emerg|alert|crit|error|warn|notice|info|debug|trace\d)$/.test(value))
        fields.level = value;
      else if (/^pid /.test(value)) fields.pid = value.slice(4).replace(/:tid.*/, "");
      else if (/^client /.test(value)) fields.client ??= value.slice(7);
      else if (/^remote /.test(value)) fields.remote ??= value.slice(7);
      else if (fields.level === undefined || fields.client !== undefined) break;
      at = GROUP.lastIndex;
      // ErrorLogFormat's default has the source file and the system's error between level and client.
      const between = /^(?:[\w./-]+\.c\(\d+\): )?(?:\(\d+\)[^[\]:]{1,80}: )?(?=\[(?:client|remote) )/.exec(
        text.slice(at),
      );
      if (between) at += between[0].length;
    }
    if (!stamp && fields.level === undefined) return null;
    return { stamp, message: text.slice(at), fields };
  },
  read: (_message, head) => {
    const { client, remote, level } = head.fields ?? {};
    if (typeof client === "string") return endpoint(client);
    if (typeof remote !== "string") return {};
    // httpd writes "remote" for what has no place in its scoreboard: a backend, or the client of an HTTP/2 stream.
    const module = String(level).replace(/:.*/, "");
    if (OF_REQUESTS.test(module)) return endpoint(remote);
    return OF_BACKENDS.test(module)
      ? {}
      : { partial: `"remote ${remote}" may be a client or a backend; it is not taken` };
  },
  typical: (head) => head.fields?.level !== undefined,
};

export default {
  id: "apache.error",
  title: "Apache error_log",
  role: "server",
  gives: {
    port: "always",
    precision: "1 us (2.4), 1 s (2.2)",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "never",
  },
  source: "httpd 2.4 server/log.c, core ErrorLogFormat",
  detect: (sample, options) => detectStamped(sample, options, rules, "Apache's error_log"),
  open: (options) => stampedParser(rules, options),
} satisfies Format as Format;
