// Access logs written as JSON, an object a line: nginx (log_format escape=json) and Apache with keys of the operator's
// choosing, Caddy, Traefik, Envoy, the Elastic Common Schema, Google's httpRequest; bare, behind a syslog head, or inside
// a container's own JSON. Keys are known by name, or named by --map. The port goes with the address of its own pair: an
// address out of a header (X-Forwarded-For, Caddy's client_ip) is never put beside the peer's port.
// Source: nginx ngx_http_log_module (escape=json); Caddy docs, "log" (request.remote_ip, remote_port); Traefik docs,
// "Access logs" (ClientAddr, ClientHost, ClientPort, StartUTC); Envoy access log (%DOWNSTREAM_REMOTE_ADDRESS%); ECS.

import { canonicalAddress } from "../../record/address";
import { alone, TimeReader } from "../../time/reader";
import { readClf, readEpoch, readIso, type Stamp } from "../../time/stamp";
import { withBundles } from "../bundle";
import { splitEndpoint } from "../delimited";
import { detectLines } from "../detect";
import type { Format, ParseOptions } from "../format";
import { type FieldValue, type LineOutcome, type LineRules, lineParser } from "../lines";
import { clientPort, type MessageFinding, recordOf } from "../program";
import { readSyslog } from "../syslog";
import { parseJsonLine, unwrapLine } from "../wrapper";

type Flat = ReadonlyMap<string, string>;

/** Pairs of address and port, the connection's own peer before what a module put in its place. Lower case. */
const PAIRS: readonly (readonly [addresses: readonly string[], ports: readonly string[]])[] = [
  [["realip_remote_addr"], ["realip_remote_port"]],
  [["request.remote_ip", "request.remote_addr"], ["request.remote_port"]],
  [
    [
      "remote_addr",
      "remoteaddr",
      "remote_ip",
      "remoteip",
      "remote_address",
      "remoteaddress",
      "remote_host",
      "remotehost",
      "remote",
    ],
    ["remote_port", "remoteport"],
  ],
  [["downstream_direct_remote_address", "downstream_remote_address"], ["downstream_remote_port"]],
  [["clientaddr", "clienthost"], ["clientport"]],
  [["source.ip", "source.address"], ["source.port"]],
  [["client.ip", "client.address"], ["client.port"]],
  [["httprequest.remoteip"], ["httprequest.remoteport"]],
  [["properties.clientip"], ["properties.clientport"]],
  [
    [
      "client_ip",
      "clientip",
      "client_addr",
      "client_address",
      "client",
      "c_ip",
      "c-ip",
      "src_ip",
      "srcip",
      "ip",
    ],
    ["client_port", "clientport", "c_port", "c-port", "src_port", "srcport", "source_port", "sourceport"],
  ],
];
const STARTS = ["startutc", "start_time", "starttime", "request_start"];
const TIMES = [
  "time_iso8601",
  "@timestamp",
  "timestamp",
  "time",
  "ts",
  "time_local",
  "msec",
  "datetime",
  "date",
  "startlocal",
];
const PROTOCOLS = [
  "server_protocol",
  "request.proto",
  "requestprotocol",
  "proto",
  "protocol",
  "httprequest.protocol",
  "http.version",
];
const REQUESTS =
  /^(?:.*\.)?(?:request|request_?method|method|request_?line|request_?uri|request_?path|uri|url|path|status|status_?code|response_?code|downstreamstatus|verb|user_?agent|http_user_agent)$/;

/** Keys in lower case: files have the same few on every line. */
const lowered = new Map<string, string>();
function lower(key: string): string {
  let out = lowered.get(key);
  if (out === undefined) {
    if (lowered.size >= 1000) lowered.clear();
    out = key.toLowerCase();
    lowered.set(key, out);
  }
  return out;
}

/** Every value of the object under its path in lower case; lists are no values. */
function flat(json: Readonly<Record<string, unknown>>): Flat {
  const out = new Map<string, string>();
  const walk = (object: Readonly<Record<string, unknown>>, path: string, depth: number): void => {
    for (const key of Object.keys(object)) {
      const value = object[key];
      const name = path === "" ? lower(key) : path + lower(key);
      if (typeof value === "string") out.set(name, value);
      else if (typeof value === "number" || typeof value === "boolean") out.set(name, String(value));
      else if (value !== null && typeof value === "object" && !Array.isArray(value) && depth < 3)
        walk(value as Record<string, unknown>, `${name}.`, depth + 1);
    }
  };
  walk(json, "", 0);
  return out;
}

interface Found {
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly outer: Stamp | null;
}

/** `name  | {...}`, as docker compose shows the lines of several containers. */
const COMPOSE = /^[\w.-]+ +\| (?=\{)/;

function objectOf(line: string): Found | null {
  const text = line.replace(COMPOSE, "");
  const { head, wrapped } = unwrapLine(text, readSyslog);
  for (const inner of [head?.message, wrapped?.message]) {
    if (inner === undefined || !inner.startsWith("{")) continue;
    const json = parseJsonLine(inner);
    if (json) return { text: inner, json, outer: head?.stamp ?? wrapped?.stamp ?? null };
  }
  const json = text.startsWith("{") ? parseJsonLine(text) : null;
  return json ? { text, json, outer: null } : null;
}

function stampOf(value: string): Stamp | null {
  const text = value.trim().replace(/^\[(.*)\]$/, "$1");
  for (const read of [readIso, readClf, readEpoch]) {
    const stamp = read(text);
    if (stamp && stamp.end === text.length) return stamp;
  }
  return null;
}

const first = (values: Flat, names: readonly string[]): { name: string; value: string } | null => {
  for (const name of names) {
    const value = values.get(name);
    if (value !== undefined && value !== "" && value !== "-") return { name, value };
  }
  return null;
};

/** The object's text has this key more than once: a reader cannot know which of them the server wrote. */
function twice(lower: string, path: string): boolean {
  const key = `"${path.slice(path.lastIndexOf(".") + 1)}"`;
  if (lower.indexOf(key) === lower.lastIndexOf(key)) return false;
  let count = 0;
  const open: string[] = [];
  let last = "";
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;
  for (const m of lower.matchAll(token)) {
    const [word] = m;
    if (word === "{" || word === "[") open.push(word === "[" ? "[]" : last);
    else if (word === "}" || word === "]") open.pop();
    else if (/^\s*:/.test(lower.slice(m.index + word.length, m.index + word.length + 8))) {
      last = word.slice(1, -1);
      // The outermost object has no key of its own.
      if ([...open.slice(1), last].join(".") === path) count++;
    }
  }
  return count > 1;
}

function clientOf(values: Flat, text: string, map: ParseOptions["map"]): MessageFinding | null {
  const mapped = map?.srcIp?.toLowerCase();
  const pairs: typeof PAIRS = mapped ? [[[mapped], map?.srcPort ? [map.srcPort.toLowerCase()] : []]] : PAIRS;
  for (const [addresses, ports] of pairs) {
    const address = first(values, addresses);
    if (!address) continue;
    const whole = canonicalAddress(address.value);
    const split = whole === null ? splitEndpoint(address.value) : null;
    const ip = whole ?? (split ? canonicalAddress(split.ip) : null);
    if (ip === null) continue;
    const own = split?.port ?? null;
    const port = first(values, ports);
    const lowerText = text.toLowerCase();
    if (twice(lowerText, address.name) || (port !== null && twice(lowerText, port.name)))
      return { partial: "the address or port stands there twice; neither is taken" };
    const said = clientPort(port?.value);
    if (own !== null && said !== null && clientPort(own) !== said)
      return {
        client: ip,
        partial: `the address has port ${own}, the key ${port!.name} ${said}; neither is taken`,
      };
    return {
      client: ip,
      port: clientPort(own) ?? said,
      ...(port !== null && said === null && port.value !== "0"
        ? { partial: "the client's port is no port" }
        : {}),
    };
  }
  return null;
}

interface Entry {
  readonly stamp: Stamp;
  readonly found: MessageFinding;
  readonly protocol: number | null;
  readonly outer: Stamp | null;
  readonly values: Flat;
}

const requests = new Map<string, boolean>();
/** True where one of the object's keys is of a request. */
function asksFor(values: Flat): boolean {
  for (const name of values.keys()) {
    let known = requests.get(name);
    if (known === undefined) {
      if (requests.size >= 1000) requests.clear();
      known = REQUESTS.test(name);
      requests.set(name, known);
    }
    if (known) return true;
  }
  return false;
}

/** HTTP/1 and 2 are TCP, HTTP/3 is UDP; a stream says which it is. */
function protocolOf(values: Flat, map: ParseOptions["map"]): number | null {
  const said = first(values, map?.protocol ? [map.protocol.toLowerCase()] : PROTOCOLS)?.value;
  const text = said ?? /(HTTP\/\d(?:\.\d)?)$/.exec(values.get("request") ?? "")?.[1];
  if (text === undefined) return null;
  if (/^(?:UDP|17)$/i.test(text) || /^(?:HTTP\/)?3(?:\.0)?$/i.test(text)) return 17;
  return /^(?:TCP|6)$/i.test(text) || /^(?:HTTP\/)?[0-2](?:\.\d)?$/i.test(text) ? 6 : null;
}

function entryOf(line: string, map: ParseOptions["map"]): Entry | string {
  const object = objectOf(line);
  if (!object) return "no JSON object";
  const values = flat(object.json);
  const start = map?.time ? null : first(values, STARTS);
  const time = start ?? first(values, map?.time ? [map.time.toLowerCase()] : TIMES);
  const stamp = time ? stampOf(time.value) : null;
  if (!stamp) return "no time in the object";
  const found = clientOf(values, object.text, map);
  if (!found) return "no client's address in the object";
  if (!map && !asksFor(values)) return "no request in the object";
  const local = first(values, map?.dstIp ? [map.dstIp.toLowerCase()] : ["server_addr"]);
  const localPort = first(values, map?.dstPort ? [map.dstPort.toLowerCase()] : ["server_port"]);
  return {
    stamp,
    found: {
      ...found,
      local: local?.value ?? null,
      localPort: clientPort(localPort?.value),
      means: start ? "start" : "written",
    },
    protocol: protocolOf(values, map),
    outer: object.outer,
    values,
  };
}

export default {
  id: "access.json",
  title: "Access log as JSON lines (nginx, Apache, Caddy, Traefik, Envoy, ECS), or any by --map",
  role: "server",
  gives: {
    port: "when-configured",
    precision: "that of the digits written",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "when-configured",
  },
  source:
    "nginx ngx_http_log_module; Caddy, Traefik and Envoy documentation of access logs; Elastic Common Schema",
  detect: (sample, options) =>
    detectLines(sample, options, "an access log in JSON", options.map ? 4 : 3, (text) => {
      if (!text.includes("{")) return null;
      const entry = entryOf(text, options.map);
      return typeof entry === "string" ? null : { stamp: entry.stamp };
    }),
  open: (options) =>
    lineParser("server", () => accessRules(options), {
      store: options.storeFields,
      json: true,
      readBack: () => accessRules(alone(options)),
    }),
} satisfies Format as Format;

function accessRules(options: ParseOptions): LineRules {
  const times = new TimeReader(options);
  return withBundles({
    read(text, { line, fields }): LineOutcome {
      const entry = entryOf(text, options.map);
      if (typeof entry === "string") return { reject: entry };
      const time = times.resolve(entry.stamp, line);
      const { outer } = entry;
      const other =
        outer && outer.offsetUs !== null && !outer.yearless ? outer.wallUs - outer.offsetUs : null;
      const more = fields === false ? null : (Object.fromEntries(entry.values) as Record<string, FieldValue>);
      return recordOf(time, entry.found, entry.protocol, more, other);
    },
  });
}
