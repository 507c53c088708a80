// The whole job of a new user, in the real program: from no case to a verified exhibit, once by mouse and once by keyboard
// alone. The exhibit is then verified again by the command line and by its own verifier.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { built, type Real, startReal } from "./real";

test.skip(!built, "dist/ is not built");
test.setTimeout(Number(process.env.PORTWITNESS_E2E_TIMEOUT ?? 600_000));
const SLOW = { timeout: Number(process.env.PORTWITNESS_E2E_SLOW ?? 120_000) };

let real: Real;
const errors: string[] = [];
test.beforeEach(async ({ page }) => {
  real = await startReal();
  errors.length = 0;
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
});
test.afterEach(async () => {
  await real.close();
});

/** Lines of the server's log, as the window writes their number. */
const logLines = (): string =>
  String(readFileSync(join(real.evidence, "access.log"), "utf8").trimEnd().split("\n").length).replace(
    /\B(?=(\d{3})+$)/g,
    ",",
  );

function verifyTwice(bag: string): void {
  const verified = real.cli("verify", bag, "--json");
  expect(verified.status, verified.out).toBe(0);
  expect(JSON.parse(verified.out)).toMatchObject({ ok: true, problems: [] });
  const alone = execFileSync(process.execPath, [join(bag, "data/verify.mjs"), bag], { encoding: "utf8" });
  expect(alone).toMatch(/signer not established/i);
}

test("the whole job by mouse ends in a verified bag", async ({ page }) => {
  const path = join(real.folder, "mouse.case");
  const bag = join(real.folder, "mouse-exhibit");
  await page.goto(real.address);
  await page.getByRole("button", { name: "New case" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill("By mouse");
  await dialog.getByLabel("Examiner").fill("M. Aurel");
  await dialog.getByLabel("Folder of the case").fill(path);
  await dialog.getByRole("button", { name: "Make the case" }).click();
  await expect(page.getByText("Case By mouse")).toBeVisible(SLOW);

  await page.getByRole("button", { name: "Add files" }).first().click();
  const browser = page.getByRole("dialog");
  await browser.getByLabel("Folder", { exact: true }).fill(real.evidence);
  await browser.getByRole("button", { name: "Go" }).click();
  await browser.getByRole("option", { name: /access\.log/ }).click();
  await browser.getByRole("option", { name: /nat\.log/ }).click();
  await browser.getByRole("button", { name: "Add 2 files" }).click();
  await page.getByRole("button", { name: "access.log", exact: true }).click();
  await page.getByLabel("Name of the source").fill("web");
  await expect(page.getByRole("button", { name: "Import access.log" })).not.toHaveAttribute(
    "aria-disabled",
    "true",
    SLOW,
  );
  await page.getByRole("button", { name: "Import access.log" }).click();
  await expect(page.getByText("stored as web")).toBeVisible(SLOW);
  await page.getByRole("button", { name: "nat.log", exact: true }).click();
  await page.getByLabel("Name of the source").fill("cgn");
  await expect(page.getByRole("button", { name: "Import nat.log" })).not.toHaveAttribute(
    "aria-disabled",
    "true",
    SLOW,
  );
  await page.getByRole("button", { name: "Import nat.log" }).click();
  await expect(page.getByText("stored as cgn")).toBeVisible(SLOW);
  await expect(page.getByText(`${logLines()} lines`).first()).toBeVisible();

  await page.getByRole("navigation", { name: "Sources" }).getByRole("button", { name: /web/ }).click();
  await page.getByRole("tab", { name: "Records" }).click();
  await expect(page.getByTestId("rows")).toHaveText(logLines(), SLOW);
  await page
    .getByRole("gridcell", { name: /198\.51\.100\./ })
    .first()
    .click();
  await expect(page.getByLabel("Original bytes as text")).toContainText("198.51.100.", SLOW);

  await page.getByRole("tab", { name: "Clock" }).click();
  await page.getByRole("button", { name: "Compare the clocks" }).first().click();
  await page.getByRole("button", { name: "Accept calibration" }).click(SLOW);
  await expect(page.getByText(/Calibration accepted, act/)).toBeVisible(SLOW);

  await page.getByRole("tab", { name: "Attribution" }).click();
  await page.getByRole("button", { name: "Attribute events" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Attribute", exact: true }).click();
  await expect(page.getByText(/events are attributed/)).toBeVisible(SLOW);
  await page
    .getByRole("group", { name: /Verdicts/ })
    .getByRole("button", { name: /unique/ })
    .click();
  await page.getByRole("gridcell", { name: "unique" }).first().click();
  await expect(page.getByText("A subscriber line, not a person or a device.")).toBeVisible();

  await page.getByRole("tab", { name: "Exhibit" }).click();
  await page.getByLabel(/Place of the bag/).fill(bag);
  await page.getByRole("button", { name: "Export the exhibit" }).click();
  await expect(page.getByTestId("outcome")).toContainText("verified", SLOW);
  await expect(page.getByTestId("outcome")).toContainText(bag);
  verifyTwice(bag);
  expect(errors).toEqual([]);
});

/** Types into what has the focus; the field is emptied first. */
async function type(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
}
/** Presses Tab until the wanted thing has the focus, as a person without a mouse would. */
async function tabTo(page: Page, name: RegExp, most = 60, key = "Tab"): Promise<void> {
  const seen: string[] = [];
  for (let i = 0; i < most; i++) {
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (!(e instanceof HTMLElement)) return "";
      const label = e.id
        ? document.querySelector<HTMLElement>(`label[for="${CSS.escape(e.id)}"]`)?.textContent
        : "";
      return `${e.getAttribute("aria-label") ?? ""} ${label ?? ""} ${/^(BUTTON|A)$/.test(e.tagName) ? e.textContent : ""}`
        .replace(/\s+/g, " ")
        .trim();
    });
    if (name.test(at)) return;
    seen.push(at.slice(0, 40));
    await page.keyboard.press(key);
  }
  throw new Error(`Tab never reached ${name}; it passed ${seen.join(" | ")}`);
}

test("the whole job by keyboard alone ends in a verified bag", async ({ page }) => {
  const path = join(real.folder, "keys.case");
  const bag = join(real.folder, "keys-exhibit");
  await page.goto(real.address);
  await expect(page.getByRole("button", { name: "New case" })).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByLabel("Title")).toBeFocused();
  await type(page, "By keyboard");
  await page.keyboard.press("Tab");
  await type(page, "K. Board");
  await tabTo(page, /Folder of the case/);
  await type(page, path);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Case By keyboard")).toBeVisible(SLOW);
  await expect(page.getByRole("dialog")).toHaveCount(0, SLOW);

  for (const [file, name] of [
    ["access.log", "web"],
    ["nat.log", "cgn"],
  ] as const) {
    await page.keyboard.press("Control+o");
    await expect(page.getByLabel("Folder", { exact: true })).toBeFocused();
    await type(page, real.evidence);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("option", { name: file })).toBeVisible();
    await tabTo(page, /Contents of/);
    await page.keyboard.press(file[0] ?? "");
    await page.keyboard.press("Space");
    await expect(page.getByRole("option", { name: file, selected: true })).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: `Import ${file}` })).toBeVisible();
    // The preview's lines are one stop, whose arrows go from line to line.
    await expect(page.locator(".preview-lines .cell-button")).not.toHaveCount(0, SLOW);
    await tabTo(page, /First lines as they would/, 30);
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await expect(page.getByRole("heading", { name: "Line 3 as written" })).toBeVisible();
    await tabTo(page, /Name of the source/, 8);
    await type(page, name);
    await expect(page.getByRole("button", { name: `Import ${file}` })).not.toHaveAttribute(
      "aria-disabled",
      "true",
      SLOW,
    );
    await page.keyboard.press("Control+Enter");
    await expect(page.getByText(`stored as ${name}`)).toBeVisible(SLOW);
  }

  // The side bar's first source is the one added first.
  await tabTo(page, /^web/, 80);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Alt+2");
  await expect(page.getByTestId("rows")).toHaveText(logLines(), SLOW);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("Filter these records");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Filter the records of web")).toBeFocused();
  await type(page, "srcPort >= 4000");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("rows")).not.toHaveText(logLines(), SLOW);

  await page.keyboard.press("Alt+3");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("button", { name: "Accept calibration" })).toBeVisible(SLOW);
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText(/Calibration accepted, act/)).toBeVisible(SLOW);

  // A border of the segment is moved by key, looked at as a preview, and discarded by name.
  await tabTo(page, /^End of segment 1/, 80);
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toContainText("will be trusted only from");
  await type(page, "the host was restarted");
  await tabTo(page, /^Preview it/);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Preview, not applied")).toBeVisible(SLOW);
  await expect(page.getByText(/is trusted only from/)).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("Discard the preview");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Preview, not applied")).toHaveCount(0);

  await page.keyboard.press("Alt+4");
  await expect(page.getByRole("button", { name: "Attribute events" }).first()).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  await tabTo(page, /^Attribute$/);
  await page.keyboard.press("Enter");
  await expect(page.getByText(/events are attributed/)).toBeVisible(SLOW);

  // What the operator would still be worth asking about.
  await page.keyboard.press("Alt+1");
  await tabTo(page, /^web/, 80);
  await page.keyboard.press("Enter");
  await tabTo(page, /^Worth asking/, 80);
  await page.keyboard.press("Enter");
  await tabTo(page, /keeps its records for/);
  await type(page, "30000");
  await expect(page.locator(".triage-counts")).toContainText("answered already", SLOW);

  await page.keyboard.press("Alt+7");
  await tabTo(page, /Place of the bag/);
  await type(page, bag);
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("outcome")).toContainText("verified", SLOW);
  verifyTwice(bag);
  expect(errors).toEqual([]);
});
