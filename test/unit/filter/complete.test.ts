import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filterFault } from "../../../shared/filter/check";
import { complete } from "../../../shared/filter/complete";
import { ownFields, recordFields } from "../../../shared/filter/fields";

const nat = recordFields("nat");
/** What is expected at the `|`, and what is offered there. */
const at = (marked: string) => {
  const caret = marked.indexOf("|");
  const filter = marked.slice(0, caret) + marked.slice(caret + 1);
  const found = complete(filter, caret, nat);
  return { ...found, inserts: found.options.map((option) => option.insert) };
};

describe("completion", () => {
  it.each([
    ["|", "field", null],
    ["src|", "field", null],
    ["not (sr|", "field", null],
    ["srcIp |", "operator", "srcIp"],
    ["srcIp is |", "operator", "srcIp"],
    ["srcIp = |", "value", "srcIp"],
    ["srcIp=1|", "value", "srcIp"],
    ["port in 80, |", "value", "port"],
    ["port in (80, |", "value", "port"],
    ['subscriber = "two wo|', "value", "subscriber"],
    ["srcIp = 192.0.2.1 |", "join", null],
    ["srcIp = 192.0.2.1 and |", "field", null],
    ["(srcIp is null) |", "join", null],
    ['text ~ "a and b" or |', "field", null],
  ])("of %s is a %s", (marked, expected, field) => {
    expect(at(marked)).toMatchObject({ expected, field });
  });

  it("offers names that begin so before names that contain it", () => {
    expect(at("port|").inserts).toEqual([
      "portLow",
      "portHigh",
      "portStep",
      "srcPort",
      "dstPort",
      "insidePort",
    ]);
    expect(at("srcIp = 192.0.2.1 a|").inserts).toEqual(["and"]);
  });

  it("offers operators and values that the field takes", () => {
    expect(at("text |").inserts).toEqual(["~"]);
    expect(at("event = |").inserts).toEqual(["start", "interim", "release", "mapping", "other"]);
    expect(at("event in start, re|").inserts).toEqual(["release"]);
    expect(at("protocol = t|").inserts).toEqual(["tcp"]);
    expect(at("event < |").inserts.length).toBeGreaterThan(0);
  });

  it("offers the format's own fields, in quotes where a name holds more than a word may", () => {
    const known = { ...nat, ...ownFields(["status", "%{X-Id}i"]) };
    const inserts = (filter: string) =>
      complete(filter, filter.length, known).options.map((option) => option.insert);
    expect(inserts("field")).toEqual(["field.status", '"field.%{X-Id}i"']);
    expect(inserts('"field.%')).toEqual(['"field.%{X-Id}i"']);
    expect(inserts("field.status ")).toContain(">=");
    expect(complete('"field.%{X-Id}i" = ', 19, known)).toMatchObject({
      expected: "value",
      field: "field.%{X-Id}i",
    });
    expect(filterFault('"field.%{X-Id}i" = 1 and field.status >= 500', known)).toBeNull();
    expect(filterFault("field.status < abc", known)).toMatchObject({ at: 15, length: 3 });
  });

  it("replaces the whole word under the caret", () => {
    const found = at("src|Ip = 1");
    expect([found.from, found.to]).toEqual([0, 5]);
    const quoted = at('subscriber = "tw|');
    expect([quoted.from, quoted.typed]).toEqual([13, "tw"]);
  });

  it("never fails, whatever is typed", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(40), (filter, caret) => {
        const found = complete(filter, Math.min(caret, filter.length), nat);
        expect(found.from).toBeLessThanOrEqual(found.to);
      }),
    );
  });
});

describe("what is wrong in a filter", () => {
  it.each([
    ["srcprt = 1", 0, 6, "srcPort"],
    ["srcPort = 1 and sorce = 2", 16, 5, "The fields are"],
    ["srcIp = 192.0.2.300", 8, 11, "Write"],
    ["event = releas", 8, 6, "release"],
    ['subscriber = "no end', 13, 7, "Close it"],
    ["srcPort = 1 2", 12, 1, "Join tests"],
    ["srcPort =", 9, 1, "Complete the test"],
  ])("%s is marked at column %i, %i characters long", (filter, from, length, mend) => {
    const fault = filterFault(filter, nat)!;
    expect([fault.at, fault.length]).toEqual([from, length]);
    expect(fault.mend).toContain(mend);
    expect(fault.message).not.toMatch(/^Filter, column/);
  });

  it("is nothing in a filter that holds", () => {
    for (const filter of ["", 'tag = "x" and note ~ y', 'text ~ "z"', "bookmark = yes"])
      expect(filterFault(filter, nat)).toBeNull();
  });
});

describe("docs/filter.md", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../../../docs/filter.md"), "utf8");
  const [constructs, fields] = page.split("## Fields") as [string, string];

  it("shows only filters that hold", () => {
    const shown = [...constructs.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!);
    expect(shown.length).toBeGreaterThan(20);
    for (const filter of shown) expect(filterFault(filter, nat), filter).toBeNull();
  });

  it("names every field, and none that there is not", () => {
    const named = [...fields.matchAll(/^\| ((?:`\w+` ?)+) \|/gm)].flatMap((match) =>
      [...match[1]!.matchAll(/`(\w+)`/g)].map((name) => name[1]!),
    );
    expect([...named].sort()).toEqual(Object.keys(nat).sort());
  });
});
