// Opens the window on the fake engine, in its own session, with the case already open.
import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { sessionHost } from "../../../electron/session/host";
import { type Session, startSession } from "../../../electron/session/session";
import { type FakeOptions, fakeEngine } from "./engine";
import { CASE } from "./world";

export const RENDERER = resolve(import.meta.dirname, "../../../dist/renderer");

export async function fakeSession(options: FakeOptions = {}): Promise<Session> {
  const host = sessionHost({ cli: "none", env: { HOME: "/tmp", PORTWITNESS_EXAMINER: "M. Aurel" } });
  return startSession({
    renderer: RENDERER,
    startEngine: () => fakeEngine(options),
    host,
  });
}

export async function openFake(
  page: Page,
  session: Session,
  theme: "dark" | "light",
  language: "en" | "de" = "en",
): Promise<void> {
  await page.addInitScript(
    ([path, wanted, words]) => {
      if (!window.localStorage.getItem("portwitness.prefs"))
        window.localStorage.setItem(
          "portwitness.prefs",
          JSON.stringify({ theme: wanted, language: words, recentCases: [path] }),
        );
    },
    [CASE, theme, language] as const,
  );
  await page.goto(session.address);
  await page.getByRole("button", { name: CASE }).click();
  await page.locator("#screen").waitFor();
}
