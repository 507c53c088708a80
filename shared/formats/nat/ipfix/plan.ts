// What a template's records say of a translation, decided once a template. natEvent (IE 230) has three incompatible
// numberings (RFC 8158, draft-02 of Juniper MX, Cisco IOS-XE), so the number is read only together with the template's
// shape: a port range is a block, a translated port a session or BIB entry, two addresses alone a binding. Within a
// shape the three agree on what begins and what ends a mapping.
// Source: RFC 8158 sections 4 and 5; Juniper MX IPFIX templates for NAT; Cisco HSL for NAT; ASA NSEL; Nokia 7750 LSN.
import type { NatEvent } from "../../../record/columns";
import type { Template } from "./templates";

export type Shape = "block" | "session" | "binding" | "nokia-add" | "nokia-delete" | "nsel" | "flow" | "none";

export interface Plan {
  readonly shape: Shape;
  readonly options: boolean;
  /** Positions of fields in the template, -1 where it has none. */
  readonly inV4: number;
  readonly inV6: number;
  readonly pub: number;
  readonly inPort: number;
  readonly pubPort: number;
  readonly dst: number;
  readonly dst6: number;
  readonly postDst: number;
  readonly dstPort: number;
  readonly postDstPort: number;
  readonly protocol: number;
  readonly natEvent: number;
  readonly firewallEvent: number;
  readonly rangeStart: number;
  readonly rangeEnd: number;
  readonly rangeStep: number;
  readonly rangeCount: number;
  readonly realm: number;
  readonly subscriber: number;
  readonly conn: number;
  readonly observed: number;
  readonly start: number;
  readonly end: number;
  readonly startUpTime: number;
  readonly endUpTime: number;
}

const plans = new WeakMap<Template, Plan>();

export function planOf(template: Template): Plan {
  let plan = plans.get(template);
  if (!plan) {
    plan = make(template);
    plans.set(template, plan);
  }
  return plan;
}

function make(template: Template): Plan {
  const first = (...ids: number[]): number => {
    for (const id of ids) {
      const at = template.at.get(id);
      if (at !== undefined) return at;
    }
    return -1;
  };
  const nokia = template.enterprise.get("637/93") ?? -1;
  const fields = {
    inV4: first(8),
    inV6: first(27),
    pub: first(225, 281, 40001),
    inPort: first(7),
    pubPort: first(227, 40003),
    dst: first(12),
    dst6: first(28),
    postDst: first(226, 282, 40002),
    dstPort: first(11),
    postDstPort: first(228, 40004),
    protocol: first(4),
    natEvent: first(230),
    firewallEvent: first(233, 40005),
    rangeStart: first(361),
    rangeEnd: first(362),
    rangeStep: first(363),
    rangeCount: first(364),
    realm: first(234, 464),
    subscriber: nokia >= 0 ? nokia : first(371, 40000),
    conn: first(148),
    observed: first(323, 324, 325, 322),
    start: first(152, 154, 156, 150),
    end: first(153, 155, 157, 151),
    startUpTime: first(22),
    endUpTime: first(21),
  };
  return { ...fields, shape: shapeOf(fields, nokia >= 0, template.options), options: template.options };
}

type Fields = Omit<Plan, "shape" | "options">;

function shapeOf(f: Fields, nokia: boolean, options: boolean): Shape {
  if (options) return "none";
  const inside = f.inV4 >= 0 || f.inV6 >= 0;
  if (nokia && inside && f.pub < 0) return f.end >= 0 ? "nokia-delete" : "nokia-add";
  if (!inside || f.pub < 0) return "none";
  if (f.natEvent >= 0) {
    if (f.rangeStart >= 0) return "block";
    return f.pubPort >= 0 ? "session" : "binding";
  }
  if (f.firewallEvent >= 0) return "nsel";
  const timed = f.start >= 0 || f.end >= 0 || f.startUpTime >= 0 || f.endUpTime >= 0;
  return f.pubPort >= 0 && timed ? "flow" : "none";
}

const BLOCK_START = new Set([1, 4, 14, 16]);
const BLOCK_END = new Set([2, 5, 15, 17]);
/** RFC 8158: 1 4 6 8 10 create, 2 5 7 9 11 delete; draft-02: the same up to 9, and 10, 11 never in this shape. */
const SESSION_START = new Set([1, 4, 6, 8, 10]);
const SESSION_END = new Set([2, 5, 7, 9, 11]);
/** RFC 8158: 14/15 (and BIB 8-11 without ports); draft-02: 12/13; IOS-XE: 1/2. */
const BINDING_START = new Set([1, 4, 6, 8, 10, 12, 14]);
const BINDING_END = new Set([2, 5, 7, 9, 11, 13, 15]);

/** What a record of this shape says with its event number; "other" names no mapping. */
export function eventOf(shape: Shape, natEvent: number | null, firewallEvent: number | null): NatEvent {
  switch (shape) {
    case "block":
      return pick(natEvent, BLOCK_START, BLOCK_END);
    case "session":
      return pick(natEvent, SESSION_START, SESSION_END);
    case "binding":
      return pick(natEvent, BINDING_START, BINDING_END);
    case "nokia-add":
      return "start";
    case "nokia-delete":
      return "release";
    case "nsel":
      return firewallEvent === 1
        ? "start"
        : firewallEvent === 2
          ? "release"
          : firewallEvent === 5
            ? "interim"
            : "other";
    case "flow":
      return "mapping";
    default:
      return "other";
  }
}

const pick = (event: number | null, begins: ReadonlySet<number>, ends: ReadonlySet<number>): NatEvent =>
  event === null ? "other" : begins.has(event) ? "start" : ends.has(event) ? "release" : "other";
