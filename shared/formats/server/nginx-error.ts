// nginx error_log of http, mail and stream: "client IP:port connected to" at level info holds the client's port; the
// ends after "connected to", "server:" and "upstream:" are nginx's own. User names and request lines are the client's
// words and may repeat ", client: "; a line with two different ones gives none.
// Source: nginx src/core/ngx_log.c, src/http/ngx_http_request.c (ngx_http_log_error), src/mail and src/stream handlers.

import { readIso } from "../../time/stamp";
import type { Format } from "../format";
import { clientPort, type MessageFinding } from "../program";
import { detectStamped, type StampedRules, stampedParser } from "../stamped";

const HEAD = /^ \[(debug|info|notice|warn|error|crit|alert|emerg)\] (\d+)#(\d+): (?:\*(\d+) )?/;
const END = "(\\[[0-9A-Fa-f:.]+\\]:\\d+|(?:\\d{1,3}\\.){3}\\d{1,3}(?::\\d+)?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]+)";
const CONNECTED = new RegExp(`^client ${END} connected to ${END}`);
/** nginx mail says "using starttls" between a client and the server. */
const CLIENT = new RegExp(`, client: ${END}(?: using starttls)?(?=, server: |, server:$|, login: |$)`, "g");

/** All that nginx writes after the client. A request that it parsed holds no second " HTTP/", a host no quote or blank. */
const TAIL =
  /^(?:, server: [^,]*)?(?:, request: "(?:(?! HTTP\/).)*(?: HTTP\/\d\.\d)?")?(?:, subrequest: "[^"]*")?(?:, upstream: "[^"]*")?(?:, bytes from\/to (?:client|upstream):[\d/]+)*(?:, host: "[^"\s/]*")?(?:, referrer: ".*")?$/s;

function endpoint(text: string): { ip: string; port: number | null } {
  const m = /^\[(.+)\]:(\d+)$/.exec(text) ?? /^((?:\d+\.){3}\d+):(\d+)$/.exec(text);
  return m ? { ip: m[1]!, port: clientPort(m[2]) } : { ip: text, port: null };
}

function read(message: string): MessageFinding {
  const connected = CONNECTED.exec(message);
  if (connected) {
    const client = endpoint(connected[1]!);
    const local = endpoint(connected[2]!);
    return { client: client.ip, port: client.port, local: local.ip, localPort: local.port, means: "connect" };
  }
  const all = [...message.matchAll(CLIENT)].map((m) => ({
    text: m[1]!,
    before: message.slice(0, m.index),
    after: message.slice(m.index + m[0].length),
  }));
  const first = all[0];
  if (!first) return {};
  const one = (text: string): MessageFinding => {
    const client = endpoint(text);
    return { client: client.ip, port: client.port };
  };
  // Without quotes before it nothing of the client's own can stand there.
  if (all.every((c) => c.text === first.text) || !/["']/.test(first.before)) return one(first.text);
  const whole = all.filter((c) => TAIL.test(c.after));
  if (whole.length === 1) return one(whole[0]!.text);
  return {
    partial: "the line can be read with two clients, since a name or request in it holds one; none is taken",
  };
}

const rules: StampedRules = {
  name: "nginx's error_log",
  means: "written",
  protocol: null,
  programs: /^nginx$/,
  ownHead: true,
  head(text) {
    const stamp = /^\d{4}\/\d{2}\/\d{2} /.test(text) ? readIso(text) : null;
    const m = HEAD.exec(stamp ? text.slice(stamp.end) : ` ${text}`);
    if (!m) return null;
    const from = (stamp ? stamp.end : -1) + m[0].length;
    return {
      stamp,
      message: text.slice(from),
      fields: { level: m[1], pid: m[2], connection: m[4] ? Number(m[4]) : null },
    };
  },
  read,
};

export default {
  id: "nginx.error",
  title: "nginx error_log (http, mail, stream)",
  role: "server",
  gives: {
    port: "when-configured",
    precision: "1 s",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "never",
  },
  source: "nginx src/core/ngx_log.c, src/mail/ngx_mail_handler.c, src/stream/ngx_stream_handler.c",
  detect: (sample, options) => detectStamped(sample, options, rules, "nginx's error_log"),
  open: (options) => stampedParser(rules, options),
} satisfies Format as Format;
