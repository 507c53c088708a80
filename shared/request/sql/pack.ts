// The attribution join for an operator's own store: every mapping that possibly holds an event's endpoint while the event
// happened, by port blocks as in the case itself, with both holds, so that the lab decides and the store only finds.
// Tables: portwitness_event and portwitness_witness come with the pack, portwitness_mapping is a view of the operator's.
import {
  any,
  bin,
  choose,
  coalesce,
  col,
  divide,
  type Expr,
  every,
  int,
  isNull,
  type Query,
  type Select,
  text,
} from "./ast";

export interface PackColumn {
  readonly name: string;
  readonly kind: "int" | "text";
}

const c = (name: string, kind: PackColumn["kind"]): PackColumn => ({ name, kind });

/** An event's row for each piece of its interval, in the operator's clock where it was compared, else in UTC. */
export const EVENT_COLUMNS: readonly PackColumn[] = [
  c("request_id", "text"),
  c("question_id", "text"),
  c("event_id", "int"),
  c("public_ip", "text"),
  c("port", "int"),
  c("protocol", "int"),
  c("dst_ip", "text"),
  c("dst_port", "int"),
  c("from_us", "int"),
  c("to_us", "int"),
];

/** Other connections of the same server: no more of them than it takes to be found. */
export const WITNESS_COLUMNS: readonly PackColumn[] = [
  c("request_id", "text"),
  c("witness_id", "int"),
  c("public_ip", "text"),
  c("port", "int"),
  c("protocol", "int"),
  c("from_us", "int"),
  c("to_us", "int"),
];

/** What the operator's view must give (README of the pack). NULL: not recorded. */
export const MAPPING_VIEW: readonly (PackColumn & { readonly means: string })[] = [
  { ...c("mapping_id", "int"), means: "a number of the record that it is found again by" },
  { ...c("public_ip", "text"), means: "canonical text: 198.51.100.7, 2001:db8::1" },
  { ...c("protocol", "int"), means: "IANA number; NULL where the mapping holds for every protocol" },
  { ...c("port_low", "int"), means: "first port" },
  { ...c("port_high", "int"), means: "last port, inclusive" },
  { ...c("port_step", "int"), means: "1 where contiguous" },
  {
    ...c("possible_from_us", "int"),
    means: "earliest possible start, microseconds since 1970 UTC; NULL unknown",
  },
  { ...c("certain_from_us", "int"), means: "latest possible start (start + resolution); NULL unknown" },
  { ...c("certain_to_us", "int"), means: "earliest possible end; NULL unknown" },
  {
    ...c("possible_to_us", "int"),
    means: "latest possible end (end + resolution); NULL where none is recorded",
  },
  {
    ...c("start_text", "text"),
    means: "start as recorded, RFC 3339 with no more digits than the record has: 2026-11-24T05:34:12Z",
  },
  { ...c("end_text", "text"), means: "end likewise; NULL where none is recorded" },
  { ...c("inside_ip", "text"), means: "inside address or softwire" },
  { ...c("subscriber", "text"), means: "subscriber line" },
  { ...c("node", "text"), means: "device that wrote the record" },
  { ...c("dst_ip", "text"), means: "destination where it was logged" },
  { ...c("dst_port", "int"), means: "destination port where it was logged" },
];

/** As in the case: a mapping is exploded over the smallest blocks of which it spans fewer than MAX_BLOCKS. */
const BLOCK_SIZES = [64, 1_024, 65_536] as const;
const MAX_BLOCKS = 8;
/** Beyond any time in microseconds, within 2^53. */
const EVER = 9_000_000_000_000_000;

export const m = (name: string) => col("m", name);
export const e = (name: string) => col("e", name);
export const eq = (a: Expr, b: Expr) => bin(a, "=", b);

const span = (size: number): Expr => bin(divide(m("port_high"), size), "-", divide(m("port_low"), size));

const belongs = (size: number): Expr[] => [
  ...BLOCK_SIZES.filter((s) => s < size).map((s) => bin(span(s), ">=", int(MAX_BLOCKS))),
  ...(size === 65_536 ? [] : [bin(span(size), "<", int(MAX_BLOCKS))]),
];

const KEPT = MAPPING_VIEW.map(({ name }) => name);

/** Mappings with the block that they are met in: one common table for each size. */
export const exploded = BLOCK_SIZES.map((size) => ({
  name: `mapping_${size}`,
  union: [
    {
      columns: [...KEPT.map((name) => ({ e: m(name), as: name })), { e: col(null, "block"), as: "block" }],
      from: { table: "portwitness_mapping", as: "m" },
      explode: { low: divide(m("port_low"), size), high: divide(m("port_high"), size), as: "block" },
      where: belongs(size),
    } satisfies Select,
  ],
}));

const protocolFits = any(isNull(e("protocol")), isNull(m("protocol")), eq(e("protocol"), m("protocol")));

const meets = (shiftUs: number): Expr[] => [
  bin(coalesce(m("possible_from_us"), int(-EVER)), "<", bin(e("to_us"), "+", int(shiftUs))),
  bin(coalesce(m("possible_to_us"), int(EVER)), ">", bin(e("from_us"), "+", int(shiftUs))),
];

const portFits: Expr[] = [
  bin(e("port"), ">=", m("port_low")),
  bin(e("port"), "<=", m("port_high")),
  eq(bin(bin(e("port"), "-", m("port_low")), "%", m("port_step")), int(0)),
];

export const byPort = (table: string, columns: Select["columns"], shiftUs: number): Select[] =>
  BLOCK_SIZES.map((size) => ({
    columns,
    from: { table, as: "e" },
    join: {
      table: `mapping_${size}`,
      as: "m",
      on: [eq(m("public_ip"), e("public_ip")), eq(m("block"), col("e", `block_${size}`))],
    },
    where: [...portFits, protocolFits, ...meets(shiftUs)],
  }));

/** Events with their block of each size. A block beside a missing port is missing too, and meets nothing. */
export const blocked = (name: string, table: string, columns: readonly PackColumn[]) => ({
  name,
  union: [
    {
      columns: [
        ...columns.map((column) => ({ e: e(column.name), as: column.name })),
        ...BLOCK_SIZES.map((size) => ({ e: divide(e("port"), size), as: `block_${size}` })),
      ],
      from: { table, as: "e" },
    } satisfies Select,
  ],
});

const CANDIDATE: Select["columns"] = [
  ...["request_id", "question_id", "event_id", "from_us", "to_us"].map((name) => ({ e: e(name), as: name })),
  ...KEPT.map((name) => ({ e: m(name), as: name })),
  {
    e: choose(
      every(bin(m("certain_from_us"), "<=", e("from_us")), bin(m("certain_to_us"), ">=", e("to_us"))),
      int(1),
      int(0),
    ),
    as: "certainly_covers",
  },
];

/** Without a port: by the destination. A mapping of which none was logged may have led there too. */
const byDestination: Select = {
  columns: CANDIDATE,
  from: { table: "portwitness_event", as: "e" },
  join: { table: "portwitness_mapping", as: "m", on: [eq(m("public_ip"), e("public_ip"))] },
  where: [
    isNull(e("port")),
    any(
      isNull(m("dst_ip")),
      every(
        eq(m("dst_ip"), e("dst_ip")),
        any(isNull(e("dst_port")), isNull(m("dst_port")), eq(e("dst_port"), m("dst_port"))),
      ),
    ),
    protocolFits,
    ...meets(0),
  ],
};

const candidates = [...byPort("event_block", CANDIDATE, 0), byDestination];
const withEvents = [...exploded, blocked("event_block", "portwitness_event", EVENT_COLUMNS)];

/** Every candidate of every event, with both holds. */
export const CANDIDATES: Query = {
  with: withEvents,
  union: candidates,
  orderBy: ["event_id", "from_us", "mapping_id"],
};

const found = (name: string) => col("f", name);
const none: Expr = { k: "null", type: "text" };
const noNumber: Expr = { k: "null", type: "int" };

/** The reply in the request's own format: a line for each holder of a question, and "no-record" where there is none. */
export const REPLY: Query = {
  with: [
    ...withEvents,
    { name: "found", union: candidates },
    {
      name: "asked",
      union: [
        {
          distinct: true,
          columns: ["request_id", "question_id"].map((name) => ({ e: e(name), as: name })),
          from: { table: "portwitness_event", as: "e" },
        },
      ],
    },
    {
      name: "answered",
      union: [
        {
          distinct: true,
          columns: [{ e: found("question_id"), as: "question_id" }],
          from: { table: "found", as: "f" },
        },
      ],
    },
  ],
  union: [
    {
      distinct: true,
      columns: [
        { e: found("request_id"), as: "request_id" },
        { e: found("question_id"), as: "question_id" },
        { e: text("record"), as: "outcome" },
        ...KEPT.map((name) => ({ e: found(name), as: name })),
      ],
      from: { table: "found", as: "f" },
    },
    {
      columns: [
        { e: col("a", "request_id"), as: "request_id" },
        { e: col("a", "question_id"), as: "question_id" },
        { e: text("no-record"), as: "outcome" },
        ...MAPPING_VIEW.map(({ name, kind }) => ({ e: kind === "int" ? noNumber : none, as: name })),
      ],
      from: { table: "asked", as: "a" },
      join: {
        table: "answered",
        as: "f",
        on: [eq(col("f", "question_id"), col("a", "question_id"))],
        left: true,
      },
      where: [isNull(found("question_id"))],
    },
  ],
  orderBy: ["question_id", "mapping_id"],
};
