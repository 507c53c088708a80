// What an analyst does with a table all day, in the real program: columns moved, hidden, pinned and sized; what is shown
// copied and written; a view saved and found again after the window was closed; the format's own fields filtered, counted
// and sorted by.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { parseCsv } from "../../shared/custody/csv";
import { built, type Real, startReal } from "./real";

test.skip(!built, "dist/ is not built");
test.setTimeout(300_000);
const SLOW = { timeout: 90_000 };

let real: Real;
let path: string;
test.beforeEach(async () => {
  real = await startReal();
  path = join(real.folder, "work.case");
  expect(real.cli("new", path, "--title", "Work", "--examiner", "M. Aurel").status).toBe(0);
  expect(real.cli("add", path, join(real.evidence, "access.log"), "--as", "web").status).toBe(0);
});
test.afterEach(async () => {
  await real.close();
});

const line = (page: Page): Locator => page.getByRole("combobox", { name: "Filter the records of web" });
const heads = async (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".grid .ag-header-cell")]
      .sort((a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left)
      .map((one) => one.getAttribute("col-id") ?? "")
      .slice(0, 6),
  );
const cellOf = (page: Page, row: number, column: string): Locator =>
  page.locator(`.ag-row[row-index="${row}"] [col-id="${column}"]`);
const count = async (page: Page): Promise<number> =>
  Number((await page.getByTestId("rows").textContent())?.replace(/,/g, ""));

async function open(page: Page): Promise<void> {
  await page.getByRole("button", { name: path }).click();
  await page.getByRole("tab", { name: "Records" }).click(SLOW);
  await expect(page.locator(".ag-cell").first()).toBeVisible(SLOW);
}

test("columns, copies, an export and a saved view are as they were made", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  // Wide enough that the grid draws every column that is looked at.
  await page.setViewportSize({ width: 2200, height: 900 });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.addInitScript((one) => {
    if (!window.localStorage.getItem("portwitness.prefs"))
      window.localStorage.setItem(
        "portwitness.prefs",
        JSON.stringify({ recentCases: [one], language: "en" }),
      );
  }, path);
  await page.goto(real.address);
  await open(page);

  await test.step("a column is hidden, another pinned, a third moved", async () => {
    await cellOf(page, 0, "line").click();
    await page.keyboard.press("c");
    const dialog = page.getByRole("dialog", { name: "Columns" });
    const row = (name: string) => dialog.getByRole("listitem").filter({ hasText: name }).first();
    await row("Marks").getByRole("checkbox").uncheck();
    await row("Source address").getByRole("button", { name: "pin" }).click();
    await dialog.getByRole("button", { name: "Move Port to the left" }).click();
    await dialog.getByRole("button", { name: "Move Port to the left" }).click();
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect.poll(() => heads(page), SLOW).not.toContain("marks");
    await expect.poll(async () => (await heads(page))[0], SLOW).toBe("srcIp");
    const shown = await heads(page);
    expect(shown.indexOf("srcPort")).toBeLessThan(shown.indexOf("corrected"));
    // Another screen and back: nothing was forgotten.
    await page.keyboard.press("Alt+1");
    await page.keyboard.press("Alt+2");
    await expect(page.locator(".ag-cell").first()).toBeVisible(SLOW);
    await expect.poll(() => heads(page), SLOW).toEqual(shown);
  });

  await test.step("a column is sized and moved by mouse", async () => {
    const head = page.locator('.ag-header-cell[col-id="time"]');
    const box = (await head.boundingBox())!;
    const handle = head.locator(".ag-header-cell-resize");
    const grip = (await handle.boundingBox())!;
    await page.mouse.move(grip.x + grip.width / 2, grip.y + 10);
    await page.mouse.down();
    await page.mouse.move(grip.x + grip.width / 2 + 60, grip.y + 10, { steps: 5 });
    await page.mouse.up();
    await expect
      .poll(async () => Math.round((await head.boundingBox())!.width - box.width))
      .toBeGreaterThan(50);
  });

  await test.step("the format's own field narrows, by the menu and by text", async () => {
    const status = page.locator('.ag-row [col-id="field.%&gt;s"]').first();
    await expect(status).toHaveText(/^\d+$/, SLOW);
    const value = (await status.textContent())!.trim();
    await expect(async () => {
      await status.click({ button: "right", timeout: 5_000 });
      await page.getByRole("menuitem", { name: /Only this value/ }).click({ timeout: 5_000 });
    }).toPass(SLOW);
    await expect(line(page)).toHaveValue(`field.status = ${value}`);
    const text = readFileSync(join(real.evidence, "access.log"), "utf8").trimEnd().split("\n");
    const only = text.filter((one) => one.includes(`" ${value} `)).length;
    await expect.poll(() => count(page), SLOW).toBe(only);
    await line(page).fill(`not field.status = ${value} and field.userAgent ~ Mozilla`);
    await line(page).press("Enter");
    const others = text.filter((one) => !one.includes(`" ${value} `) && one.includes("Mozilla")).length;
    await expect.poll(() => count(page), SLOW).toBe(others);
    await line(page).fill("field.useragent ~ curl");
    await line(page).press("Enter");
    await expect(page.getByRole("alert")).toContainText('Did you mean "field.userAgent"?', SLOW);
    await line(page).fill(`field.status = ${value}`);
    await line(page).press("Enter");
    await expect.poll(() => count(page), SLOW).toBe(only);
  });

  await test.step("it is sorted by and counted by, and says so", async () => {
    await page.locator('.ag-row[row-index="0"] [col-id="field.%b"]').click(SLOW);
    await page.keyboard.press("s");
    await expect(page.locator(".counts-line")).toContainText("sorted by field.bytes", SLOW);
    await expect(page.locator('.ag-header-cell[col-id="field.%b"]')).toContainText("▴");
    // The record looked at stays in sight; the first ones are gone to.
    await page.locator(".ag-row .ag-cell").first().click(SLOW);
    await page.keyboard.press("Control+Home");
    await expect(cellOf(page, 7, "field.%b")).toHaveText(/^\d+$/, SLOW);
    const bytes: number[] = [];
    for (let i = 0; i < 8; i++) bytes.push(Number(await cellOf(page, i, "field.%b").textContent()));
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    await page.locator('.ag-row[row-index="0"] [col-id="field.%b"]').click();
    await page.keyboard.press("f");
    await expect(page.getByRole("region", { name: "Bytes" }).locator(".facet-only").first()).toBeVisible(
      SLOW,
    );
  });

  await test.step("a row is copied as it is shown", async () => {
    const first = page.locator('.ag-row[row-index="0"]');
    await first.locator('[col-id="time"]').click();
    await page.keyboard.press("Control+c");
    await expect(page.getByTestId("notice")).toContainText("copied as shown");
    const copied = (await page.evaluate(() => navigator.clipboard.readText())).split("\t");
    const shown = await heads(page);
    // The grid draws only the columns in sight; those stand in the copy at their place, with their text.
    for (const id of ["srcIp", "srcPort", "line"])
      expect(copied[shown.indexOf(id)]?.replace(/,/g, "")).toBe(
        (await cellOf(page, 0, id).textContent())!.replace(/,/g, "").trim(),
      );
  });

  const out = join(real.folder, "shown.csv");
  await test.step("what is shown is written, all of it, in its order", async () => {
    await page.keyboard.press("Control+s");
    await page.getByLabel("File, which must not exist yet").fill(out);
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("notice")).toContainText("records are in", SLOW);
    expect(existsSync(out)).toBe(true);
    const [head, ...rows] = parseCsv(readFileSync(out, "utf8"));
    expect(rows).toHaveLength(await count(page));
    expect(head!.slice(0, 2)).toEqual(["Source address", "Line"]);
    expect(head).not.toContain("Marks");
    const bytes = rows.map((row) => Number(row[head!.indexOf("Bytes")]));
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    expect(rows[0]![head!.indexOf("Line")]).toBe(
      (await cellOf(page, 0, "line").textContent())!.replace(/,/g, "").trim(),
    );
  });

  const filter = await line(page).inputValue();
  const shown = await heads(page);
  const rows = await count(page);
  await test.step("a view is saved", async () => {
    await cellOf(page, 0, "line").click();
    await page.keyboard.press("v");
    const dialog = page.getByRole("dialog", { name: "Saved views" });
    await dialog.getByLabel("Save filter, order, columns, colours and groups as").fill("By size");
    await page.keyboard.press("Enter");
    await expect(dialog.getByRole("button", { name: /By size/ })).toBeVisible(SLOW);
    await page.keyboard.press("Escape");
  });
  await test.step("and is as it was in a window that was opened anew", async () => {
    await page.reload();
    await open(page);
    await expect(line(page)).toHaveValue("");
    await page.locator(".ag-cell").first().click();
    await page.keyboard.press("Control+Alt+1");
    await expect(line(page)).toHaveValue(filter);
    await expect.poll(() => count(page), SLOW).toBe(rows);
    await expect(page.locator(".counts-line")).toContainText("sorted by field.bytes", SLOW);
    await expect.poll(() => heads(page), SLOW).toEqual(shown);
    await page.locator(".ag-cell").first().click();
    await page.keyboard.press("v");
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await expect(page.getByRole("dialog")).toContainText("None is saved for this source yet.");
  });
  expect(errors).toEqual([]);
});
