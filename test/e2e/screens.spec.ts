// Every screen in both themes and both languages over the fake engine: drawn, free of axe findings, and kept as a picture to be looked at.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import type { Session } from "../../electron/session/session";
import { fakeSession, openFake } from "./fake/open";

const PICTURES = process.env.PORTWITNESS_PICTURES ?? resolve(import.meta.dirname, "../../.tsc/e2e/pictures");
mkdirSync(PICTURES, { recursive: true });

const SCREENS = ["evidence", "records", "clock", "attribution", "readiness", "custody", "exhibit"] as const;

async function clean(page: Page, what: string): Promise<void> {
  const found = await new AxeBuilder({ page }).analyze();
  const told = found.violations.map(
    (violation) =>
      `${violation.id}: ${violation.nodes
        .map((node) => node.target.join(" "))
        .slice(0, 4)
        .join(" | ")}`,
  );
  expect(told, `axe on ${what}`).toEqual([]);
}

for (const [theme, language] of [
  ["dark", "en"],
  ["light", "en"],
  ["dark", "de"],
  ["light", "de"],
] as const) {
  const name = language === "en" ? theme : `${theme}-${language}`;
  test.describe(name, () => {
    let session: Session;
    test.beforeEach(async () => {
      session = await fakeSession();
    });
    test.afterEach(async () => {
      await session.close();
    });

    if (language === "en")
      test("the welcome", async ({ page }) => {
        await page.addInitScript(
          (wanted) => {
            window.localStorage.setItem("portwitness.prefs", JSON.stringify(wanted));
          },
          { theme, language },
        );
        await page.goto(session.address);
        await expect(page.getByRole("button", { name: "Open the demo case" })).toBeVisible();
        await page.screenshot({ path: join(PICTURES, `welcome-${name}.png`) });
        await clean(page, "welcome");
        await page.getByRole("button", { name: "New case" }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await page.screenshot({ path: join(PICTURES, `new-case-${name}.png`) });
        await clean(page, "new case");
      });

    for (const screen of SCREENS)
      test(screen, async ({ page }) => {
        const errors: string[] = [];
        page.on("console", (message) => {
          if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
        });
        page.on("pageerror", (error) => errors.push(String(error)));
        await openFake(page, session, theme, language);
        await page.keyboard.press(`Alt+${SCREENS.indexOf(screen) + 1}`);
        await expect(page.locator(`#tab-${screen}`)).toHaveAttribute("aria-selected", "true");
        if (screen === "records") {
          await page
            .getByRole("gridcell", { name: /203\.0/ })
            .first()
            .click();
          await expect(page.locator(".inspector .bytes").first()).toBeVisible();
        }
        if (screen === "attribution") await page.getByText("ambiguous").nth(1).click();
        if (screen === "custody") await page.getByRole("gridcell").first().click();
        await page.waitForTimeout(500);
        await page.screenshot({ path: join(PICTURES, `${screen}-${name}.png`) });
        await clean(page, screen);
        expect(errors).toEqual([]);
      });

    test("several sources on one axis", async ({ page }) => {
      await openFake(page, session, theme, language);
      await page.keyboard.press("Alt+2");
      await page.getByRole("gridcell").first().click();
      await page.keyboard.press("a");
      await page
        .getByRole("gridcell", { name: /web-01/ })
        .nth(3)
        .click();
      await expect(page.locator(".inspector .bytes").first()).toBeVisible();
      await page.screenshot({ path: join(PICTURES, `axis-${name}.png`) });
      await clean(page, "axis");
      await page.locator(".ag-cell-focus").first().focus();
      await page.keyboard.press("a");
      await expect(page.getByRole("dialog").getByRole("checkbox").first()).toBeFocused();
      await page.screenshot({ path: join(PICTURES, `axis-dialog-${name}.png`) });
      await clean(page, "the axis's dialog");
    });

    if (language === "en")
      test("the questions of a file before its import", async ({ page }) => {
        const folder = mkdtempSync(join(tmpdir(), "pw-fake-"));
        writeFileSync(join(folder, "auth.log"), "Mar 11 06:02:12 web-02 sshd[911]: Server listening\n");
        await openFake(page, session, theme, language);
        await page.keyboard.press("Control+o");
        await page.getByLabel("Folder", { exact: true }).fill(folder);
        await page.keyboard.press("Enter");
        await page.getByRole("option", { name: "auth.log" }).click();
        await page.screenshot({ path: join(PICTURES, `browser-${name}.png`) });
        await clean(page, "file browser");
        await page.getByRole("button", { name: "Add file", exact: true }).click();
        await expect(page.getByRole("heading", { name: "2 questions about auth.log" })).toBeVisible();
        for (const radio of await page.getByRole("radio").all()) await expect(radio).not.toBeChecked();
        await expect(page.getByRole("button", { name: "Import auth.log" })).toHaveAttribute(
          "aria-disabled",
          "true",
        );
        await page.screenshot({ path: join(PICTURES, `questions-${name}.png`) });
        await clean(page, "questions");
        await page.keyboard.press("F8");
        await expect(page.locator("[data-question] input").first()).toBeFocused();
        await page.getByLabel("Year of the first line").fill("2026");
        await page.getByRole("radio", { name: /UTC/ }).check();
        await expect(page.getByRole("button", { name: "Import auth.log" })).not.toHaveAttribute(
          "aria-disabled",
          "true",
        );
        rmSync(folder, { recursive: true, force: true });
      });

    if (language === "en")
      test("the palette and help", async ({ page }) => {
        await openFake(page, session, theme, language);
        await page.keyboard.press("Control+k");
        await expect(page.getByRole("combobox", { name: "Command, screen or source" })).toBeFocused();
        await page.screenshot({ path: join(PICTURES, `palette-${name}.png`) });
        await clean(page, "palette");
        await page.keyboard.press("Escape");
        await page.keyboard.press("F1");
        await page.screenshot({ path: join(PICTURES, `help-${name}.png`) });
        await clean(page, "help");
      });
  });
}
