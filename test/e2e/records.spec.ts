// The records screen in the real program: facets, the filter as it is typed, quick find, the menu of a cell. Each count on
// the screen is compared with the command line's.
import { cpSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { built, type Real, startReal } from "./real";

test.skip(!built, "dist/ is not built");
test.setTimeout(Number(process.env.PORTWITNESS_E2E_TIMEOUT ?? 240_000));
const SLOW = { timeout: Number(process.env.PORTWITNESS_E2E_SLOW ?? 60_000) };
const PICTURES = process.env.PORTWITNESS_PICTURES ?? resolve(import.meta.dirname, "../../.tsc/e2e/pictures");
mkdirSync(PICTURES, { recursive: true });

let real: Real;
let path: string;
/** The same case, for the command line while the window has the other. */
let twin: string;
// Each test has a session of its own: its address is good for one page.
test.beforeEach(async () => {
  real = await startReal();
  path = join(real.folder, "records.case");
  expect(real.cli("new", path, "--title", "Records", "--examiner", "M. Aurel").status).toBe(0);
  for (const [file, name] of [
    ["access.log", "web"],
    ["nat.log", "cgn"],
  ] as const) {
    const added = real.cli("add", path, join(real.evidence, file), "--as", name);
    expect(added.status, added.out).toBe(0);
  }
  twin = join(real.folder, "twin.case");
  cpSync(path, twin, { recursive: true });
});
test.afterEach(async () => {
  await real.close();
});

const errors: string[] = [];
test.beforeEach(({ page }) => {
  errors.length = 0;
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
});

async function openRecords(page: Page, theme: "dark" | "light", source = "web"): Promise<void> {
  await page.addInitScript(
    ([one, wanted]) => {
      window.localStorage.setItem(
        "portwitness.prefs",
        JSON.stringify({ theme: wanted, recentCases: [one], language: "en", side: 260 }),
      );
    },
    [path, theme] as const,
  );
  await page.goto(real.address);
  await page.getByRole("button", { name: path }).click();
  await page
    .getByRole("navigation", { name: "Sources" })
    .getByRole("button", { name: new RegExp(`^${source} `) })
    .click(SLOW);
  await page.getByRole("tab", { name: "Records" }).click();
  await expect(page.getByTestId("rows")).not.toHaveText("0", SLOW);
}

const rows = async (page: Page): Promise<number> =>
  Number((await page.getByTestId("rows").textContent())?.replace(/,/g, ""));
/** What stands there, once something does. */
const said = async (what: Locator): Promise<string> => {
  await expect(what).toHaveText(/\S/, SLOW);
  return (await what.textContent())?.trim() ?? "";
};
const filterLine = (page: Page) => page.getByRole("combobox", { name: /^Filter the records/ });
const counted = (filter: string, source = "web"): number =>
  real
    .cli("records", twin, source, "--filter", filter, "--json")
    .out.split("\n")
    .filter((line) => line.startsWith("{")).length;

async function clean(page: Page, what: string): Promise<void> {
  const found = await new AxeBuilder({ page }).analyze();
  expect(
    found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(" | ")}`),
    `axe on ${what}`,
  ).toEqual([]);
}

test("a facet's values, kept and left out, are the filter's text, and its counts are the command line's", async ({
  page,
}) => {
  await openRecords(page, "dark");
  const facet = page.getByRole("region", { name: "Source address" });
  const first = facet.locator(".facet-only").first();
  await expect(first).toBeVisible(SLOW);
  const value = await said(first.locator(".mono"));
  const count = await said(first.locator(".muted"));
  await first.click();
  await expect(filterLine(page)).toHaveValue(`srcIp = ${value}`);
  await expect(page.getByTestId("rows")).toHaveText(count, SLOW);
  expect(counted(`srcIp = ${value}`)).toBe(await rows(page));
  // The other values stay there to be chosen.
  const second = facet.locator(".facet-only").nth(1);
  const other = await said(second.locator(".mono"));
  await second.focus();
  await page.keyboard.press("Enter");
  await expect(filterLine(page)).toHaveValue(`srcIp in ${value}, ${other}`);
  await expect(second).toHaveAttribute("aria-pressed", "true");
  await second.focus();
  await page.keyboard.press("-");
  await expect(filterLine(page)).toHaveValue(`srcIp = ${value} and not srcIp = ${other}`);
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  const port = page.getByRole("region", { name: "Port", exact: true });
  await port.locator(".facet-only").first().click();
  await expect(filterLine(page)).toHaveValue(/^srcPort in \d+-\d+$/);
  await expect.poll(() => rows(page)).toBe(counted(await filterLine(page).inputValue()));
  await page.screenshot({ path: join(PICTURES, "records-facets-dark.png") });
  await clean(page, "facets");
  expect(errors).toEqual([]);
});

test("a cell's menu narrows the records by mouse and by key, and the record looked at stays", async ({
  page,
}) => {
  await openRecords(page, "light");
  const cell = page.locator('.ag-row[row-index="7"] [col-id="srcIp"]');
  const value = await said(cell);
  const line = await said(page.locator('.ag-row[row-index="7"] [col-id="line"]'));
  await cell.click({ button: "right" });
  const menu = page.getByRole("menu");
  await expect(menu.getByRole("menuitem").first()).toBeFocused();
  await page.screenshot({ path: join(PICTURES, "records-menu-light.png") });
  await menu.getByRole("menuitem", { name: /Only this value/ }).click();
  await expect(filterLine(page)).toHaveValue(`srcIp = ${value}`);
  await expect.poll(() => rows(page)).toBe(counted(`srcIp = ${value}`));
  await expect(page.locator(".ag-row-selected").first().locator('[col-id="line"]')).toHaveText(line, SLOW);
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  await expect.poll(() => rows(page)).toBeGreaterThan(3_000);
  await page.locator('.ag-row-selected [col-id="time"]').first().click();
  await page.keyboard.press("Shift+F10");
  await expect(menu).toBeVisible();
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowDown");
  await expect(menu.getByRole("menuitem", { name: "Around this moment, ±1 s" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(filterLine(page)).toHaveValue(/^time in .+Z\/.+Z$/);
  const near = await filterLine(page).inputValue();
  await expect.poll(() => rows(page)).toBe(counted(near));
  expect(await rows(page)).toBeGreaterThan(0);
  expect(errors).toEqual([]);
});

test("a filter is completed as it is typed, and its fault is told at its place", async ({ page }) => {
  await openRecords(page, "dark");
  await page.locator(".ag-cell").first().click(SLOW);
  await page.keyboard.press("/");
  await expect(filterLine(page)).toBeFocused();
  await page.keyboard.type("srcI");
  await expect(page.getByRole("option", { name: /srcIp/ })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(filterLine(page)).toHaveValue("srcIp ");
  await page.keyboard.type("= ");
  const offered = page.getByRole("listbox", { name: "What fits here" }).getByRole("option");
  await expect(offered.first()).toContainText(/\d+\.\d+|:/, SLOW);
  await page.screenshot({ path: join(PICTURES, "records-complete-dark.png") });
  await clean(page, "completion");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.type("and sorce = 3");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("alert")).toContainText('there is no field "sorce"');
  const under = page.locator(".filter-under u");
  await expect(under).toHaveText("sorce");
  await page.screenshot({ path: join(PICTURES, "records-fault-dark.png") });
  await page.keyboard.press("Control+F1");
  await expect(page.getByRole("heading", { name: "What is unknown" })).toBeVisible();
  await page.screenshot({ path: join(PICTURES, "records-help-dark.png") });
  expect(errors).toEqual([]);
});

test("quick find reaches every hit of the view, also those that are not loaded", async ({ page }) => {
  await openRecords(page, "light");
  await page.locator(".ag-cell").first().click(SLOW);
  await page.keyboard.press("Control+Home");
  await page.locator('.ag-row[row-index="0"] [col-id="line"]').click(SLOW);
  await page.keyboard.press("Control+f");
  const find = page.getByRole("textbox", { name: "Find in these records" });
  await expect(find).toBeFocused();
  const ip = await said(page.locator('.ag-row[row-index="3"] [col-id="srcIp"]'));
  await find.fill(ip);
  await page.keyboard.press("Enter");
  const told = page.getByRole("search", { name: "Find" }).getByRole("status");
  await expect(told).toHaveText(/^\d[\d,]* of \d[\d,]*/, SLOW);
  const nth = Number((await said(told)).replace(/,/g, "").split(" of ")[0]);
  const hits = Number((await said(told)).replace(/,/g, "").split(" of ")[1]!.split(" ")[0]);
  expect(hits).toBe(counted(`text ~ "${ip}"`));
  for (let i = nth; i >= 1; i--) {
    await page.keyboard.press("Shift+Enter");
    await expect(told).toContainText(i > 1 ? `${i - 1} of` : "from the other end", SLOW);
  }
  await expect(page.locator(".ag-row-selected").first()).toContainText(ip, SLOW);
  await page.screenshot({ path: join(PICTURES, "records-find-light.png") });
  await page.keyboard.press("Escape");
  await expect(find).toHaveCount(0);
  expect(errors).toEqual([]);
});
