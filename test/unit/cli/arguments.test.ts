import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argumentShape, distance, nearest, parseCommand } from "../../../electron/cli/arguments";
import { parseColumnMap } from "../../../electron/cli/column-map";
import type { Command } from "../../../electron/cli/command";
import { ProductError } from "../../../shared/errors";

const command: Command = {
  name: "add",
  arguments: "CASE FILE...",
  summary: "For the tests.",
  options: {
    as: { value: "NAME", help: "" },
    declare: { value: "O", help: "" },
    year: { value: "Y", help: "" },
    expect: { value: "H", help: "", many: true },
    copy: { help: "" },
  },
  operations: [],
  run: async () => 0,
};
const parse = (...words: string[]) => parseCommand(command, words);
const refusal = (...words: string[]): ProductError => {
  try {
    parse(...words);
  } catch (error) {
    if (error instanceof ProductError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("a command's words", () => {
  it("may come in any order", () => {
    for (const words of [
      ["c", "f", "--as", "web"],
      ["--as", "web", "c", "f"],
      ["c", "--as=web", "f"],
    ]) {
      const parsed = parse(...words);
      expect(parsed.positionals).toEqual(["c", "f"]);
      expect(parsed.values.text("as")).toBe("web");
    }
  });

  it("may give a value that begins with a minus, as an offset does", () => {
    expect(parse("c", "f", "--declare", "-37.42 s +/- 0.3 s").values.text("declare")).toBe(
      "-37.42 s +/- 0.3 s",
    );
  });

  it("give an option that repeats every time it is given, in order", () => {
    expect(parse("c", "f", "--expect", "a", "--expect", "b").values.all("expect")).toEqual(["a", "b"]);
  });

  it("are refused where one option that holds one value is given twice: neither is chosen silently", () => {
    expect(refusal("c", "f", "--as", "a", "--as", "b").message).toContain("--as is given 2 times");
  });

  it("are refused where an argument is missing, by its name", () => {
    expect(refusal("c").message).toContain("FILE is missing");
    expect(refusal().message).toContain("CASE is missing");
  });

  it("are refused with the nearest option where one is misspelt", () => {
    const error = refusal("c", "f", "--ass", "web");
    expect(error.code).toBe("usage");
    expect(error.message).toContain("--ass");
    expect(error.mend).toContain("--as?");
  });

  it.each([["12a"], ["1.5"], ["-3"], [""]])("are refused where a number is %j", (text) => {
    expect(() => parse("c", "f", `--year=${text}`).values.number("year")).toThrow(/whole number/);
  });

  it("are refused where an option lacks its value, or a flag has one", () => {
    expect(refusal("c", "f", "--as").message).toContain("--as needs a value");
    expect(refusal("c", "f", "--copy=yes").message).toContain("--copy takes no value");
  });

  it("ask for help without their arguments", () => {
    expect(parse("--help").help).toBe(true);
    expect(parse("-h").help).toBe(true);
  });
});

describe("the shape of arguments", () => {
  it.each([
    ["CASE", 1, 1],
    ["CASE NAME", 2, 2],
    ["[DIR]", 0, 1],
    ["", 0, 0],
    ["CASE FILE...", 2, Number.POSITIVE_INFINITY],
  ])("%j takes from %d to %d", (text, least, most) => {
    expect(argumentShape(text)).toMatchObject({ least, most });
  });
});

describe("near misses", () => {
  it("measure the edits between two words", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        const d = distance(a, b);
        expect(d).toBe(distance(b, a));
        expect(d === 0).toBe(a === b);
        expect(d).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
        expect(d).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it("suggest a slip, and nothing where the word is another word", () => {
    expect(nearest("calibrat", ["calibrate", "attribute"])).toBe("calibrate");
    expect(nearest("exhibit", ["calibrate", "attribute"])).toBeNull();
  });
});

describe("--map", () => {
  it("reads keys and columns", () => {
    expect(parseColumnMap("time=When, srcIp=Client IP,srcPort=p")).toEqual({
      time: "When",
      srcIp: "Client IP",
      srcPort: "p",
    });
  });

  it("reads a column whose name holds a comma, an equals sign or a quote", () => {
    const columns = ["a,b", "a=b", 'say "x"', "Größe", " spaced "];
    for (const column of columns) {
      expect(parseColumnMap(`time="${column.replaceAll('"', '""')}",srcIp=i`)).toEqual({
        time: column,
        srcIp: "i",
      });
    }
  });

  it.each([
    ["tme=a", /no key "tme"/],
    ["time=a,time=b", /names time twice/],
    ["time", /column 1/],
    ["", /empty/],
    ["time=", /no column/],
  ])("refuses %j", (text, reason) => {
    expect(() => parseColumnMap(text)).toThrow(reason);
  });
});
