// An invented case for looking at the screens: the same shapes as the engine's replies, checked against the contract, with
// every state that a real case may take weeks to show. It is test material; no product code loads it.
import type { AttributionRow, Rule, Verdict } from "../../../shared/contract/attribution";
import type { Reply } from "../../../shared/contract/contract";
import type { AddReport } from "../../../shared/contract/evidence";
import type { RecordRow } from "../../../shared/contract/records";

export const CASE = "/cases/2026-0417.case";
export const WEB_ROWS = 1_284_551;
/** 1 March 2026, 00:00:04Z. */
export const START = 1_772_323_204_000_000;
export const MONTH = 31 * 86_400_000_000 - 8_000_000;

/** A fixed shuffle of 32 bits (Murmur3's finaliser), so that row n is always the same row. */
export function hash(n: number): number {
  let h = (n + 0x9e3779b9) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
const hex = (seed: number, digits = 64): string => {
  let out = "";
  for (let i = 0; out.length < digits; i++)
    out += hash(seed * 97 + i)
      .toString(16)
      .padStart(8, "0");
  return out.slice(0, digits);
};

export const IPS = ["203.0.113.17", "203.0.113.84", "203.0.113.201", "2001:db8:4c:1::17"];
export const timeOf = (row: number, rows: number): number => {
  const share = row / rows;
  const jump = share > 0.385 ? 40_800_000_000 : 0;
  return START + Math.floor((share * (MONTH - 40_800_000_000)) / 1_000_000) * 1_000_000 + jump;
};
const OFFSET = 37_420_000;
const GUARD = 550_000;

export function webRecord(row: number): RecordRow {
  const h = hash(row);
  const time = timeOf(row, WEB_ROWS);
  const line = row + 1 + Math.floor(row / 4100) * 2;
  const request =
    row % 37 === 5
      ? "POST /login?u=\u001b[31madmin"
      : row % 53 === 11
        ? "GET /login?next=\u202egnp.exe"
        : row % 71 === 9
          ? "POST /l\u043egin"
          : h % 5 === 0
            ? "GET /login"
            : h % 7 === 0
              ? "POST /login/mfa"
              : "POST /login";
  return {
    row,
    line,
    offset: line * 173,
    length: 101,
    timeUs: time,
    precisionUs: 1_000_000,
    slackUs: 0,
    timeMeans: "written",
    otherTimeUs: null,
    correctedFromUs: time - OFFSET - GUARD,
    correctedToUs: time - OFFSET + 1_000_000 + GUARD,
    srcIp: IPS[h % IPS.length] ?? "203.0.113.17",
    srcPort: 32_768 + (h % 28_000),
    dstIp: "198.51.100.20",
    dstPort: 443,
    protocol: 6,
    event: null,
    startUs: null,
    endUs: null,
    publicIp: null,
    portLow: null,
    portHigh: null,
    portStep: null,
    insideIp: null,
    insidePort: null,
    subscriber: null,
    fields: { status: h % 11 === 0 ? 200 : 401, request, bytes: 900 + (h % 900), agent: "Mozilla/5.0" },
  };
}

function report(
  part: Partial<AddReport> & {
    source: string;
    role: AddReport["role"];
    path: string;
    lines: number;
    rejects: number;
  },
): AddReport {
  return {
    format: "nginx.access",
    layout: null,
    sha256: hex(part.lines),
    memberSha256: null,
    member: null,
    bytes: part.lines * 173,
    recordLines: part.lines - part.rejects,
    records: part.lines - part.rejects,
    blank: 0,
    headers: 0,
    partial: 0,
    withPort: part.lines - part.rejects,
    lost: 0,
    noTemplate: 0,
    firstTimeUs: START,
    lastTimeUs: START + MONTH,
    ...part,
  };
}

export const SOURCES: Reply<"evidence.sources"> = [
  source(
    "web-01",
    "server",
    "nginx.access",
    report({
      source: "web-01",
      role: "server",
      path: "/evidence/access.log.1",
      lines: 1_284_863,
      rejects: 312,
      partial: 9,
    }),
    {
      id: "c214",
      against: "cgn-muc-2",
      offsetUs: OFFSET,
      uncertaintyUs: 310_000,
      segments: 2,
    },
  ),
  source(
    "web-02",
    "server",
    "openssh",
    report({
      source: "web-02",
      role: "server",
      path: "/evidence/auth.log",
      lines: 412_096,
      rejects: 6,
      format: "openssh",
    }),
    null,
  ),
  source(
    "cgn-muc-2",
    "nat",
    "juniper.srx",
    report({
      source: "cgn-muc-2",
      role: "nat",
      path: "/evidence/cgn-muc-2_202603.csv",
      lines: 5_003_134,
      rejects: 12,
      headers: 4,
      recordLines: 5_003_118,
      records: 5_003_118,
      format: "juniper.srx",
    }),
    null,
  ),
  source(
    "cgn-muc-3",
    "nat",
    "juniper.srx",
    report({
      source: "cgn-muc-3",
      role: "nat",
      path: "/evidence/cgn-muc-3_202603.csv.gz",
      lines: 2_870_440,
      rejects: 0,
      format: "juniper.srx",
    }),
    {
      id: "c198",
      against: "cgn-muc-2",
      offsetUs: 0,
      uncertaintyUs: 40_000,
      segments: 1,
    },
  ),
  source(
    "radius",
    "subscriber",
    "freeradius.detail",
    report({
      source: "radius",
      role: "subscriber",
      path: "/evidence/radius.detail",
      lines: 88_214,
      rejects: 0,
      format: "freeradius.detail",
    }),
    {
      id: "c199",
      against: null,
      offsetUs: 0,
      uncertaintyUs: 1_000_000,
      segments: 1,
    },
  ),
  source(
    "ntp-web-01",
    "reference",
    "chrony.tracking",
    report({
      source: "ntp-web-01",
      role: "reference",
      path: "/evidence/tracking.log",
      lines: 20_160,
      rejects: 0,
      format: "chrony.tracking",
    }),
    null,
  ),
];

function source(
  name: string,
  role: AddReport["role"],
  format: string,
  file: AddReport,
  clock: Reply<"evidence.sources">[number]["clock"],
): Reply<"evidence.sources">[number] {
  return {
    name,
    role,
    format,
    rows: file.records,
    files: [file],
    extent: "full",
    windowFromUs: null,
    windowToUs: null,
    zone: name === "web-02" ? "unknown" : null,
    writes: "truncates",
    clock,
    mappings: role === "nat" ? { mappings: file.records, overlaps: 0, openEnds: 2, lostStarts: 1 } : null,
    present: true,
  };
}

const RULE_OF: Readonly<Record<Verdict, Rule>> = {
  unique: "cover",
  only: "incomplete",
  ambiguous: "overlap",
  none: "no-mapping",
  "out-of-range": "coverage",
  "no-port": "port",
};
export const COUNTS: Record<Verdict, number> = {
  unique: 3911,
  only: 402,
  ambiguous: 188,
  none: 61,
  "out-of-range": 22,
  "no-port": 226,
};
export const TOTAL = 4810;
const order: readonly Verdict[] = [
  "unique",
  "unique",
  "unique",
  "only",
  "unique",
  "no-port",
  "ambiguous",
  "unique",
  "unique",
  "none",
  "out-of-range",
];

export const verdictOf = (row: number): Verdict => order[row % order.length]!;

export function result(row: number): AttributionRow {
  const verdict = verdictOf(row);
  const h = hash(row + 5);
  const event = webRecord(4_000 + row * 91);
  const from = event.correctedFromUs ?? 0;
  const to = event.correctedToUs ?? 0;
  const named = verdict === "unique" || verdict === "only";
  const holder = (n: number, fromUs: number, toUs: number) => ({
    subscriber: `MUC-${80_000 + ((h + n * 977) % 9_999)}`,
    insideIp: `100.64.${(h + n) % 256}.${(h >> 3) % 250}`,
    natSource: "cgn-muc-2",
    natLine: 2_114_870 + row * 40 + n * 32,
    fromUs,
    toUs,
  });
  const edge = from + 1_080_000;
  const a = holder(0, from - 540_000_000, verdict === "ambiguous" ? edge : to + 1_200_000_000);
  const b = holder(1, edge, to + 1_300_000_000);
  return {
    row: event.row,
    line: event.line,
    offset: event.offset,
    verdict,
    rule: RULE_OF[verdict],
    subscriber: named ? a.subscriber : null,
    insideIp: named ? a.insideIp : null,
    candidates: verdict === "ambiguous" ? [a, b] : named ? [a] : [],
    nearest:
      verdict === "none"
        ? [
            { ...a, toUs: from - 4_100_000 },
            { ...b, fromUs: to + 12_000_000 },
          ]
        : [],
    sharedBy: verdict === "no-port" ? 38 : null,
    intervalFromUs: verdict === "out-of-range" ? null : from,
    intervalToUs: verdict === "out-of-range" ? null : to,
    flipUs:
      verdict === "no-port" || verdict === "out-of-range"
        ? null
        : (h % 2 ? 1 : -1) * (400_000 + (h % 9_000_000)),
    timeUs: event.timeUs,
    srcIp: event.srcIp,
    srcPort: verdict === "no-port" ? null : event.srcPort,
    protocol: 6,
  };
}

export function detail(row: number): Reply<"attribution.detail"> {
  const one =
    Array.from({ length: TOTAL }, (_, i) => i)
      .map(result)
      .find((r) => r.row === row) ?? result(0);
  const from = one.intervalFromUs ?? 0;
  const to = one.intervalToUs ?? 0;
  const low = Math.floor((one.srcPort ?? 41_792) / 64) * 64;
  const hold = (party: string, a: number | null, b: number | null, line: number, smear: number) => ({
    party,
    subscriber: null,
    insideIp: party === "A" ? "100.64.12.77" : "100.64.90.3",
    natSource: "cgn-muc-2",
    natLine: line,
    natOffset: line * 100,
    portLow: low,
    portHigh: low + 63,
    possibleFromUs: a,
    possibleToUs: b === null ? null : b + smear,
    certainFromUs: a === null ? null : a + smear,
    certainToUs: b,
    lastNamedUs: b,
  });
  const edge = from + 1_080_000;
  const both = one.verdict === "ambiguous";
  const flip = one.flipUs ?? 1_000_000;
  const cuts = [
    -26 * 3_600_000_000,
    Math.min(-1_970_000, -Math.abs(flip)),
    Math.abs(flip),
    26 * 3_600_000_000,
  ];
  return {
    result: one,
    doubtful: false,
    party: { A: "Party A", B: "Party B" },
    holds:
      one.verdict === "out-of-range"
        ? []
        : [
            hold("A", from - 540_000_000, both ? edge : to + 1_200_000_000, 2_114_870, 500_000),
            ...(both ? [hold("B", edge, to + 1_300_000_000, 2_114_902, 500_000)] : []),
          ],
    curve:
      one.flipUs === null
        ? []
        : [
            { fromUs: cuts[0]!, toUs: cuts[1]!, verdict: "unique", party: "B" },
            {
              fromUs: cuts[1]!,
              toUs: cuts[2]!,
              verdict: one.verdict,
              party: one.verdict === "unique" ? "A" : null,
            },
            { fromUs: cuts[2]!, toUs: cuts[3]!, verdict: "unique", party: "A" },
          ],
    offsetUs: OFFSET,
    guardUs: GUARD,
  };
}

export const head = (acts: number): string => hex(acts + 7);
