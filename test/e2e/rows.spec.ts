// Two million rows under one scroll: whatever wheel, keys, the scrubber and an engine's death do, each painted row carries
// its own number and its own line. A browser that misplaces rows, a page that answers late, a view that is gone: each
// shows here as a row whose line is not its number.
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { built, type Real, startReal } from "./real";

test.skip(!built, "dist/ is not built");
const ROWS = Number(process.env.PORTWITNESS_ROWS ?? 2_000_000);
test.setTimeout(1_200_000);

/** Line n says its own number in three places: the port, the path, and by its place in the file. */
const lineOf = (n: number): string => {
  const second = n % 60;
  const minute = Math.floor(n / 60) % 60;
  const hour = Math.floor(n / 3_600) % 24;
  const day = 1 + Math.floor(n / 86_400);
  const pad = (value: number) => String(value).padStart(2, "0");
  return `203.0.113.${n % 250}:${1024 + (n % 60_000)} - - [${pad(day)}/Mar/2026:${pad(hour)}:${pad(minute)}:${pad(second)} +0000] "GET /n/${n} HTTP/1.1" 200 ${n % 9_000} "-" "rows"`;
};

async function writeLog(path: string): Promise<void> {
  const out = createWriteStream(path);
  let block = "";
  for (let n = 1; n <= ROWS; n++) {
    block += `${lineOf(n)}\n`;
    if (block.length > 1 << 20) {
      if (!out.write(block)) await new Promise<void>((resolve) => out.once("drain", () => resolve()));
      block = "";
    }
  }
  await new Promise<void>((resolve) => out.end(block, () => resolve()));
}

interface Painted {
  readonly index: number;
  readonly line: number | null;
  readonly top: number;
}

/** The rows that are on the screen now, as the page paints them, with the window's first row added. */
async function painted(page: Page): Promise<{ window: number; rows: Painted[] }> {
  return page.evaluate(() => {
    const grid = document.querySelector<HTMLElement>(".grid");
    const body = grid?.querySelector(".ag-grid-viewport") ?? grid;
    const frame = body?.getBoundingClientRect();
    // The header stands over the rows that are scrolled beneath it.
    const header = grid?.querySelector(".ag-header")?.getBoundingClientRect();
    const box = frame && { top: Math.max(frame.top, header?.bottom ?? 0), bottom: frame.bottom };
    const seen = new Map<number, Painted>();
    for (const row of grid?.querySelectorAll<HTMLElement>(".ag-row[row-index]") ?? []) {
      const at = row.getBoundingClientRect();
      if (!box || at.bottom <= box.top || at.top >= box.bottom) continue;
      const cell = row.querySelector('[col-id="line"]');
      const text = cell?.textContent?.replace(/,/g, "").trim() ?? "";
      seen.set(Number(row.getAttribute("row-index")), {
        index: Number(row.getAttribute("row-index")),
        line: /^\d+$/.test(text) ? Number(text) : null,
        top: Math.round(at.top),
      });
    }
    return {
      window: Number(grid?.dataset.window ?? 0),
      rows: [...seen.values()].sort((a, b) => a.index - b.index),
    };
    interface Painted {
      readonly index: number;
      readonly line: number | null;
      readonly top: number;
    }
  });
}

/** Every visible row, once loaded, shows the line that its number says, and the rows follow each other without a gap. */
async function check(page: Page, seen: Set<number>): Promise<number> {
  // A wheel's scroll is applied with a later frame; what stands on the screen before it is not the answer to it.
  await page.waitForTimeout(160);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  let shown: Awaited<ReturnType<typeof painted>> = { window: 0, rows: [] };
  await expect
    .poll(
      async () => {
        shown = await painted(page);
        return shown.rows.length > 5 && shown.rows.every((row) => row.line !== null);
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  for (const [i, row] of shown.rows.entries()) {
    expect(row.line, `row ${row.index} of window ${shown.window}`).toBe(
      shown.window * 600_000 + row.index + 1,
    );
    seen.add(row.line ?? -1);
    const before = shown.rows[i - 1];
    if (before) {
      expect(row.index).toBe(before.index + 1);
      expect(row.top - before.top).toBe(24);
    }
  }
  return shown.rows[shown.rows.length - 1]?.line ?? 0;
}

let real: Real;
test.beforeEach(async () => {
  real = await startReal();
});
test.afterEach(async () => {
  await real.close();
});

test("each row keeps its number through two million rows, and through the death of the engine", async ({
  page,
}) => {
  const log = join(real.folder, "rows.log");
  await writeLog(log);
  const path = join(real.folder, "rows.case");
  expect(real.cli("new", path, "--title", "Rows", "--examiner", "M. Aurel").status).toBe(0);
  const added = real.cli(
    "add",
    path,
    log,
    "--as",
    "rows",
    "--layout",
    '%h:%{remote}p %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
    "--json",
  );
  expect(added.status, added.out).toBe(0);
  await page.addInitScript((one) => {
    window.localStorage.setItem("portwitness.prefs", JSON.stringify({ recentCases: [one] }));
  }, path);
  await page.goto(real.address);
  await page.getByRole("button", { name: path }).click();
  await expect(page.getByText("stored as rows")).toBeVisible({ timeout: 60_000 });
  await page.getByRole("tab", { name: "Records" }).click();
  await expect(page.getByTestId("rows")).toHaveText(ROWS.toLocaleString("en-GB"), { timeout: 60_000 });
  const seen = new Set<number>();
  const grid = page.getByRole("region", { name: "Records of rows" });

  await test.step("by wheel, from the top", async () => {
    await check(page, seen);
    await grid.hover();
    for (let i = 0; i < 12; i++) {
      await page.mouse.wheel(0, 240);
      await check(page, seen);
    }
    for (let line = 1; line <= 100; line++) expect(seen.has(line), `line ${line} was passed over`).toBe(true);
  });

  await test.step("at random depths", async () => {
    let state = 7;
    for (let i = 0; i < 24; i++) {
      state = (state * 48_271) % 2_147_483_647;
      const row = 1 + (state % ROWS);
      await grid.locator(".ag-cell").first().click();
      await page.keyboard.press("Control+g");
      await page.getByLabel(/^Row, 1 to/).fill(String(row));
      await page.keyboard.press("Enter");
      await expect(page.locator("dialog")).toHaveCount(0);
      await check(page, seen);
      expect(seen.has(row), `row ${row} was gone to`).toBe(true);
    }
  });

  for (let boundary = 600_000; boundary < ROWS; boundary += 600_000)
    await test.step(`across row ${boundary} by wheel and by key`, async () => {
      const goTo = async (row: number) => {
        await grid.locator(".ag-cell").first().click();
        await page.keyboard.press("Control+g");
        await page.getByLabel(/^Row, 1 to/).fill(String(row));
        await page.keyboard.press("Enter");
        await expect(page.locator("dialog")).toHaveCount(0);
      };
      await goTo(boundary - 60);
      const near = new Set<number>();
      await check(page, near);
      await grid.hover();
      for (let i = 0; i < 40 && Math.max(...near) < boundary + 60; i++) {
        await page.mouse.wheel(0, 240);
        await check(page, near);
      }
      for (let line = boundary - 60; line <= boundary + 60; line++)
        expect(near.has(line), `line ${line} was passed over by the wheel`).toBe(true);

      const back = new Set<number>();
      await goTo(boundary + 3);
      await check(page, back);
      await grid.locator('.ag-row[row-index="2"] .ag-cell').first().click();
      for (let i = 0; i < 8; i++) {
        await page.keyboard.press("ArrowUp");
        await check(page, back);
      }
      for (let line = boundary - 4; line <= boundary + 3; line++)
        expect(back.has(line), `line ${line} was passed over by the key`).toBe(true);
    });

  await test.step("after the engine's death, at the same place", async () => {
    const before = await painted(page);
    real.killEngine();
    await expect(page.getByText("The engine stopped and is back. Your place is kept.")).toBeVisible({
      timeout: 60_000,
    });
    await check(page, seen);
    const after = await painted(page);
    expect(after.window).toBe(before.window);
    await grid.hover();
    await page.mouse.wheel(0, 480);
    await check(page, seen);
  });
});
