// The exhibit's viewer as a court opens it: one file from file://, the network off, a bag made by the real program. What it
// shows is held against attribution.csv, and its check against a bag with one changed byte.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { parseCsv } from "../../shared/custody/csv";
import { built, DIST } from "./real";

test.skip(!built || !existsSync(join(DIST, "viewer/viewer.html")), "dist/ is not built");
const SLOW = { timeout: 60_000 };
const PICTURES = process.env.PORTWITNESS_PICTURES ?? resolve(import.meta.dirname, "../../.tsc/e2e/pictures");

let home: string;
let bag: string;
let rows: Record<string, string | null>[];

test.beforeAll(() => {
  test.setTimeout(300_000);
  mkdirSync(PICTURES, { recursive: true });
  home = mkdtempSync(join(tmpdir(), "pw-viewer-"));
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

const requests: string[] = [];
const errors: string[] = [];

async function open(page: Page, context: BrowserContext): Promise<void> {
  requests.length = 0;
  errors.length = 0;
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await context.setOffline(true);
  await page.goto(pathToFileURL(join(bag, "data/viewer.html")).href);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible(SLOW);
}

const whole = (n: number): string => n.toLocaleString("en-GB");
const status = (page: Page) => page.locator(".viewer-bar [role=status]");

async function toEvents(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Events", exact: true }).click();
  await expect(status(page)).toHaveText(`${whole(rows.length)} of ${whole(rows.length)} events`, SLOW);
}

async function filter(page: Page, text: string): Promise<void> {
  await page.getByLabel("Filter", { exact: true }).fill(text);
  await page.getByRole("button", { name: "Apply" }).click();
}

async function clean(page: Page, what: string): Promise<void> {
  const found = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  const told = found.violations.map(
    (one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(" | ")}`,
  );
  expect(told, `axe on ${what}`).toEqual([]);
}

test("it opens offline, asks nobody for anything, and counts what attribution.csv holds", async ({
  page,
  context,
}) => {
  await open(page, context);
  for (const verdict of ["unique", "only", "ambiguous", "none", "out-of-range", "no-port"]) {
    const count = rows.filter((row) => row.verdict === verdict).length;
    const line = page
      .locator(".viewer-table tbody tr")
      .filter({ has: page.getByText(verdict, { exact: true }) });
    await expect(line.locator("td").first()).toHaveText(whole(count));
  }
  await toEvents(page);
  expect(requests.length).toBeGreaterThan(0);
  for (const url of requests) expect(url).toMatch(/^(file|blob|data):/);
  expect(errors).toEqual([]);
});

test("the filter keeps what the same question finds in attribution.csv, and a wrong one is pointed at", async ({
  page,
  context,
}) => {
  await open(page, context);
  await toEvents(page);
  const port = Number(rows[Math.floor(rows.length / 2)]!.srcPort);
  const questions: [string, (row: Record<string, string | null>) => boolean][] = [
    ["verdict = unique", (row) => row.verdict === "unique"],
    [`srcPort >= ${port} and verdict != unique`, (r) => Number(r.srcPort) >= port && r.verdict !== "unique"],
    ["srcIp in 198.51.100.10/32", (row) => row.srcIp === "198.51.100.10"],
  ];
  for (const [text, keeps] of questions) {
    const kept = rows.filter(keeps).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(rows.length);
    await filter(page, text);
    await expect(status(page)).toHaveText(`${whole(kept)} of ${whole(rows.length)} events`);
  }
  await filter(page, "srcPort >= and verdict = unique");
  await expect(page.getByRole("alert")).toContainText(/column|position|character|at \d+/i);
  await filter(page, "nonsense = 1");
  await expect(page.getByRole("alert")).toContainText("nonsense");
  await filter(page, "");
  await expect(page.getByRole("alert")).toHaveCount(0);
});

/** The rows that are painted: their number in the grid and their line; null while one loads. */
const painted = (page: Page) =>
  page.evaluate(() => {
    const found = new Map<number, number | null>();
    for (const row of document.querySelectorAll(".ag-row[row-index]")) {
      const text = row.querySelector('[col-id="line"]')?.textContent?.replace(/\D/g, "");
      found.set(Number(row.getAttribute("row-index")), text ? Number(text) : null);
    }
    return [...found].sort(([a], [b]) => a - b);
  });

test("each painted row is the one that its number says, while pages are asked for on top of each other", async ({
  page,
  context,
}) => {
  await open(page, context);
  await toEvents(page);
  await expect.poll(async () => (await painted(page)).length).toBeGreaterThan(10);
  const height = rows.length * 24;
  const seen = new Set<number>();
  let seed = 7;
  for (let round = 0; round < 12; round++) {
    const places = Array.from({ length: 9 }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % height;
    });
    // Nine jumps, a frame apart: most pages are still under way when the next is asked for.
    await page.evaluate(async (tops) => {
      const body = [...document.querySelectorAll(".grid *")].find(
        (one) =>
          one.scrollHeight > one.clientHeight + 100 && /auto|scroll/.test(getComputedStyle(one).overflowY),
      );
      for (const top of tops) {
        if (body) body.scrollTop = top;
        await new Promise((done) => requestAnimationFrame(done));
      }
    }, places);
    let shown: [number, number | null][] = [];
    await expect
      .poll(async () => {
        shown = await painted(page);
        return shown.length > 10 && shown.every(([, line]) => line !== null);
      })
      .toBe(true);
    for (const [index, line] of shown) {
      expect(line, `row ${index}`).toBe(Number(rows[index]!.line));
      seen.add(index);
    }
  }
  expect(seen.size).toBeGreaterThan(100);
});

test("the chosen event shows its candidates with their records", async ({ page, context }) => {
  await open(page, context);
  await toEvents(page);
  const listed = rows.find((row) => row.candidates !== null && row.candidates !== "[]")!;
  await filter(page, `line = ${listed.line}`);
  await expect(status(page)).toHaveText(`1 of ${whole(rows.length)} events`);
  await page.locator('.ag-row[row-index="0"] [col-id="verdict"]').first().click();
  const side = page.getByRole("complementary", { name: "The chosen event" });
  const candidates = JSON.parse(listed.candidates!) as { insideIp: string; natLine: number }[];
  expect(candidates.length).toBeGreaterThan(0);
  for (const one of candidates) {
    await expect(side).toContainText(one.insideIp);
    await expect(side).toContainText(whole(one.natLine));
  }
});

test("it checks the bag's folder: the untouched one holds, a changed byte is named", async ({
  page,
  context,
}) => {
  await open(page, context);
  await page.getByRole("button", { name: "Check this file" }).click();
  const input = page.getByLabel("The exhibit's folder", { exact: true });
  await input.setInputFiles(bag);
  await expect(page.getByRole("heading", { name: "Everything holds" })).toBeVisible(SLOW);
  await expect(page.getByText("signer not established").last()).toBeVisible();

  const verified = execFileSync(process.execPath, [join(bag, "data/verify.mjs"), "--json"], {
    encoding: "utf8",
  });
  const key = (JSON.parse(verified) as { keyFingerprint: string }).keyFingerprint;
  const field = page.getByLabel(/Fingerprint of the signer/);
  await field.fill(key);
  await input.setInputFiles(bag);
  await expect(page.getByText("signer as given")).toBeVisible(SLOW);
  await field.fill("0".repeat(64));
  await input.setInputFiles(bag);
  await expect(page.getByText("not by the key that was given")).toBeVisible(SLOW);
  await field.fill("");

  for (const name of ["attribution.csv", "records.duckdb", "custody.jsonl"]) {
    const copy = join(home, `changed-${name}`);
    cpSync(bag, copy, { recursive: true });
    const path = join(copy, "data", name);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
    await input.setInputFiles(copy);
    await expect(page.locator(".viewer-findings li.bad").first()).toBeVisible(SLOW);
    await expect(page.locator(".viewer-findings li.bad", { hasText: `data/${name}` }).first()).toBeVisible();
    await expect(page.getByRole("heading", { name: "Everything holds" })).toHaveCount(0);
  }
  for (const url of requests) expect(url).toMatch(/^(file|blob|data):/);
});

for (const scheme of ["light", "dark"] as const) {
  test(`axe finds nothing on its three tabs (${scheme}), which are kept as pictures`, async ({
    page,
    context,
  }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await open(page, context);
    const keep = (name: string) => page.screenshot({ path: join(PICTURES, `viewer-${name}-${scheme}.png`) });
    await clean(page, "what was found");
    await keep("summary");
    await toEvents(page);
    await page.locator('.ag-row[row-index="3"] [col-id="verdict"]').first().click();
    await expect(page.locator(".viewer-side .viewer-verdict")).toBeVisible();
    await clean(page, "events");
    await keep("events");
    await page.getByRole("button", { name: "Check this file" }).click();
    await page.getByLabel("The exhibit's folder", { exact: true }).setInputFiles(bag);
    await expect(page.getByRole("heading", { name: "Everything holds" })).toBeVisible(SLOW);
    await clean(page, "check");
    await keep("check");
  });
}
