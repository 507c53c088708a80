// What leaves the lab, and what comes back, by the window in the real program: a time-stamp's query and reply, the key into
// safe-keeping and a new one in its place, and an exhibit with a copy that only its recipient can open.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { Decrypter, generateIdentity, identityToRecipient } from "age-encryption";
import { makeAuthority, opensslThere } from "../unit/custody/authority";
import { built, type Real, startReal } from "./real";

test.skip(!built, "dist/ is not built");
test.setTimeout(600_000);
const SLOW = { timeout: 120_000 };
const PICTURES = process.env.PORTWITNESS_PICTURES ?? resolve(import.meta.dirname, "../../.tsc/e2e/pictures");

let real: Real;
let path: string;
test.beforeEach(async ({ page }) => {
  mkdirSync(PICTURES, { recursive: true });
  real = await startReal();
  path = join(real.folder, "leaving.case");
  const log = (name: string) => join(real.evidence, name);
  for (const args of [
    ["new", path, "--title", "Leaving", "--examiner", "Ada"],
    ["add", path, log("access.log"), "--as", "web", "--role", "server"],
    ["add", path, log("nat.log"), "--as", "cgn", "--role", "nat"],
    ["calibrate", path, "web", "--against", "cgn"],
    ["attribute", path, "--events", "web", "--nat", "cgn"],
  ]) {
    const done = real.cli(...args);
    expect(done.status, done.out).toBe(0);
  }
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(real.address);
  await page.getByRole("button", { name: "Open a case" }).click();
  await choose(page, real.folder, /leaving\.case/, "Open case");
  await expect(page.getByText("Case Leaving")).toBeVisible(SLOW);
});
test.afterEach(() => real.close());

/** Picks an entry in the window's own file dialog. */
async function choose(page: Page, folder: string, entry: RegExp, button: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Folder", { exact: true }).fill(folder);
  await dialog.getByRole("button", { name: "Go" }).click();
  await expect(dialog.getByRole("listbox", { name: `Contents of ${folder}` })).toBeVisible(SLOW);
  const option = dialog.getByRole("option", { name: entry });
  // A list that arrives again forgets what was marked in it.
  await expect(async () => {
    if ((await option.getAttribute("aria-selected")) !== "true") await option.click();
    await expect(option).toHaveAttribute("aria-selected", "true", { timeout: 1_000 });
  }).toPass(SLOW);
  await dialog.getByRole("button", { name: button, exact: true }).click();
}
/** Names a file to be written. */
async function name(page: Page, folder: string, file: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Folder", { exact: true }).fill(folder);
  await dialog.getByRole("button", { name: "Go" }).click();
  await dialog.getByLabel("Name", { exact: true }).fill(file);
  await dialog.getByRole("button", { name: "Choose", exact: true }).click();
}

const actions = (): string[] =>
  readFileSync(join(path, "custody.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { action: string }).action);

test("a query goes out, its reply comes in, and the key is kept and replaced", async ({ page }) => {
  test.skip(!opensslThere, "openssl, which stands in for the authority, is not here");
  await page.getByRole("tab", { name: "Custody" }).click();
  await page.getByRole("button", { name: "Write a query" }).click();
  await name(page, real.folder, "one.tsq");
  await expect(page.getByText(/The query is written/)).toBeVisible(SLOW);
  const authority = makeAuthority(join(real.folder, "authority"));
  authority.reply(join(real.folder, "one.tsq"), join(real.folder, "one.tsr"));
  await page.getByRole("button", { name: "Bring in the reply" }).click();
  await choose(page, real.folder, /one\.tsr/, "Add file");
  await choose(page, join(real.folder, "authority"), /root\.pem/, "Add file");
  await expect(page.getByText(/The first 5 acts existed at .*CN=Stamper/)).toBeVisible(SLOW);
  // The same reply again is refused, with the reason where the button is.
  await page.getByRole("button", { name: "Without certificates" }).click();
  await choose(page, real.folder, /one\.tsr/, "Add file");
  await expect(page.getByText(/in the case already/)).toBeVisible(SLOW);

  const backup = page.getByRole("button", { name: "Back up the key" });
  await expect(backup).toHaveAttribute("aria-disabled", "true");
  await page.getByLabel(/Passphrase of the backup/).fill("correct horse");
  await backup.click();
  await name(page, real.folder, "key.backup");
  await expect(page.getByText(/The key is kept in/)).toBeVisible(SLOW);
  expect(existsSync(join(real.folder, "key.backup"))).toBe(true);
  for (const theme of ["light", "dark"]) {
    await page.evaluate((to) => {
      document.documentElement.dataset.theme = to;
    }, theme);
    await page.getByRole("button", { name: "Revoke the key" }).scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(PICTURES, `custody-panels-${theme}.png`) });
  }

  const before = real.cli("key", "show", "--json").out;
  await expect(page.getByRole("button", { name: "Revoke the key" })).toHaveAttribute("aria-disabled", "true");
  await page.getByLabel(/End this key/).check();
  await page.getByRole("button", { name: "Put a new key in its place" }).click();
  await expect(page.getByText(/The new key is/)).toBeVisible(SLOW);
  expect(real.cli("key", "show", "--json").out).not.toBe(before);
  expect(actions().slice(5)).toEqual(["timestamp.query", "timestamp.import", "key.backup", "key.rotate"]);
  const verified = real.cli("verify", path, "--json");
  expect(verified.status, verified.out).toBe(0);
});

test("an exhibit's encrypted copy is one that only its recipient opens", async ({ page }) => {
  const identity = await generateIdentity();
  const bag = join(real.folder, "bag");
  await page.getByRole("tab", { name: "Exhibit" }).click();
  await page.getByLabel("Only events that match").fill("line < 4");
  await page.getByLabel(/Place of the bag/).fill(bag);
  await page.getByLabel(/age recipients/).fill("age1wrong");
  await page.getByRole("button", { name: "Export the exhibit" }).click();
  await expect(page.getByRole("alert")).toContainText(/age1wrong|recipient/i, SLOW);
  expect(existsSync(bag)).toBe(false);
  await page.getByLabel(/age recipients/).fill(await identityToRecipient(identity));
  await page.getByRole("button", { name: "Export the exhibit" }).click();
  await expect(page.getByTestId("outcome")).toContainText("verified", SLOW);
  for (const theme of ["light", "dark"]) {
    await page.evaluate((to) => {
      document.documentElement.dataset.theme = to;
    }, theme);
    await page.screenshot({ path: join(PICTURES, `exhibit-encrypted-${theme}.png`) });
  }
  const copy = page.getByText(/\.age$/);
  await expect(copy).toBeVisible();
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const tar = await decrypter.decrypt(new Uint8Array(readFileSync((await copy.textContent())!.trim())));
  expect(Buffer.from(tar).includes("BagIt-Version: 1.0")).toBe(true);
  const other = new Decrypter();
  other.addIdentity(await generateIdentity());
  await expect(
    other.decrypt(new Uint8Array(readFileSync((await copy.textContent())!.trim()))),
  ).rejects.toThrow();
  execFileSync(process.execPath, [join(bag, "data/verify.mjs"), bag]);
});

test("the request to the operator and the data set for the cluster are written, and are acts", async ({
  page,
}) => {
  await page.getByRole("button", { name: /^web/ }).first().click();
  await page.getByRole("button", { name: "Worth asking" }).click();
  await page.getByLabel("The operator keeps its records for").fill("90");
  await page.getByLabel("Query pack for the operator's cluster").selectOption("trino");
  await page.screenshot({ path: join(PICTURES, "leaving-request.png") });
  await page.getByRole("button", { name: "Write the disclosure request" }).click();
  await name(page, real.folder, "asked");
  await expect(page.getByText(/Request PW-[0-9A-F]+ with .* stands in/)).toBeVisible(SLOW);
  expect(existsSync(join(real.folder, "asked/request-letter.pdf"))).toBe(true);
  expect(readFileSync(join(real.folder, "asked/sql/1-load.sql"), "utf8")).toContain("external_location");

  await page.getByRole("tab", { name: "Exhibit" }).click();
  await page.getByRole("button", { name: "Write the data set" }).click();
  await name(page, real.folder, "tables");
  await expect(page.getByText(/rows stand as Parquet in/)).toBeVisible(SLOW);
  await page.screenshot({ path: join(PICTURES, "leaving-dataset.png") });
  expect(readFileSync(join(real.folder, "tables/files.csv"), "utf8")).toContain("record/source=web/date=");
  expect(actions().slice(-2)).toEqual(["request.write", "dataset.write"]);
});
