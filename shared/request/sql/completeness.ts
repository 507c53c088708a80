// The pack's figures of completeness over an operator's whole log: what an extract cannot show (rule of evidence 8).
import { CHANCE_SHIFT_US } from "../../attribution/completeness";
import { FIGURE_COLUMNS, type FigureKind } from "../figures";
import { bin, coalesce, col, divide, type Expr, int, isNull, type Query, type Select, text } from "./ast";
import { blocked, byPort, e, eq, exploded, m, WITNESS_COLUMNS } from "./pack";

const MINUTE_US = 60_000_000;
const HOUR_US = 60 * MINUTE_US;

const w = (name: string) => col("w", name);
const noText: Expr = text("");
const zero = int(0);
const count: Expr = { k: "count", distinct: null };
const distinct = (e: Expr): Expr => ({ k: "count", distinct: e });
const greatest = (a: Expr): Expr => ({ k: "max", a });
/** A node's name; "" where the records name none, since NULL equals nothing. */
const nodeOf = coalesce(m("node"), noText);

const WITNESS: Select["columns"] = [{ e: e("witness_id"), as: "witness_id" }];
const MET: Select["columns"] = [
  ...WITNESS,
  ...["mapping_id", "subscriber", "inside_ip"].map((name) => ({ e: m(name), as: name })),
];
const COUNTS = ["n", "subscribers", "insides", "earlier", "later"] as const;

/** Mappings that meet a witness's interval, counted; 0 in the columns that are not about them. */
const counted = (table: string, counts: Partial<Record<(typeof COUNTS)[number], Expr>>): Select => ({
  columns: [
    { e: col("x", "witness_id"), as: "witness_id" },
    ...COUNTS.map((name) => ({ e: counts[name] ?? zero, as: name })),
  ],
  from: { table, as: "x" },
  groupBy: [col("x", "witness_id")],
});

/** A line of the figures: FIGURE_COLUMNS of ../figures.ts. */
const figure = (
  name: FigureKind,
  cells: Partial<Record<(typeof FIGURE_COLUMNS)[number], Expr>>,
): Select["columns"] =>
  FIGURE_COLUMNS.map((column) => {
    const absent = column === "request_id" || column === "node" || column === "public_ip" ? noText : zero;
    return { e: column === "figure" ? text(name) : (cells[column] ?? absent), as: column };
  });

const minute = (a: Expr): Expr => divide(a, MINUTE_US);
const minuteFrom = (a: Expr): Expr => bin(a, "*", int(MINUTE_US));
const minuteTo = (a: Expr): Expr => bin(minuteFrom(a), "+", int(MINUTE_US));
/** Within an hour of the witnesses' own time: what is further away bears on none of them. */
const nearby = (name: string): Expr[] => [
  bin(m(name), ">=", bin(col("k", "low_us"), "-", int(HOUR_US))),
  bin(m(name), "<=", bin(col("k", "high_us"), "+", int(HOUR_US))),
];
const heardAt = (name: string): Select => ({
  columns: [
    { e: nodeOf, as: "node" },
    { e: minute(m(name)), as: "minute" },
  ],
  from: { table: "portwitness_mapping", as: "m" },
  join: { table: "nodes", as: "k", on: [eq(nodeOf, col("k", "node"))] },
  where: nearby(name),
});
const ofWitnesses = { table: "addresses", as: "k", on: [eq(m("public_ip"), col("k", "public_ip"))] };
const request = { e: w("request_id"), as: "request_id" };
const bounds = ["low_us", "high_us"] as const;

/** Over the whole log: what an extract cannot show (rule of evidence 8). Read back as ../figures.ts says. */
export const COMPLETENESS: Query = {
  with: [
    ...exploded,
    blocked("witness_block", "portwitness_witness", WITNESS_COLUMNS),
    { name: "met", union: byPort("witness_block", MET, 0) },
    { name: "met_earlier", union: byPort("witness_block", WITNESS, -CHANCE_SHIFT_US) },
    { name: "met_later", union: byPort("witness_block", WITNESS, CHANCE_SHIFT_US) },
    {
      name: "marks",
      union: [
        counted("portwitness_witness", {}),
        counted("met", {
          // A mapping over several blocks is met once in each.
          n: distinct(col("x", "mapping_id")),
          subscribers: distinct(col("x", "subscriber")),
          insides: distinct(col("x", "inside_ip")),
        }),
        counted("met_earlier", { earlier: count }),
        counted("met_later", { later: count }),
      ],
    },
    {
      name: "marked",
      union: [
        {
          columns: [
            { e: col("x", "witness_id"), as: "witness_id" },
            // One branch above counts, the others say 0; a sum would be of a wider type in some stores.
            ...COUNTS.map((name) => ({ e: greatest(col("x", name)), as: name })),
          ],
          from: { table: "marks", as: "x" },
          groupBy: [col("x", "witness_id")],
        },
      ],
    },
    {
      name: "spans",
      union: [
        {
          columns: [
            request,
            { e: { k: "min", a: w("from_us") }, as: "low_us" },
            { e: { k: "max", a: w("to_us") }, as: "high_us" },
          ],
          from: { table: "portwitness_witness", as: "w" },
          groupBy: [w("request_id")],
        },
      ],
    },
    {
      name: "addresses",
      union: [
        {
          distinct: true,
          columns: [
            request,
            { e: w("public_ip"), as: "public_ip" },
            ...bounds.map((name) => ({ e: col("x", name), as: name })),
          ],
          from: { table: "portwitness_witness", as: "w" },
          join: { table: "spans", as: "x", on: [eq(col("x", "request_id"), w("request_id"))] },
        },
      ],
    },
    {
      name: "nodes",
      union: [
        {
          distinct: true,
          columns: [
            { e: col("k", "request_id"), as: "request_id" },
            { e: nodeOf, as: "node" },
            ...bounds.map((name) => ({ e: col("k", name), as: name })),
          ],
          from: { table: "portwitness_mapping", as: "m" },
          join: ofWitnesses,
        },
      ],
    },
    { name: "heard", union: [heardAt("possible_from_us"), heardAt("possible_to_us")] },
    {
      name: "minutes",
      union: [
        {
          columns: [
            { e: col("x", "node"), as: "node" },
            { e: col("x", "minute"), as: "minute" },
            { e: count, as: "n" },
          ],
          from: { table: "heard", as: "x" },
          groupBy: [col("x", "node"), col("x", "minute")],
        },
      ],
    },
    {
      name: "releases",
      union: [
        {
          columns: [
            { e: col("k", "request_id"), as: "request_id" },
            { e: nodeOf, as: "node" },
            { e: m("public_ip"), as: "public_ip" },
            { e: minute(m("possible_to_us")), as: "minute" },
            { e: count, as: "n" },
          ],
          from: { table: "portwitness_mapping", as: "m" },
          join: ofWitnesses,
          where: [isNull(m("possible_from_us")), ...nearby("possible_to_us")],
          groupBy: [col("k", "request_id"), nodeOf, m("public_ip"), minute(m("possible_to_us"))],
        },
      ],
    },
  ],
  union: [
    {
      columns: figure("witness", {
        request_id: w("request_id"),
        public_ip: w("public_ip"),
        from_us: w("from_us"),
        to_us: w("to_us"),
        ...Object.fromEntries(COUNTS.map((name) => [name, col("x", name)])),
      }),
      from: { table: "portwitness_witness", as: "w" },
      join: { table: "marked", as: "x", on: [eq(col("x", "witness_id"), w("witness_id"))] },
    },
    {
      distinct: true,
      columns: figure("address", {
        request_id: col("k", "request_id"),
        node: nodeOf,
        public_ip: m("public_ip"),
      }),
      from: { table: "portwitness_mapping", as: "m" },
      join: ofWitnesses,
    },
    {
      columns: figure("records", {
        request_id: col("k", "request_id"),
        node: col("x", "node"),
        from_us: minuteFrom(col("x", "minute")),
        to_us: minuteTo(col("x", "minute")),
        n: col("x", "n"),
      }),
      from: { table: "minutes", as: "x" },
      join: { table: "nodes", as: "k", on: [eq(col("k", "node"), col("x", "node"))] },
    },
    {
      columns: figure("release", {
        request_id: col("x", "request_id"),
        node: col("x", "node"),
        public_ip: col("x", "public_ip"),
        from_us: minuteFrom(col("x", "minute")),
        to_us: minuteTo(col("x", "minute")),
        n: col("x", "n"),
      }),
      from: { table: "releases", as: "x" },
    },
  ],
  orderBy: ["figure", "node", "public_ip", "from_us", "to_us"],
};
