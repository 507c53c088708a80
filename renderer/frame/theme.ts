// Which theme is shown, and its colours for what draws on a canvas.
import { useEffect, useSyncExternalStore } from "react";
import { useApp } from "./store";

const dark = typeof window === "undefined" ? null : window.matchMedia("(prefers-color-scheme: dark)");
const subscribe = (listener: () => void) => {
  dark?.addEventListener("change", listener);
  return () => dark?.removeEventListener("change", listener);
};

export function useThemeName(): "dark" | "light" {
  const chosen = useApp((s) => s.prefs.theme);
  const system = useSyncExternalStore(subscribe, () => (dark?.matches ?? true) as boolean);
  return chosen === "system" ? (system ? "dark" : "light") : chosen;
}

export function useTheme(): void {
  const name = useThemeName();
  useEffect(() => {
    document.documentElement.dataset.theme = name;
  }, [name]);
}

/** A token's value now, for a canvas. The attribute is set first, since an effect of a parent runs after its children's. */
export function tokenReader(name: "dark" | "light"): (token: string) => string {
  document.documentElement.dataset.theme = name;
  const style = getComputedStyle(document.documentElement);
  return (token) => style.getPropertyValue(`--${token}`).trim();
}
