// The exhibit's viewer in Firefox, from file://, with no way out: it opens, counts, filters, pages and re-computes what
// attribution.csv holds. Skips where Firefox is absent (PORTWITNESS_FIREFOX names one).
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "@playwright/test";
import { parseCsv } from "../../shared/custody/csv";
import { Firefox, firefoxThere } from "./firefox";
import { built, DIST } from "./real";

test.skip(!built || !existsSync(join(DIST, "viewer/viewer.html")), "dist/ is not built");
test.skip(!firefoxThere, "Firefox is not installed");

let home: string;
let bag: string;
let rows: Record<string, string | null>[];

test.beforeAll(() => {
  test.setTimeout(300_000);
  home = mkdtempSync(join(tmpdir(), "pw-viewer-ff-"));
  execFileSync(process.execPath, [join(DIST, "cli.js"), "demo", join(home, "world")], {
    env: { ...process.env, PORTWITNESS_HOME: join(home, "keys") },
  });
  bag = join(home, "world/exhibit");
  const [head, ...records] = parseCsv(readFileSync(join(bag, "data/attribution.csv"), "utf8"));
  rows = records.map((record) => Object.fromEntries(head!.map((name, i) => [name ?? "", record[i] ?? null])));
});
test.afterAll(() => {
  if (home) rmSync(home, { recursive: true, force: true });
});

const PAINTED = `[...document.querySelectorAll(".ag-row[row-index]")].map((row) => [
  Number(row.getAttribute("row-index")),
  Number(row.querySelector('[col-id="line"]')?.textContent?.replace(/\\D/g, "") || 0),
])`;
const click = (name: string) =>
  `[...document.querySelectorAll("button")].find((one) => one.textContent.trim() === ${JSON.stringify(name)}).click()`;

test("it opens from file:// in Firefox, shows the right rows, and asks nobody for anything", async () => {
  test.setTimeout(240_000);
  const page = await Firefox.start();
  try {
    await page.open(pathToFileURL(join(bag, "data/viewer.html")).href);
    await page.until(`document.querySelectorAll(".viewer-table tbody tr").length >= 6`);
    const counts = (await page.evaluate(
      `[...document.querySelectorAll(".viewer-table tbody tr")].map((tr) => [tr.querySelector("th").textContent.trim(), tr.querySelector("td").textContent.replace(/\\D/g, "")])`,
    )) as [string, string][];
    for (const verdict of ["unique", "only", "ambiguous", "none", "out-of-range", "no-port"]) {
      const count = rows.filter((row) => row.verdict === verdict).length;
      expect(counts.find(([name]) => name.endsWith(verdict))?.[1], verdict).toBe(String(count));
    }
    await page.evaluate(click("Events"));
    await page.until(`(${PAINTED}).length > 10 && (${PAINTED}).every(([, line]) => line > 0)`);
    // Jumps a frame apart, as a reader drags the bar: each painted row is the one that its number says.
    for (const share of [0.9, 0.1, 0.5, 0.99, 0.33]) {
      await page.evaluate(`(async () => {
        const body = [...document.querySelectorAll(".grid *")].find((one) => one.scrollHeight > one.clientHeight + 100 && /auto|scroll/.test(getComputedStyle(one).overflowY));
        for (const at of [${share}, 0.2, ${share}]) { body.scrollTop = at * body.scrollHeight; await new Promise(requestAnimationFrame); }
      })()`);
      await page.until(`(${PAINTED}).length > 10 && (${PAINTED}).every(([, line]) => line > 0)`);
      for (const [index, line] of (await page.evaluate(PAINTED)) as [number, number][])
        expect(line, `row ${index}`).toBe(Number(rows[index]!.line));
    }
    expect(page.requests.length).toBeGreaterThan(0);
    for (const url of page.requests) expect(url).toMatch(/^(file|blob|data|about|resource|chrome):/);
    expect(page.errors).toEqual([]);
  } finally {
    await page.close();
  }
});
