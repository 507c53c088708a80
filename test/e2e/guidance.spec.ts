// What a stranger is led through: the demo case from the welcome, and an empty case's four steps, each of which says what
// it needs where it cannot be done yet.
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

test("the demo case opens from the welcome with every screen filled, in the language chosen before", async ({
  page,
}) => {
  await page.goto(real.address);
  await page.getByLabel("Language").selectOption("de");
  await expect(page.getByRole("button", { name: "Beispielfall öffnen" })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("de");
  await page.getByRole("button", { name: "Beispielfall öffnen" }).click();
  await expect(page.getByRole("tab", { name: "Beweismittel" })).toBeVisible(SLOW);
  // The demo is a whole case: nothing is left to do, and each screen shows something.
  await expect(page.locator(".evidence-table tbody tr").first()).toBeVisible(SLOW);
  await page.keyboard.press("Alt+4");
  const verdicts = page.getByRole("group", { name: /Befunde/ });
  await expect(verdicts.getByRole("button", { name: /unique/ })).toBeVisible(SLOW);
  await page.keyboard.press("Alt+3");
  await expect(page.getByText("Bisher versucht")).toBeVisible(SLOW);
  await page.keyboard.press("Alt+6");
  await expect(page.getByRole("gridcell").first()).toBeVisible(SLOW);
  await page.keyboard.press("Alt+7");
  await expect(page.getByRole("button", { name: "Beweisstück ausgeben" }).first()).toBeVisible(SLOW);
  await page.reload();
  await expect(page.getByRole("button", { name: "Beispielfall öffnen" })).toBeVisible(SLOW);
  expect(errors).toEqual([]);
});

async function addFile(page: Page, folder: string, file: string, name: string): Promise<void> {
  const browser = page.getByRole("dialog");
  await browser.getByLabel("Folder", { exact: true }).fill(folder);
  await browser.getByRole("button", { name: "Go" }).click();
  await browser.getByRole("option", { name: file }).click();
  await browser.getByRole("button", { name: "Add file", exact: true }).click();
  await page.getByLabel("Name of the source").fill(name);
  const start = page.getByRole("button", { name: `Import ${file}` });
  await expect(start).not.toHaveAttribute("aria-disabled", "true", SLOW);
  await start.click();
  await expect(page.getByText(`stored as ${name}`)).toBeVisible(SLOW);
}

test("an empty case's four steps lead through the job, and each refusal says what to do next", async ({
  page,
}) => {
  await page.goto(real.address);
  await page.getByRole("button", { name: "New case" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill("By steps");
  await dialog.getByLabel("Examiner").fill("");
  await expect(dialog.getByRole("button", { name: "Make the case" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await expect(dialog.getByText("A case needs an examiner.").first()).toBeAttached();
  await dialog.getByLabel("Examiner").fill("S. Tep");
  await dialog.getByLabel("Folder of the case").fill(join(real.folder, "steps.case"));
  await dialog.getByRole("button", { name: "Make the case" }).click();
  await expect(page.getByText("Case By steps")).toBeVisible(SLOW);
  const step = (name: string) => page.getByRole("listitem").getByRole("button", { name });

  // Out of turn: the screen says what is missing and leads back.
  await expect(step("Add the server's log.")).toHaveAttribute("aria-current", "step");
  await step("Compare their clocks.").click();
  await expect(page.getByText("No clock to compare yet")).toBeVisible();
  await page.getByRole("button", { name: "Go to Evidence" }).click();
  await step("Attribute.").click();
  await page.getByRole("button", { name: "Attribute events" }).first().click();
  await expect(page.getByRole("dialog").getByText("Add the server's log first.").first()).toBeAttached();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.keyboard.press("Alt+1");

  // In turn.
  await step("Add the server's log.").click();
  await addFile(page, real.evidence, "access.log", "web");
  await page.getByRole("button", { name: /Next, step 2 of 4/ }).click();
  await addFile(page, real.evidence, "nat.log", "cgn");
  await page.getByRole("navigation", { name: "Sources" }).getByRole("button", { name: /web/ }).click();
  await page.getByRole("button", { name: /Next, step 3 of 4/ }).click();
  await page.getByRole("button", { name: "Compare the clocks" }).first().click();
  await page.getByRole("button", { name: "Accept calibration" }).click(SLOW);
  await expect(page.getByText(/Calibration accepted, act/)).toBeVisible(SLOW);
  await page.keyboard.press("Alt+1");
  await page.getByRole("button", { name: /Next, step 4 of 4/ }).click();
  await page.getByRole("button", { name: "Attribute events" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Attribute", exact: true }).click();
  await expect(page.getByText(/events are attributed/)).toBeVisible(SLOW);
  await page.keyboard.press("Alt+1");
  await expect(page.getByText(/Next, step/)).toHaveCount(0);
  expect(errors).toEqual([]);
});
