// Answers about the invented records: counts of values, places, marks.
import { MONTH, START, WEB_ROWS } from "./world";

type Body = Record<string, unknown>;

const VALUES: Readonly<Record<string, readonly (readonly [string | null, number])[]>> = {
  srcIp: [
    ["203.0.113.17", 412_207],
    ["203.0.113.84", 322_940],
    ["2001:db8:4c:1::17", 291_016],
    ["203.0.113.201", 258_388],
  ],
  protocol: [
    ["tcp", 1_284_549],
    [null, 2],
  ],
};

const facet = (body: Body) => {
  const column = String(body.column);
  const values = (VALUES[column] ?? [["443", 7]]).filter(([value]) =>
    (value ?? "").includes(String(body.contains ?? "")),
  );
  const ranges = Number(body.ranges ?? 0);
  return {
    column,
    rows: WEB_ROWS,
    known: WEB_ROWS,
    different: column === "srcPort" ? 28_000 : values.length,
    values: values.map(([value, rows]) => ({ value, rows })),
    ranges:
      ranges === 0
        ? []
        : [32, 37, 42, 47, 52, 57].map((n, i) => ({
            from: n * 1_000,
            to: (n + 5) * 1_000,
            rows: 240_000 - i * 9_000,
            test: `${n}000-${n + 4}999`,
          })),
  };
};

export const recordAnswers = {
  "records.facet": facet,
  "records.group": () => ({
    rows: WEB_ROWS,
    groups: 4,
    shown: VALUES.srcIp!.map(([value, rows]) => ({
      values: [value],
      rows,
      fromUs: START,
      toUs: START + MONTH,
    })),
  }),
  "records.locate": (body: Body) => ({ position: Number(body.row ?? body.line ?? 0) }),
  "records.find": (body: Body) => ({
    position: Number(body.from) + (body.back ? -7 : 7),
    index: 12,
    hits: 3_401,
    wrapped: false,
  }),
  "records.marks": () => ({ tags: [{ tag: "first success", rows: 3 }], marks: [] }),
  "records.match": (body: Body) => ({
    matches: Array.from({ length: Number(body.to) - Number(body.from) }, (_, i) => (i % 5 === 1 ? 0 : -1)),
  }),
  "records.tag": () => ({ act: 222, rows: 1 }),
  "records.note": () => ({ act: 222, line: 1 }),
  "views.list": () => [],
};
