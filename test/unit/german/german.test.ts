// Every statement that the engine can make has its German, with the same figures and names; what has none stays English.
import { expect, test } from "vitest";
import {
  COMPLETENESS_LIMIT,
  type Completeness,
  completenessSentence,
} from "../../../shared/attribution/completeness";
import { type Strangers, strangersSentence } from "../../../shared/attribution/strangers";
import type { Calibration, Segment } from "../../../shared/clock/calibration";
import { calibrateByDeclaration } from "../../../shared/clock/declared";
import type { Fit } from "../../../shared/clock/estimate";
import { narrowedSentence } from "../../../shared/clock/narrow";
import { calibrateByPairs } from "../../../shared/clock/pairs";
import type { Search } from "../../../shared/clock/search";
import { connectionStatement, pairStatement } from "../../../shared/clock/statement";
import { inGerman, said } from "../../../shared/german/german";
import { judgeOperator, type OperatorFacts } from "../../../shared/readiness/operator";
import { judgeSource, type SourceFacts } from "../../../shared/readiness/source";

const digits = (text: string): string[] => (text.match(/\d+/g) ?? []).sort();

/** The German, which must have every digit of the English and none of its words. */
function german(english: string): string {
  const found = inGerman(english);
  expect(found, english).not.toBeNull();
  expect(digits(found!), english).toEqual(digits(english));
  expect(found, english).not.toMatch(/\b(the|records|clock|is|of|with)\b/);
  return found!;
}

test("readiness: whatever a source lacks, and every level of it", () => {
  const facts: SourceFacts = {
    name: "web 1",
    format: "apache.access",
    formatTitle: "Apache HTTP Server: access log",
    records: 1_000,
    withAddress: 990,
    withPort: 512,
    withTime: 980,
    coarsestUs: 60_000_000,
    finestUs: 1_000_000,
    ambiguousTimes: 12,
    zoneGiven: null,
    timeMeans: [],
    uncertaintyUs: null,
    gives: "when-configured",
  };
  const variants: Partial<SourceFacts>[] = [
    {},
    { withPort: 0 },
    { withPort: 0, gives: "never" },
    { records: 0, withAddress: 0, withPort: 0, withTime: 0, coarsestUs: null },
    { withPort: 1_000, gives: "always" },
    {
      withAddress: 1_000,
      withPort: 1_000,
      withTime: 1_000,
      coarsestUs: 1,
      ambiguousTimes: 0,
      uncertaintyUs: 5,
    },
    { withAddress: 1_000, withPort: 1_000, withTime: 1_000, coarsestUs: 1, ambiguousTimes: 0 },
  ];
  for (const variant of variants) {
    const judged = judgeSource({ ...facts, ...variant });
    for (const one of [judged.statement, ...judged.missing, ...judged.levels.map((level) => level.why)]) {
      const text = inGerman(one);
      expect(text, one).not.toBeNull();
      // "one thing is missing" counts in words.
      if (!one.includes("one thing")) expect(digits(text!), one).toEqual(digits(one));
    }
  }
});

test("readiness: whatever an operator's log lacks of RFC 6888", () => {
  const facts: OperatorFacts = {
    name: "nat 1",
    records: 1_000,
    withAddress: 990,
    withPort: 980,
    withBlock: 512,
    withProtocol: 400,
    withInside: 970,
    withDestination: 3,
    withTime: 960,
    coarsestUs: 60_000_000,
    ambiguousTimes: 0,
    mappings: 700,
    lostStarts: 12,
    openEnds: 34,
    uncertaintyUs: null,
    retentionUs: null,
    extract: true,
  };
  const whole = {
    withAddress: 1_000,
    withPort: 1_000,
    withInside: 1_000,
    withTime: 1_000,
    lostStarts: 0,
    openEnds: 0,
  };
  const variants: Partial<OperatorFacts>[] = [
    {},
    { records: 0, withPort: 0, mappings: 0 },
    { withPort: 0, withBlock: 0, withInside: 0, withAddress: 0, withProtocol: 0, withTime: 0, openEnds: 700 },
    {
      coarsestUs: 1,
      ambiguousTimes: 7,
      withDestination: 0,
      uncertaintyUs: 4,
      retentionUs: 90 * 86_400_000_000,
    },
    { ...whole, withProtocol: 1_000, coarsestUs: 1, extract: false },
  ];
  for (const variant of variants) {
    const judged = judgeOperator({ ...facts, ...variant });
    const texts = judged.items.flatMap((i) => [i.item, i.why]);
    for (const one of [judged.statement, ...judged.missing, ...texts]) {
      const text = inGerman(one);
      expect(text, one).not.toBeNull();
      expect(digits(text!), one).toEqual(digits(one));
    }
  }
});

test("completeness: shown, not shown, in part, beside faults, and among strangers", () => {
  const stretch = {
    from: 0,
    to: 1,
    witnesses: 1_200,
    unmatched: 3,
    bound: 0.004_2,
    chance: 0.12,
    othersBound: 0.3,
    shown: false,
  } as Completeness["stretches"][number];
  const shown = { ...stretch, shown: true, bound: COMPLETENESS_LIMIT / 2 };
  const cases: Pick<Completeness, "stretches" | "faults">[] = [
    { stretches: [], faults: [] },
    { stretches: [stretch], faults: [] },
    { stretches: [shown], faults: [] },
    {
      stretches: [stretch, shown],
      faults: [
        { kind: "sequence gap", from: 0, to: 1 },
        { kind: "silence", from: 0, to: 1 },
        { kind: "silence", from: 0, to: 1 },
        { kind: "unpaired release", from: 0, to: 1 },
        { kind: "unpaired release", from: 0, to: 1 },
      ],
    },
  ];
  const figures = completenessSentence("reply, 198.51.100.0/24, by the operator's own figures (f)", {
    ...cases[2],
  } as Completeness);
  expect(german(figures)).toContain("nach eigenen Angaben des Betreibers (f)");
  for (const one of cases) {
    const english = completenessSentence("cgn, r1, 198.51.100.0/24", one as Completeness);
    const text = inGerman(english);
    expect(text, english).not.toBeNull();
    expect(text).toContain("cgn, r1, 198.51.100.0/24: ");
    expect(text).not.toMatch(/\b(the|records|connections|of|silence)\b/);
  }
  for (const everywhere of [true, false])
    for (const n of [1, 3]) {
      const strangers = { unmatched: 70, connections: 900, everywhere, doubtful: Array(n).fill([0, 1]) };
      german(strangersSentence("cgn, IPv6", strangers as unknown as Strangers)!);
    }
  german("cgn, IPv6: an operator's reply to a query is an extract; completeness is not shown.");
});

const segment: Segment = {
  fromUs: 1_793_620_800_000_000,
  toUs: 1_793_664_000_000_000,
  fromLine: 1,
  toLine: 4_018,
  offsetUs: 92_979_250_000,
  skewPpm: 14.2,
  uncertaintyUs: 310_000,
  guardUs: 2_900_000,
};
const calibration: Calibration = {
  id: "cal.7",
  source: "web",
  against: "cgn",
  method: "connections",
  pairs: 4_018,
  segments: [segment],
  confidence: 900,
  zoneFaultUs: null,
  validFromUs: null,
  validToUs: null,
  statement: "",
};

test("clocks: by connections, by pairs, declared, narrowed and refused", () => {
  const search = (evidence: "containment" | "follows") =>
    ({ peak: { evidence, share: 0.97, chance: 0.02, confidence: 1_234.5 } }) as unknown as Search;
  const fit = { events: 4_018, segments: [{ share: 0.965 }] } as unknown as Fit;
  const still = { ...segment, skewPpm: 0, fromLine: null, toLine: null };
  const zoned = { ...segment, offsetUs: -3_600_000_000 + 5_000_000, skewPpm: -3 };
  const unsettled = { fromUs: segment.fromUs, toUs: segment.toUs };
  for (const segments of [[segment], [still], [zoned], [segment, still], [segment, zoned, still]])
    for (const against of ["cgn", null]) {
      const made = {
        ...calibration,
        against,
        segments,
        unsettled: [
          { ...unsettled, fromLine: 12, toLine: 90 },
          { fromUs: null, toUs: null, fromLine: 4_000, toLine: null },
        ],
      };
      for (const text of [
        connectionStatement(made, fit, search("containment")),
        connectionStatement(made, fit, search("follows")),
        pairStatement(made, 12_000),
        pairStatement({ ...made, pairs: 2 }, null),
      ]) {
        const found = inGerman(text);
        expect(found, text).not.toBeNull();
        expect(found).not.toMatch(/\b(the|records|connections|clock)\b/);
        expect(found).toContain("korrigierte Zeit ist aufgezeichnete Zeit minus Abweichung");
      }
    }
  const cut = { segment: 0, fromUs: 0, toUs: 60_000_000, fromLine: null, toLine: null };
  german(narrowedSentence("cal.7", segment, cut));
  for (const offsetUs of [95_000_000, -95_000_000])
    for (const beside of [null, calibration]) {
      const declared = { offsetUs, uncertaintyUs: 1_000_000 };
      const text = inGerman(calibrateByDeclaration(declared, "web", null, beside).statement);
      expect(text).toContain(offsetUs > 0 ? "vorgeht" : "nachgeht");
      expect(text).not.toMatch(/\b(the|records|clock|is)\b/);
    }
  const scattered = Array.from({ length: 9 }, (_, i) => {
    const at = 1_793_620_800_000_000 + i * 3_600_000_000;
    const off = (i * 7_919) % 13;
    return { recordedUs: at, lowUs: at - off * 60_000_000, highUs: at - off * 60_000_000 };
  });
  const none = calibrateByPairs(scattered as never, "web", "pairs");
  expect(none.segments).toEqual([]);
  german(none.statement);
});

test("a text with a sentence that is not known stays English, whole, and says that it is", () => {
  const known = "It holds no record.";
  expect(said(known, "de")).toEqual({ text: "Es enthält keinen Datensatz.", lang: "de" });
  expect(said(known, "en")).toEqual({ text: known, lang: "en" });
  for (const text of [
    `${known} It also sings.`,
    `It also sings. ${known}`,
    `No offset of ${known} is claimed.`,
  ])
    expect(said(text, "de")).toEqual({ text, lang: "en" });
});

test("a name that looks like a sentence or a place changes nothing", () => {
  const text = inGerman("No offset of $& {1} $1 is claimed.");
  expect(text).toBe("Für $& {1} $1 wird keine Abweichung behauptet.");
});
