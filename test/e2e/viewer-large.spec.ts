// A viewer with 100,000 events: how long until they are on screen, printed and kept, and each painted row the one that its
// number says. No time is asserted: the machine's is not the program's.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "@playwright/test";
import { openNative } from "../../electron/engine/database/native";
import type { ExhibitContext } from "../../electron/engine/exhibit/context";
import { viewerPart } from "../../electron/engine/exhibit/viewer-part";
import { built, DIST } from "./real";

test.skip(!built || !existsSync(join(DIST, "viewer/viewer.html")), "dist/ is not built");

const ROWS = 100_000;
const SLOW = { timeout: 120_000 };
let home: string;
let page_: string;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  home = mkdtempSync(join(tmpdir(), "pw-viewer-large-"));
  execFileSync(process.execPath, [join(DIST, "cli.js"), "demo", join(home, "world")], {
    env: { ...process.env, PORTWITNESS_HOME: join(home, "keys") },
  });
  const data = join(home, "data");
  mkdirSync(data);
  cpSync(join(home, "world/exhibit/data/records.duckdb"), join(data, "records.duckdb"));
  // The demonstration's events over and over, each copy with lines of its own behind the last.
  const db = await openNative(join(data, "records.duckdb"), { threads: 1 });
  const [{ n }] = (await db.query("SELECT count(*)::BIGINT AS n FROM event")) as [{ n: number }];
  for (const table of ["event", "result", "candidate"]) {
    const replaced =
      table === "event"
        ? 'e."row" + g.i * ? AS "row", e.line + g.i * ? AS line'
        : 'e."row" + g.i * ? AS "row"';
    const times = Math.ceil(ROWS / n);
    await db.run(
      `INSERT INTO ${table} SELECT e.* REPLACE (${replaced}) FROM ${table} e, range(1, ${times}) g(i) WHERE e."row" + g.i * ? < ? ORDER BY g.i, e.rowid`,
      table === "event" ? [n, n, n, ROWS] : [n, n, ROWS],
    );
  }
  expect(await db.query("SELECT count(*)::BIGINT AS n FROM event")).toEqual([{ n: ROWS }]);
  await db.run("CHECKPOINT");
  await db.close();
  await viewerPart.build({ data } as ExhibitContext);
  page_ = join(data, "viewer.html");
});
test.afterAll(() => {
  if (home) rmSync(home, { recursive: true, force: true });
});

test("100,000 rows come on screen, offline, and stay the right ones under jumps", async ({
  page,
  context,
}) => {
  await context.setOffline(true);
  const started = Date.now();
  await page.goto(pathToFileURL(page_).href);
  await page.getByRole("button", { name: "Events", exact: true }).click(SLOW);
  await expect(page.locator(".viewer-bar [role=status]")).toHaveText("100,000 of 100,000 events", SLOW);
  await expect(page.locator('.ag-row[row-index="0"] [col-id="line"]').first()).toHaveText("1", SLOW);
  const figure = `${ROWS} rows on screen after ${Date.now() - started} ms, a page of ${statSync(page_).size} bytes`;
  test.info().annotations.push({ type: "figure", description: figure });
  process.stdout.write(`${figure}\n`);

  let seed = 11;
  for (let round = 0; round < 8; round++) {
    const shares = Array.from({ length: 7 }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    });
    await page.evaluate(async (places) => {
      const body = [...document.querySelectorAll(".grid *")].find(
        (one) =>
          one.scrollHeight > one.clientHeight + 100 && /auto|scroll/.test(getComputedStyle(one).overflowY),
      );
      for (const share of places) {
        if (body) body.scrollTop = share * body.scrollHeight;
        await new Promise((done) => requestAnimationFrame(done));
      }
    }, shares);
    const painted = () =>
      page.evaluate(() =>
        [...document.querySelectorAll(".ag-row[row-index]")].map((row) => [
          Number(row.getAttribute("row-index")),
          Number(row.querySelector('[col-id="line"]')?.textContent?.replace(/\D/g, "") || 0),
        ]),
      );
    let shown: number[][] = [];
    await expect
      .poll(async () => {
        shown = await painted();
        return shown.length > 10 && shown.every(([, line]) => line! > 0);
      }, SLOW)
      .toBe(true);
    for (const [index, line] of shown) expect(line, `row ${index}`).toBe(index! + 1);
  }
  // The demonstration's own lines run from 1 without a gap, so that line and place agree in all of the copies.
  expect(
    readFileSync(join(home, "world/evidence/access.log"), "utf8").trimEnd().split("\n").length,
  ).toBeGreaterThan(3_000);
});

test("a page that did not arrive whole, or was changed on its way, says so instead of waiting", async ({
  page,
  context,
}) => {
  await context.setOffline(true);
  const whole = readFileSync(page_, "latin1");
  const wasm = whole.indexOf('data-part="wasm"');
  const damage = {
    "cut off in its records": whole.slice(0, whole.lastIndexOf('data-part="records"') + 5_000),
    "without its records": whole.slice(
      0,
      whole.indexOf('<script type="application/octet-stream" data-part="records"'),
    ),
    "with another engine": `${whole.slice(0, wasm + 4_000)}${"A".repeat(4_000)}${whole.slice(wasm + 8_000)}`,
  };
  for (const [what, html] of Object.entries(damage)) {
    const file = join(home, "damaged.html");
    writeFileSync(file, html, "latin1");
    await page.goto(pathToFileURL(file).href);
    await expect(page.getByRole("heading", { level: 1 }), what).toHaveText(
      "This exhibit could not be opened",
      SLOW,
    );
    await expect(page.locator("main p").first(), what).toHaveText(
      /incomplete|cannot be started|failed|error/i,
    );
  }
});
