// What a reader with other eyes or hands needs of the window: high contrast, 200 % zoom, no motion, nothing that jumps,
// every command by name and by key, and the newer panes free of axe findings in both languages.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import type { Session } from "../../electron/session/session";
import { fakeSession, openFake } from "./fake/open";

const SCREENS = ["evidence", "records", "clock", "attribution", "readiness", "custody", "exhibit"] as const;

let session: Session;
test.beforeEach(async () => {
  session = await fakeSession();
});
test.afterEach(async () => {
  await session.close();
});

async function clean(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(
    (one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(" | ")}`,
  );
  expect(told, `axe on ${what}`).toEqual([]);
}
const go = async (page: Page, screen: (typeof SCREENS)[number]): Promise<void> => {
  await page.keyboard.press(`Alt+${SCREENS.indexOf(screen) + 1}`);
  await expect(page.locator("#screen")).toHaveAttribute("aria-labelledby", `tab-${screen}`);
};

for (const language of ["en", "de"] as const)
  test(`the panes of a source are free of axe findings (${language})`, async ({ page }) => {
    await openFake(page, session, language === "en" ? "dark" : "light", language);
    const tabs = page.locator(".bar .segmented").first().getByRole("button");
    await tabs.nth(1).click();
    await page.getByRole("gridcell").first().click();
    await expect(page.locator(".reject-bytes .bytes")).toContainText("203.0.113.84");
    await clean(page, "rejects");
    // A reason narrows the list to its own lines.
    await page.locator(".chip-button").nth(1).click();
    await expect(page.locator(".chip-button").nth(1)).toHaveAttribute("aria-pressed", "true");
    await tabs.nth(2).click();
    await expect(page.locator(".triage-counts")).toContainText("402");
    await clean(page, "triage");
    await page
      .getByRole("navigation")
      .getByRole("button", { name: /cgn-muc-2/ })
      .click();
    await tabs.nth(2).click();
    await expect(page.locator(".completeness")).toContainText("completeness is shown in 6 of 7 stretches");
    await clean(page, "completeness");
  });

test("a segment's border is moved by key and by mouse, inwards only, and asks for its reason", async ({
  page,
}) => {
  await openFake(page, session, "dark");
  await go(page, "clock");
  const border = page.getByRole("slider", { name: "End of segment 1" });
  const at = async () => Number(await border.getAttribute("aria-valuenow"));
  await border.focus();
  const before = await at();
  await page.keyboard.press("ArrowRight");
  expect(await at()).toBe(before);
  await page.keyboard.press("ArrowLeft");
  expect(await at()).toBeLessThan(before);
  await page.keyboard.press("Escape");
  expect(await at()).toBe(before);
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Segment 1 will be trusted only");
  await expect(dialog.getByRole("button", { name: "Preview it" })).toHaveAttribute("aria-disabled", "true");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);

  const box = await border.boundingBox();
  if (!box) throw new Error("the border is not drawn");
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(box.x - 60, y, { steps: 4 });
  await page.mouse.up();
  await expect(dialog).toContainText("Segment 1 will be trusted only");
  await dialog.getByLabel("Reason").fill("the host was restarted");
  await expect(dialog.getByRole("button", { name: "Preview it" })).not.toHaveAttribute(
    "aria-disabled",
    "true",
  );
});

// Windows of 1440 x 900 and of 1280 x 720 at 200 % have these many CSS pixels.
for (const viewport of [
  { width: 720, height: 450 },
  { width: 640, height: 360 },
])
  test(`at 200 % zoom, ${viewport.width} px wide, every screen fits its width and is reached`, async ({
    page,
  }) => {
    await page.setViewportSize(viewport);
    await openFake(page, session, "light", "de");
    for (const screen of SCREENS) {
      await go(page, screen);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wide, screen).toBeLessThanOrEqual(0);
      // What the screen is about keeps some height: no bar pushes it out of the window.
      const main = await page.locator('[data-pane="main"]').first().boundingBox();
      expect(main!.y + 40, screen).toBeLessThan(viewport.height);
    }
    // The tabs became one menu.
    await expect(page.locator(".tab-menu")).toBeVisible();
    await page.locator(".tab-menu").selectOption("clock");
    await expect(page.locator("#screen")).toHaveAttribute("aria-labelledby", "tab-clock");
  });

test("an answer that takes long is waited for visibly, and what was there stays", async ({ page }) => {
  const slow = await fakeSession({ slow: { "records.open": 4_000 } });
  try {
    await openFake(page, slow, "dark");
    await go(page, "records");
    const waits = page.locator("footer.status").getByText("asking…");
    await expect(waits).toBeVisible();
    await expect(page.getByTestId("rows")).toHaveText("0");
    await expect(page.getByTestId("rows")).not.toHaveText("0");
    await expect(waits).toHaveCount(0);
    const first = await page.getByTestId("rows").textContent();
    await page.getByRole("combobox", { name: /^Filter the records/ }).fill("srcPort >= 1024");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    await expect(waits).toBeVisible();
    // The last good answer, until the next one is there.
    await expect(page.getByTestId("rows")).toHaveText(first!);
    await expect(page.getByRole("gridcell").first()).toBeVisible();
    await expect(page.getByTestId("rows")).not.toHaveText(first!);
  } finally {
    await slow.close();
  }
});

test("in forced colours what is chosen is told by more than a fill", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await openFake(page, session, "dark");
  const outline = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(await outline('.source[aria-current="true"]')).toBe("solid");
  expect(await outline('.segmented [aria-pressed="true"]')).toBe("solid");
  await go(page, "clock");
  await expect(page.locator(".plot canvas").first()).toBeVisible();
});

test("with reduced motion nothing moves by itself", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openFake(page, session, "dark");
  for (const screen of SCREENS) {
    await go(page, screen);
    const moving = await page.evaluate(() =>
      document
        .getAnimations()
        .filter((one) => one.playState === "running" && Number(one.effect?.getComputedTiming().duration) > 1)
        .map((one) => (one.effect as KeyframeEffect | null)?.target?.className ?? ""),
    );
    expect(moving, screen).toEqual([]);
  }
});

/** What has the focus, as a reader sees it; null outside of the page. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return null;
    const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const middle = document.elementFromPoint(
      Math.min(innerWidth - 1, Math.max(0, (left + right) / 2)),
      Math.min(innerHeight - 1, Math.max(0, (top + bottom) / 2)),
    );
    const marked = (one: Element | null): boolean =>
      one !== null &&
      (getComputedStyle(one).outlineStyle !== "none" ||
        getComputedStyle(one).boxShadow !== "none" ||
        getComputedStyle(one).backgroundImage !== "none");
    let scrolled = 0;
    for (let one = element.parentElement; one; one = one.parentElement) scrolled += one.scrollTop;
    const page = window as unknown as { met?: Element[] };
    page.met ??= [];
    const all = page.met;
    const again = all.includes(element);
    if (!again) all.push(element);
    return {
      name: `${element.tagName.toLowerCase()}.${element.className} ${element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 40)}`,
      pane: element.closest("[data-pane]")?.getAttribute("data-pane") ?? "",
      left,
      // Where it stands in what scrolls, which the focus may have scrolled.
      top: top + scrolled,
      bottom: bottom + scrolled,
      again,
      hidden:
        element.closest("[aria-hidden=true], [hidden]") !== null ||
        style.visibility === "hidden" ||
        width === 0 ||
        height === 0,
      inSight: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
      covered: middle !== null && !element.contains(middle) && !middle.contains(element),
      ring:
        marked(element) || marked(element.parentElement) || marked(element.closest("label, .filter, .check")),
    };
  });

for (const screen of SCREENS)
  test(`Tab goes through ${screen} as it is read, sees where it is, and is kept nowhere`, async ({
    page,
  }) => {
    await openFake(page, session, "dark");
    await go(page, screen);
    await page.waitForTimeout(400);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const stops: NonNullable<Awaited<ReturnType<typeof focused>>>[] = [];
    let left = false;
    for (let i = 0; i < 150 && !left; i++) {
      await page.keyboard.press("Tab");
      const at = await focused(page);
      left = at === null || at.again;
      if (at && !at.again) stops.push(at);
    }
    expect(left, `the focus is kept at ${stops.at(-1)?.name}`).toBe(true);
    expect(stops.length).toBeGreaterThan(3);
    expect(stops.filter((one) => one.hidden || !one.inSight).map((one) => one.name)).toEqual([]);
    expect(stops.filter((one) => one.covered).map((one) => one.name)).toEqual([]);
    expect(stops.filter((one) => !one.ring).map((one) => one.name)).toEqual([]);
    // Pane by pane, each entered once and in the order in which they stand.
    const panes = stops.map((one) => one.pane).filter((pane, i, all) => pane !== "" && pane !== all[i - 1]);
    expect(panes).toEqual([...new Set(panes)]);
    expect(panes).toEqual(
      ["tabs", "side", "main", "inspector", "status"].filter((one) => panes.includes(one)),
    );
    // Within one: never back up the page, unless to its right, where the next column begins.
    const back = stops.flatMap((one, i) => {
      const before = stops[i - 1];
      // The edge by which a pane is sized runs along the whole of it.
      if (!before || before.pane !== one.pane || one.name.includes("resizer")) return [];
      return one.bottom <= before.top && one.left <= before.left ? [`${before.name} -> ${one.name}`] : [];
    });
    expect(back).toEqual([]);
  });

test("nothing changes its place by itself while the screens are walked", async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: string[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources: { node: Node | null }[];
      })[]) {
        if (entry.hadRecentInput) continue;
        const screen = document.querySelector("#screen")?.getAttribute("aria-labelledby") ?? "";
        const who = entry.sources.map(({ node }) => node?.nodeName ?? "").join(" ");
        shifts.push(`${screen} ${entry.value.toFixed(5)} ${who}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await openFake(page, session, "dark");
  await page.evaluate(() => {
    (window as unknown as { shifts: string[] }).shifts.length = 0;
  });
  for (const screen of SCREENS) {
    await go(page, screen);
    await page.waitForTimeout(700);
  }
  const shifts = await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
  // The tables that are worked in stand still; panels that fill when their answer comes stay far below what Web Vitals
  // call good for a whole visit, 0.1.
  expect(shifts.filter((one) => /^tab-(evidence|records|custody) /.test(one))).toEqual([]);
  expect(
    shifts.reduce((sum, one) => sum + Number(one.split(" ")[1]), 0),
    shifts.join("\n"),
  ).toBeLessThan(0.1);
});

test("every key of a screen stands in the palette beside its command", async ({ page }) => {
  await openFake(page, session, "dark");
  for (const [screen, names] of [
    ["evidence", ["Add files", "Pause the imports", "Close the case", "Language: Deutsch"]],
    ["clock", ["Compare the clocks", "Accept the calibration", "Undo the last calibration of this source"]],
  ] as const) {
    await go(page, screen);
    await page.keyboard.press("Control+k");
    const list = page.getByRole("listbox", { name: "Commands" });
    for (const name of names) await expect(list.getByRole("option", { name })).toHaveCount(1);
    await page.keyboard.press("Escape");
  }
});
