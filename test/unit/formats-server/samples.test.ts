import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { FORMATS } from "../../../shared/formats/registry";
import { readExpectation, tableOf } from "./expectation";
import { checkFormat, sampleOf } from "./harness";

const DATA = resolve(import.meta.dirname, "../../data/server");
const SERVER = FORMATS.filter((f) => f.role === "server" && f.id !== "csv" && !f.byPattern);

describe("every server format has a sample of its own, and gives from it what stands beside it", () => {
  for (const format of SERVER.filter((f) => existsSync(resolve(DATA, `${f.id}.log`)))) {
    test(format.id, () => {
      const bytes = new Uint8Array(readFileSync(resolve(DATA, `${format.id}.log`)));
      const path = resolve(DATA, `${format.id}.expected.tsv`);
      const { options, table } = readExpectation(readFileSync(path, "utf8"));
      const detection = format.detect(sampleOf(bytes), options);
      const outcome = checkFormat(
        format,
        bytes,
        { ...options, layout: options.layout ?? detection.layout },
        [1, 2, 3, 4],
      );
      // PORTWITNESS_WRITE_EXPECTED writes the tables anew; every change is then to be read in the diff.
      if (process.env.PORTWITNESS_WRITE_EXPECTED) {
        const first = readFileSync(path, "utf8").split("\n")[0];
        writeFileSync(path, `${first}\n${tableOf(outcome)}\n`);
      } else expect(tableOf(outcome)).toBe(table);
    });
  }

  test("no format is without a sample", () => {
    const files = new Set(readdirSync(DATA));
    expect(SERVER.filter((f) => !files.has(`${f.id}.log`)).map((f) => f.id)).toEqual([]);
  });
});

describe("a sample is taken for what it is", () => {
  for (const format of SERVER.filter((f) => existsSync(resolve(DATA, `${f.id}.log`)))) {
    test(format.id, () => {
      const bytes = new Uint8Array(readFileSync(resolve(DATA, `${format.id}.log`)));
      const { options } = readExpectation(readFileSync(resolve(DATA, `${format.id}.expected.tsv`), "utf8"));
      const ranked = FORMATS.map((f) => ({ id: f.id, ...f.detect(sampleOf(bytes), options) }))
        .filter((d) => d.score > 0)
        .sort((a, b) => b.score - a.score || b.specificity - a.specificity);
      expect(ranked[0]?.id).toBe(format.id);
      const second = ranked[1];
      // Another format may come near only where this one is the more specific.
      if (second)
        expect(second.score < ranked[0]!.score - 0.02 || second.specificity < ranked[0]!.specificity).toBe(
          true,
        );
      for (const reason of ranked[0]!.reasons) expect(reason).toMatch(/^[\dIA-Z].*\.$/);
    });
  }
});
