// Several sources on one time axis, in the real program: every record of both once, in the axis's order, found again in its
// own source; by key alone, and written to a file as it is shown.
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { parseCsv } from "../../shared/custody/csv";
import { built, type Real, startReal } from "./real";

test.skip(!built, "dist/ is not built");
test.setTimeout(Number(process.env.PORTWITNESS_E2E_TIMEOUT ?? 300_000));
const SLOW = { timeout: Number(process.env.PORTWITNESS_E2E_SLOW ?? 90_000) };
const PICTURES = process.env.PORTWITNESS_PICTURES ?? resolve(import.meta.dirname, "../../.tsc/e2e/pictures");
mkdirSync(PICTURES, { recursive: true });

let real: Real;
let path: string;
let twin: string;
test.beforeEach(async () => {
  real = await startReal();
  path = join(real.folder, "axis.case");
  expect(real.cli("new", path, "--title", "Axis", "--examiner", "M. Aurel").status).toBe(0);
  for (const [file, name] of [
    ["access.log", "web"],
    ["nat.log", "cgn"],
  ] as const)
    expect(real.cli("add", path, join(real.evidence, file), "--as", name).status).toBe(0);
  expect(real.cli("calibrate", path, "web", "--against", "cgn").status).toBe(0);
  twin = join(real.folder, "twin.case");
  cpSync(path, twin, { recursive: true });
});
test.afterEach(async () => {
  await real.close();
});

interface Placed {
  readonly source: string;
  readonly line: number;
  readonly placed: string;
  readonly atUs: number;
}
/** The axis as the command line has it. */
const listed = (...more: string[]): Placed[] =>
  real
    .cli("timeline", twin, "web", "cgn", ...more, "--json")
    .out.split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Placed);

/** Source and line of the rows that are painted, by their number in the view. */
const painted = (page: Page): Promise<[number, string][]> =>
  page.evaluate(() => {
    const rows = new Map<number, string>();
    for (const row of document.querySelectorAll<HTMLElement>(".ag-row[row-index]")) {
      const cell = (id: string) => row.querySelector(`[col-id="${id}"]`)?.textContent?.trim() ?? "";
      if (/^[\d,]+$/.test(cell("line")))
        rows.set(
          Number(row.getAttribute("row-index")),
          `${cell("source")} ${cell("line").replace(/,/g, "")}`,
        );
    }
    return [...rows].sort((a, b) => a[0] - b[0]);
  });

test("two sources stand on one axis, are filtered, narrowed to a moment, followed to their source and exported", async ({
  page,
}) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.addInitScript((one) => {
    window.localStorage.setItem("portwitness.prefs", JSON.stringify({ recentCases: [one], language: "en" }));
  }, path);
  await page.goto(real.address);
  await page.getByRole("button", { name: path }).click();
  await page.getByRole("navigation", { name: "Sources" }).getByRole("button", { name: /^web / }).click(SLOW);
  await page.getByRole("tab", { name: "Records" }).click();
  await page.locator(".ag-cell").first().click(SLOW);
  await page.keyboard.press("a");
  const grid = page.getByRole("region", { name: "Records on the axis" });
  await expect(grid).toBeVisible(SLOW);

  const all = listed();
  expect(new Set(all.map((one) => `${one.source} ${one.line}`)).size).toBe(all.length);
  expect(all.every((one, i) => i === 0 || one.atUs >= all[i - 1]!.atUs)).toBe(true);
  await expect(page.getByTestId("rows")).toHaveText(all.length.toLocaleString("en-GB"), SLOW);
  await expect(page.locator(".counts-line")).toContainText("in the clock of cgn");
  const panel = page.getByRole("region", { name: "On the axis", exact: true });
  await expect(panel).toContainText(/corrected by c\d+/);
  await expect(panel).toContainText("the axis is its clock");

  // Every row that is passed is the command line's at that place.
  await grid.locator(".ag-cell").first().click();
  const seen = new Set<number>();
  for (let i = 0; i < 12; i++) {
    await expect.poll(async () => (await painted(page)).length, SLOW).toBeGreaterThan(10);
    for (const [index, what] of await painted(page)) {
      expect(what, `row ${index}`).toBe(`${all[index]!.source} ${all[index]!.line}`);
      seen.add(index);
    }
    await page.keyboard.press("PageDown");
  }
  for (let i = 0; i < 150; i++) expect(seen.has(i), `row ${i} was passed over`).toBe(true);
  await page.keyboard.press("Control+End");
  await expect
    .poll(async () => (await painted(page)).at(-1)?.[1], SLOW)
    .toBe(`${all.at(-1)!.source} ${all.at(-1)!.line}`);

  // Only the operator's, by the menu of a cell and by key.
  const cgn = grid.locator('.ag-row [col-id="source"]', { hasText: "cgn" }).first();
  await cgn.click();
  await page.keyboard.press("=");
  const filter = page.getByRole("combobox", { name: "Filter the records on the axis" });
  await expect(filter).toHaveValue("source = cgn");
  const only = listed("--filter", "source = cgn");
  await expect(page.getByTestId("rows")).toHaveText(only.length.toLocaleString("en-GB"), SLOW);
  await page.getByRole("button", { name: "Clear", exact: true }).click();

  // Around the moment of a record: both sources again, and nothing further than a minute off.
  // Not one of the first: what is not shown of the clock at a file's start has no guard.
  await page.keyboard.press("Control+Home");
  await grid.locator('.ag-row [col-id="source"]').first().click(SLOW);
  for (let screen = 0; screen < 3; screen++) await page.keyboard.press("PageDown");
  await expect(grid.locator('.ag-row[row-index="0"]')).toHaveCount(0, SLOW);
  const web = grid.locator('.ag-row [col-id="source"]', { hasText: "web" }).first();
  await web.click(SLOW);
  await expect(page.getByRole("complementary", { name: "Record" })).toContainText(
    "widened by the guard",
    SLOW,
  );
  await page.keyboard.press(".");
  const chip = page.getByRole("button", { name: /show the whole axis/ });
  await expect(chip).toBeVisible(SLOW);
  const [from, to] = (await chip.textContent())!.match(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+Z/g)!;
  const iso = (text: string) => text.replace(" ", "T");
  // The label cuts to milliseconds, so the counts may differ by what lies in the cut.
  const near = listed("--from", iso(from!), "--to", iso(to!)).length;
  await expect
    .poll(
      async () => Math.abs(Number((await page.getByTestId("rows").textContent())!.replace(/,/g, "")) - near),
      SLOW,
    )
    .toBeLessThanOrEqual(2);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(" | ")}`),
  ).toEqual([]);
  await page.screenshot({ path: join(PICTURES, "axis-around.png") });
  await chip.click();
  await expect(chip).toHaveCount(0);

  // To a file, as it is shown.
  const out = join(real.folder, "axis.csv");
  await grid.locator(".ag-cell").first().click(SLOW);
  await page.keyboard.press("Control+s");
  await page.getByLabel("File, which must not exist yet").fill(out);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("notice")).toContainText("are in", SLOW);
  expect(existsSync(out)).toBe(true);
  const [head, ...lines] = parseCsv(readFileSync(out, "utf8"));
  expect(head!.slice(0, 2)).toEqual(["On the axis, ± s", "Source"]);
  expect(lines.map((line) => `${line[1]} ${line[head!.indexOf("Line")]}`)).toEqual(
    all.map((one) => `${one.source} ${one.line}`),
  );

  // A record is found again among its own source's.
  await grid.locator('.ag-row [col-id="source"]', { hasText: "web" }).nth(3).click(SLOW);
  const line = await grid.locator('.ag-row-selected [col-id="line"]').first().textContent();
  await page.keyboard.press("o");
  await expect(page.getByRole("region", { name: "Records of web" })).toBeVisible(SLOW);
  await expect(page.locator('.ag-row-selected [col-id="line"]').first()).toHaveText(line!, SLOW);
  expect(errors).toEqual([]);
});
