// Juniper MX services cards (MS-DPC, MS-MPC, Next Gen Services): port blocks and flows. The line has two clocks: the
// routing engine's head and the services PIC's own stamp in the body, in zones that need not agree. The inside may be a
// B4's IPv6 address (DS-Lite). Source: Junos System Log Explorer, ASP_NAT_PORT_BLOCK_*, ASP_SFW_*, JSERVICES_*, MSVCS_*.
import { SECOND } from "../../time/civil";
import { readIso } from "../../time/stamp";
import { together } from "../line-parts";
import type { LineRecord } from "../lines";
import { gives, headOf, lastFound, meansOf, portOf, protocolOf, textFormat, tuple } from "./support/text";

const MARK =
  /(?:ASP|JSERVICES)_NAT_PORT_BLOCK_(ALLOC|RELEASE|ACTIVE)|(?:ASP|JSERVICES)_SFW_(CREATE_ACCEPT|DELETE)_FLOW|(?:JSERVICES|MSVCS_LOG)_SESSION_(OPEN|CLOSE)/;
const HOST = /^(?:<\d+>)?(?:[A-Z][a-z]{2} +\d+ [\d:.]+|\d{4}-\S+T\S+) +(\S+)/;
/** Some routers put a space into the clock: "07: 00:20". The last before the message is the card's. */
const BODY_STAMP = /\d{4}-\d{2}-\d{2} \d{2}:(?: (?=\d{2}:\d{2}\b))?\d{2}:\d{2}/g;
/** The newer form ends in the allocation's epoch in hex seconds. */
const BLOCK = /: +(\S+) +-> +([0-9A-Fa-f.:]+):(\d+)-(\d+)(?: +(?:0x)?([0-9a-f]{8}))?\s*$/;
const FLOW = /proto (\d+).*?, [^:,\s]*:(\S+):(\d+) -> (\S+):(\d+),.*translate to ([0-9A-Fa-f.:]+):(\d+)/;
const SESSION = /(\S+):(\d+) \[([0-9A-Fa-f.:]+):(\d+)\] -> (\S+):(\d+) \((\w+)\)/;

export default textFormat({
  id: "juniper.mx",
  title: "Juniper MX services NAT",
  gives: gives("1 s", "start", true, "never"),
  source: "Junos System Log Explorer: ASP_NAT_PORT_BLOCK_*, ASP_SFW_*_FLOW, JSERVICES_*, MSVCS_LOG_SESSION_*",
  mark: MARK,
  otherwise: "no services NAT message",
  reader: (times) => (text, line) => {
    const tag = MARK.exec(text)!;
    const head = headOf(text);
    const body = lastFound(BODY_STAMP, text, tag.index);
    const ownFirst = body !== null && body.index < 8;
    const own = body === null ? null : readIso(body[0].replace(": ", ":"));
    // Where a host stands between both stamps, the syslog reader takes the body's for the writer's and the head as outer.
    const clocks = times.two(own ?? head.stamp, own && !ownFirst ? (head.outer ?? head.stamp) : null, line);
    const event =
      tag[1] === "ACTIVE"
        ? "interim"
        : [tag[1], tag[2], tag[3]].some((kind) => kind === "RELEASE" || kind === "DELETE" || kind === "CLOSE")
          ? "release"
          : "start";
    const found = tag[1] ? block(text, event === "interim") : tag[2] ? flow(text) : session(text);
    if (found === null) return { reject: `${tag[0]} without its addresses` };
    const set = /\{([^}]*)\}/.exec(text)?.[1];
    return together(clocks, found, {
      timeMeans: meansOf(event),
      event,
      device: HOST.exec(text)?.[1] ?? head.host,
      fields: { message: tag[0], serviceSet: set },
    });
  },
});

function block(text: string, interim: boolean): Partial<LineRecord> | null {
  const m = BLOCK.exec(text);
  if (!m) return null;
  const begun = interim && m[5] !== undefined ? Number.parseInt(m[5], 16) * SECOND : null;
  return {
    insideIp: m[1],
    publicIp: m[2],
    portLow: portOf(m[3]),
    portHigh: portOf(m[4]),
    startUs: begun,
    startPrecisionUs: begun === null ? null : SECOND,
  };
}

const end = (ip: string | undefined, port: string | undefined) => ({ ip: ip ?? "", port: portOf(port) });

function flow(text: string): Partial<LineRecord> | null {
  const m = FLOW.exec(text);
  return m && tuple(end(m[2], m[3]), end(m[6], m[7]), end(m[4], m[5]), protocolOf(m[1]));
}

function session(text: string): Partial<LineRecord> | null {
  const m = SESSION.exec(text);
  // A tab or line break in the message is written as #011 or #012 by rsyslog.
  const inside = m?.[1]?.replace(/^.*#01\d/, "");
  return m && tuple(end(inside, m[2]), end(m[3], m[4]), end(m[5], m[6]), protocolOf(m[7]));
}
