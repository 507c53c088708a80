// Every command once: its words in the palette, its keys, what it does. A screen lends its own while it is shown. Single
// letters act only while a table or plot has the focus, and can be switched off (WCAG 2.1.4).
import { useEffect, useRef } from "react";
import { LANGUAGES, type Language, t } from "../words/words";
import { app, SCREEN_TITLES, SCREENS } from "./store";

export interface Command {
  readonly id: string;
  readonly title: string;
  /** "Ctrl K", "Alt 1", "B", "Shift F6"; several separated by a comma. */
  readonly keys?: string;
  readonly where?: string;
  readonly run: () => void;
}

const lent = new Set<() => readonly Command[]>();

export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  latest.current = commands;
  useEffect(() => {
    const give = () => latest.current;
    lent.add(give);
    return () => {
      lent.delete(give);
    };
  }, []);
}

const frameCommands = (): Command[] => [
  ...SCREENS.map((screen, i) => ({
    id: `screen.${screen}`,
    title: t("Go to {{screen}}", { screen: t(SCREEN_TITLES[screen]) }),
    keys: `Alt ${i + 1}`,
    run: () => {
      if (app.get().caseInfo) app.set({ screen });
    },
  })),
  {
    id: "palette",
    title: t("Go to or do"),
    keys: "Ctrl K",
    run: () => app.set({ dialog: { kind: "palette" } }),
  },
  {
    id: "help",
    title: t("Help for this screen"),
    keys: "F1",
    run: () => app.set({ dialog: { kind: "help" } }),
  },
  {
    id: "side",
    title: t("Fold or show the side bar"),
    keys: "Ctrl B",
    run: () => app.prefer({ folded: !app.get().prefs.folded }),
  },
  {
    id: "inspector",
    title: t("Hide or show the inspector"),
    keys: "Ctrl I",
    run: () => app.prefer({ inspector: !app.get().prefs.inspector }),
  },
  { id: "pane.next", title: t("Next pane"), keys: "F6", run: () => movePane(1) },
  { id: "pane.back", title: t("Previous pane"), keys: "Shift F6", run: () => movePane(-1) },
  {
    id: "theme",
    title: t("Switch between dark and light"),
    run: () => app.prefer({ theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark" }),
  },
  ...(Object.keys(LANGUAGES) as Language[]).map((language) => ({
    id: `language.${language}`,
    title: `${t("Language")}: ${LANGUAGES[language]}`,
    run: () => app.prefer({ language }),
  })),
  {
    id: "single",
    title: t("Switch single-letter keys on or off"),
    run: () => app.prefer({ singleKeys: !app.get().prefs.singleKeys }),
  },
];

export const allCommands = (): Command[] => [...[...lent].flatMap((give) => give()), ...frameCommands()];

/** The panes in the order of the page; focus goes to what a pane names as its start, else its first control. */
export function movePane(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>("[data-pane]")].filter(
    (p) => p.offsetParent !== null,
  );
  if (!panes.length) return;
  const at = panes.findIndex((pane) => pane.contains(document.activeElement));
  for (let i = 1; i <= panes.length; i++) {
    const pane = panes[(at + step * i + panes.length * 2) % panes.length];
    if (pane && focusIn(pane)) return;
  }
}

const FOCUSABLE =
  'button:not([disabled]), [href], input:not([disabled]), select, textarea, [tabindex]:not([tabindex="-1"])';

export function focusIn(pane: HTMLElement): boolean {
  const start =
    pane.querySelector<HTMLElement>("[data-start] .ag-cell-focus, [data-start] .ag-cell, [data-start]") ??
    pane.querySelector<HTMLElement>('[aria-selected="true"][tabindex], [aria-current="true"]') ??
    pane.querySelector<HTMLElement>(FOCUSABLE);
  if (!start) return false;
  start.focus();
  return pane.contains(document.activeElement);
}

/** A key press as the commands write it. */
export function keyName(event: KeyboardEvent): string {
  const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && (key.length > 1 || /[A-Z0-9]/.test(key))) parts.push("Shift");
  parts.push(event.altKey && /^Digit\d$/.test(event.code) ? event.code.slice(5) : key);
  return parts.join(" ");
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(radio|checkbox|range)$/.test(target.type));

export function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const name = keyName(event);
  const single = !/^(Ctrl|Alt|F\d|Shift F)/.test(name);
  const target = event.target;
  if (single) {
    const inTable = target instanceof Element && target.closest("[data-keys]") !== null;
    if (!app.get().prefs.singleKeys || isTyping(target) || !inTable) return;
  }
  // A dialog is modal for keys too; its own handlers come first.
  if (document.querySelector("dialog[open]") && !/^(F6|Shift F6)$/.test(name)) return;
  for (const command of allCommands()) {
    if (!command.keys?.split(", ").includes(name)) continue;
    event.preventDefault();
    command.run();
    return;
  }
}
