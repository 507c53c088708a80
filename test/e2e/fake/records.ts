// Answers about the invented records: counts of values, places, marks.
import type { RecordRow } from "../../../shared/contract/records";
import { hash, IPS, MONTH, START, timeOf, WEB_ROWS, webRecord } from "./world";

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

/** An operator's record of about the moment of every third one of the server. */
function natRecord(i: number): RecordRow {
  const web = webRecord(3 * i + 2);
  const time = web.correctedToUs!;
  const port = 1_024 + 64 * (hash(i) % 1_000);
  return {
    ...web,
    row: i,
    line: i + 1,
    offset: i * 118,
    length: 117,
    timeUs: time,
    timeMeans: "start",
    correctedFromUs: time,
    correctedToUs: time + 1_000_000,
    srcIp: null,
    srcPort: null,
    dstIp: null,
    dstPort: null,
    event: i % 5 === 4 ? "release" : "start",
    startUs: time,
    endUs: null,
    publicIp: IPS[hash(i) % 3] ?? "203.0.113.17",
    portLow: port,
    portHigh: port + 63,
    portStep: 1,
    insideIp: `100.64.${hash(i) % 4}.${1 + (hash(i + 3) % 250)}`,
    subscriber: `isar-${4_000 + (hash(i + 7) % 900)}`,
    fields: {},
  };
}

/** Every fourth record on the axis is the operator's. */
const AXIS_ROWS = 1_600_000;
const axisRow = (i: number) => {
  const nat = i % 4 === 3;
  const record = nat ? natRecord(Math.floor(i / 4)) : webRecord(i - Math.floor((i + 1) / 4));
  return {
    source: nat ? "cgn-muc-2" : "web-01",
    role: nat ? ("nat" as const) : ("server" as const),
    placed: nat ? ("reference" as const) : ("calibrated" as const),
    atUs: Math.floor((record.correctedFromUs! + record.correctedToUs!) / 2),
    record,
  };
};

const timelineAnswers = {
  "timeline.open": (body: Body) => {
    const stretched = body.fromUs !== undefined;
    return {
      view: stretched ? "t2" : "t1",
      rows: stretched ? 40 : AXIS_ROWS,
      axis: "source",
      clock: "cgn-muc-2",
      sources: [
        {
          source: "web-01",
          role: "server",
          clock: "calibrated",
          calibration: "c214",
          rows: 1_200_000,
          outside: 214,
          untimed: 0,
        },
        {
          source: "cgn-muc-2",
          role: "nat",
          clock: "reference",
          calibration: null,
          rows: 400_000,
          outside: 0,
          untimed: 0,
        },
      ],
    };
  },
  "timeline.page": (body: Body) => ({
    rows: Array.from({ length: Number(body.to) - Number(body.from) }, (_, i) =>
      axisRow(Number(body.from) + i),
    ),
  }),
  "timeline.close": () => ({}),
  "timeline.locate": (body: Body) => ({ position: Number(body.row ?? 0) }),
  "timeline.histogram": (body: Body) => {
    const buckets = Number(body.buckets);
    const each = Math.floor(AXIS_ROWS / buckets);
    return {
      fromUs: timeOf(0, WEB_ROWS),
      toUs: timeOf(0, WEB_ROWS) + MONTH,
      counts: Array.from({ length: buckets }, (_, i) => (i === buckets - 1 ? AXIS_ROWS - each * i : each)),
      firstRow: Array.from({ length: buckets }, (_, i) => each * i),
      untimed: 0,
    };
  },
};

export const recordAnswers = {
  ...timelineAnswers,
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
