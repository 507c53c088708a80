// Access and connection logs of Amazon's load balancers, which stand before many servers: the client's address and port are
// what reaches the operator, since the server behind sees the balancer's. They stand before anything that a client writes.
// Application: time of the response. Classic: time of the request. Network (TLS): end of the connection, without an offset.
// Source: AWS documentation, Elastic Load Balancing: "Access logs for your Application / Network / Classic Load Balancer",
// "Connection logs for your Application Load Balancer".
import { canonicalAddress } from "../../record/address";
import { SECOND } from "../../time/civil";
import { alone, TimeReader } from "../../time/reader";
import { readIso, type Stamp } from "../../time/stamp";
import { splitEndpoint } from "../delimited";
import { detectLines } from "../detect";
import type { Format, ParseOptions } from "../format";
import { type FieldValue, type LineOutcome, type LineRules, lineParser } from "../lines";
import { clientPort, type MessageFinding, recordOf } from "../program";

const ISO = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?Z?";
const TIMES = "(?<a>-1|[\\d.]+|-) (?<b>-1|[\\d.]+|-) (?<c>-1|[\\d.]+|-)";
const STATUS = "(?<status>\\d{3}|-) (?:\\d{3}|-) (?:\\d+|-) (?:\\d+|-)";
const SHAPES: readonly (readonly [kind: string, means: "start" | "end" | "connect", shape: RegExp])[] = [
  [
    "application",
    "end",
    new RegExp(
      `^(?<type>https?|h2|wss?|grpcs?) (?<time>${ISO}) (?<balancer>\\S+) (?<client>\\S+) (?<target>\\S+) ${TIMES} ${STATUS} "`,
    ),
  ],
  [
    "classic",
    "start",
    new RegExp(
      `^(?<time>${ISO}) (?<balancer>\\S+) (?<client>\\S+:\\d+) (?<target>\\S+) ${TIMES} ${STATUS} "`,
    ),
  ],
  [
    "network",
    "end",
    new RegExp(
      `^(?<type>tls) \\d\\.\\d (?<time>${ISO}) (?<balancer>\\S+) \\S+ (?<client>\\S+) (?<target>\\S+) (?<ms>\\d+) (?:\\d+|-) (?:\\d+|-) (?:\\d+|-) `,
    ),
  ],
  [
    "connection",
    "connect",
    new RegExp(
      `^(?<time>${ISO}) (?<ip>[0-9A-Fa-f.:]+) (?<port>\\d{1,5}) (?<listener>\\d{1,5}) (?:TLSv[\\d.]+|-) \\S+ (?:[\\d.]+|-) "`,
    ),
  ],
];

interface Entry {
  readonly stamp: Stamp;
  readonly found: MessageFinding;
  readonly durationUs: number | null;
}

function endpoint(text: string): MessageFinding {
  const { ip, port } = splitEndpoint(text);
  // An IPv6 address without brackets may be one with a port, or a longer one.
  if (!text.startsWith("[") && ip.includes(":") && canonicalAddress(text) !== null)
    return { partial: `"${text}" is an IPv6 address, or one with a port; neither is taken` };
  return { client: ip, port: clientPort(port) };
}

/** Seconds that the request took in all; null where a part was not measured. */
function seconds(parts: readonly (string | undefined)[]): number | null {
  let sum = 0;
  for (const part of parts) {
    const value = part === undefined || part === "-" ? Number.NaN : Number(part);
    if (!(value >= 0)) return null;
    sum += value;
  }
  return sum;
}

function entryOf(text: string): Entry | null {
  for (const [kind, means, shape] of SHAPES) {
    const g = shape.exec(text)?.groups;
    if (!g) continue;
    const stamp = readIso(g.time!);
    if (!stamp || stamp.end !== g.time!.length) return null;
    const fields: Record<string, FieldValue> = {
      kind,
      type: g.type ?? null,
      balancer: g.balancer ?? null,
      target: g.target === "-" ? null : (g.target ?? null),
      status: g.status === "-" ? null : (g.status ?? null),
      request: /"((?:[^"\\]|\\.)*)"/.exec(text.slice(text.indexOf('"')))?.[1] ?? null,
    };
    const client = g.client === undefined ? { client: g.ip!, port: clientPort(g.port) } : endpoint(g.client);
    const took = kind === "application" ? seconds([g.a, g.b, g.c]) : null;
    return {
      stamp,
      found: {
        ...client,
        localPort: clientPort(g.listener),
        means,
        fields: kind === "connection" ? { kind } : fields,
      },
      durationUs: took !== null ? Math.round(took * SECOND) : g.ms === undefined ? null : Number(g.ms) * 1000,
    };
  }
  return null;
}

function rulesOf(options: ParseOptions): LineRules {
  const times = new TimeReader(options);
  return {
    read(text, { line, fields }): LineOutcome {
      const entry = entryOf(text);
      if (!entry) return { reject: "not a line of a load balancer's log" };
      const { found, stamp, durationUs } = entry;
      const record = recordOf(times.resolve(stamp, line), found, 6, fields === false ? null : {});
      return { ...record, durationUs };
    },
  };
}

export default {
  id: "aws.elb",
  title: "Amazon load balancers: access logs (application, network, classic), connection logs",
  role: "server",
  gives: {
    port: "always",
    precision: "1 us (application, classic), 1 s (network)",
    timeMeans: "end",
    writes: "truncates",
    year: true,
    zone: "when-configured",
  },
  source: "AWS documentation: Elastic Load Balancing, access logs and connection logs",
  detect: (sample, options) =>
    detectLines(sample, options, "a load balancer's log", 4, (text) => {
      const entry = entryOf(text);
      return entry && { stamp: entry.stamp };
    }),
  open: (options) =>
    lineParser("server", () => rulesOf(options), {
      store: options.storeFields,
      readBack: () => rulesOf(alone(options)),
    }),
} satisfies Format as Format;
