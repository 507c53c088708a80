import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CompareOp, type FilterExpr, parseFilter, type Word } from "../../../shared/filter/parse";
import {
  choiceOf,
  choose,
  printFilter,
  withoutChoices,
  withRange,
  withTerms,
  wordText,
} from "../../../shared/filter/terms";

/** The tree without the places of its words. */
const bare = (expr: FilterExpr): unknown =>
  JSON.parse(JSON.stringify(expr, (key, value) => (key === "at" || key === "quoted" ? undefined : value)));

const word = fc.string({ minLength: 1, maxLength: 12 }).map((text): Word => ({ text, quoted: true, at: 0 }));
const { tree } = fc.letrec<{ tree: FilterExpr; test: FilterExpr }>((tie) => ({
  test: fc.oneof(
    fc.record({
      kind: fc.constant("compare" as const),
      field: word,
      op: fc.constantFrom<CompareOp>("=", "!=", "<", "<=", ">", ">="),
      value: word,
    }),
    fc.record({
      kind: fc.constant("in" as const),
      field: word,
      items: fc.array(word, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant("contains" as const), field: word, value: word }),
    fc.record({ kind: fc.constant("null" as const), field: word, not: fc.boolean() }),
  ),
  tree: fc.oneof(
    { maxDepth: 4 },
    tie("test"),
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      parts: fc.array(tie("tree"), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant("not" as const), of: tie("tree") }),
  ),
}));

describe("a filter's text", () => {
  it("parses to the tree that it was printed from", () => {
    fc.assert(
      fc.property(tree, (expr) => {
        expect(bare(parseFilter(printFilter(expr)))).toEqual(bare(expr));
      }),
    );
  });

  it.each(["", "a = 1 and (b = 2 or c = 3)", "not (a = 1 and b = 2)", 'x ~ "GET /a\\"b"', "a in 1, 2-3"])(
    "stands as the analyst wrote it: %s",
    (text) => {
      expect(printFilter(parseFilter(text))).toBe(text);
    },
  );

  it("quotes what would read as something else", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const parsed = parseFilter(`f = ${wordText(text)}`);
        expect(parsed.kind === "compare" && parsed.value.text).toBe(text);
      }),
    );
    expect(wordText("and")).toBe('"and"');
    expect(wordText("192.0.2.0/24")).toBe("192.0.2.0/24");
  });
});

describe("choosing values", () => {
  it("gathers kept values in one test, and takes a value back when it is chosen again", () => {
    let filter = "srcPort >= 1024";
    filter = choose(filter, "srcIp", "192.0.2.7", "only");
    filter = choose(filter, "srcIp", "192.0.2.9", "only");
    expect(filter).toBe("srcPort >= 1024 and srcIp in 192.0.2.7, 192.0.2.9");
    expect(choiceOf(filter, "srcIp", "192.0.2.9")).toBe("only");
    filter = choose(filter, "srcIp", "192.0.2.7", "only");
    expect(filter).toBe("srcPort >= 1024 and srcIp = 192.0.2.9");
    expect(choose(filter, "srcIp", "192.0.2.9", "only")).toBe("srcPort >= 1024");
  });

  it("leaves a value out by `not`, so that records without a value stay", () => {
    const filter = choose("", "protocol", "tcp", "not");
    expect(filter).toBe("not protocol = tcp");
    expect(choose(filter, "protocol", null, "not")).toBe("not (protocol = tcp or protocol is null)");
    expect(choose(filter, "protocol", "tcp", "only")).toBe("protocol = tcp");
  });

  it("knows the unknown value", () => {
    const filter = choose(choose("", "srcPort", null, "only"), "srcPort", "80", "only");
    expect(filter).toBe("srcPort = 80 or srcPort is null");
    expect(choiceOf(filter, "srcPort", null)).toBe("only");
    expect(withTerms(filter, "srcIp = 192.0.2.1")).toBe(
      "(srcPort = 80 or srcPort is null) and srcIp = 192.0.2.1",
    );
  });

  it("does not touch what it does not understand", () => {
    const filter = "srcIp = 192.0.2.1 or srcPort = 80";
    expect(choose(filter, "srcPort", "443", "only")).toBe(
      "(srcIp = 192.0.2.1 or srcPort = 80) and srcPort = 443",
    );
    // Two tests on one field are an intersection: the second is not drawn into the first's list.
    expect(choose("srcPort in 80, 443 and srcPort = 80", "srcPort", "22", "only")).toBe(
      "srcPort = 80 and srcPort in 80, 443, 22",
    );
  });

  it("has one range of a field at a time", () => {
    const first = withRange("srcIp = 192.0.2.1", "srcPort", "0-1023");
    expect(first).toBe("srcIp = 192.0.2.1 and srcPort in 0-1023");
    expect(withRange(first, "srcPort", "1024-2047")).toBe("srcIp = 192.0.2.1 and srcPort in 1024-2047");
    const moment = withRange("", "time", "2026-01-01T00:00:00Z/2026-01-01T00:00:02Z");
    expect(withRange(moment, "time", "2026-01-01T00:01:00Z/2026-01-01T00:02:00Z")).toBe(
      "time in 2026-01-01T00:01:00Z/2026-01-01T00:02:00Z",
    );
  });

  it("counts a facet without the facet's own choices", () => {
    const filter = "srcIp = 192.0.2.1 and not srcIp = 192.0.2.2 and srcPort in 0-1023";
    expect(withoutChoices(filter, "srcIp")).toBe("srcPort in 0-1023");
    expect(withoutChoices(filter, "srcPort")).toBe("srcIp = 192.0.2.1 and not srcIp = 192.0.2.2");
  });
});
