// The window in Electron itself. Where its binary is not installed these tests report themselves as skipped, with why.
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron, expect, test } from "@playwright/test";
import { electronBinary } from "../../build/electron-binary.mjs";
import { DIST } from "./real";

const { path: executablePath = null, reason } = electronBinary();

test.skip(executablePath === null, reason ?? "");
test.skip(!existsSync(join(DIST, "main.cjs")), "dist/ is not built");

const launch = () => {
  const home = mkdtempSync(join(tmpdir(), "pw-electron-"));
  return _electron.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [join(DIST, "main.cjs"), ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
    env: { ...(process.env as Record<string, string>), HOME: home, PORTWITNESS_HOME: join(home, "keys") },
  });
};

test("the window opens on app:// and gets answers from an engine of its own", async () => {
  const electron = await launch();
  const page = await electron.firstWindow();
  expect(page.url()).toBe("app://portwitness/");
  await expect(page.getByRole("heading", { name: /Who was behind/ })).toBeVisible();
  await page.getByRole("button", { name: "New case" }).click();
  await page.getByLabel("Title").fill("In Electron");
  await page.getByLabel("Examiner").fill("M. Aurel");
  await page.getByRole("button", { name: "Make the case" }).click();
  await expect(page.getByText("Case In Electron")).toBeVisible({ timeout: 60_000 });
  await electron.close();
});

test("the page has no Node, cannot leave, opens no second window and runs no inline script", async () => {
  const electron = await launch();
  const page = await electron.firstWindow();
  await expect(page.getByRole("heading", { name: /Who was behind/ })).toBeVisible();
  expect(await page.evaluate(() => typeof (globalThis as { process?: unknown }).process)).toBe("undefined");
  expect(await page.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe("undefined");
  await page.evaluate(() => {
    window.location.href = "https://example.invalid/";
  });
  await page.waitForTimeout(300);
  expect(page.url()).toBe("app://portwitness/");
  expect(await page.evaluate(() => window.open("https://example.invalid/") === null)).toBe(true);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.inlineRan = true";
    document.body.append(script);
    return (window as { inlineRan?: boolean }).inlineRan === true;
  });
  expect(ran).toBe(false);
  expect(electron.windows()).toHaveLength(1);
  await electron.close();
});

test("an engine that is killed comes back under the window", async () => {
  const electron = await launch();
  const page = await electron.firstWindow();
  await expect(page.getByRole("heading", { name: /Who was behind/ })).toBeVisible();
  await electron.evaluate(({ app }) => {
    const engine = app
      .getAppMetrics()
      .find((one) => one.type === "Utility" && one.name === "Portwitness engine");
    if (engine) process.kill(engine.pid, "SIGKILL");
  });
  await expect(page.getByText("The engine stopped and is back.")).toBeVisible({ timeout: 60_000 });
  await electron.close();
});
