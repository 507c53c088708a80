// Ctrl K: every command by name, every source and every screen, with its keys beside it.
import { useMemo, useState } from "react";
import { Dialog, Key } from "../parts/parts";
import { t } from "../words/words";
import { allCommands, type Command } from "./commands";
import { app, useApp } from "./store";

/** True where the letters of `asked` occur in order; the earlier and closer, the smaller the rank. */
export function rank(title: string, asked: string): number | null {
  const text = title.toLowerCase();
  const whole = text.indexOf(asked);
  if (whole >= 0) return whole;
  let at = 0;
  for (const char of asked) {
    const next = text.indexOf(char, at);
    if (next < 0) return null;
    at = next + 1;
  }
  return 100 + at;
}

export function Palette() {
  const [asked, setAsked] = useState("");
  const [at, setAt] = useState(0);
  const sources = useApp((s) => s.sources);
  const close = () => app.set({ dialog: null });
  const commands = useMemo<Command[]>(
    () => [
      ...allCommands().filter((command) => command.id !== "palette"),
      ...sources.map((source) => ({
        id: `source.${source.name}`,
        title: t("Source {{name}}", { name: source.name }),
        where: t("Source"),
        run: () => app.set({ source: source.name }),
      })),
    ],
    [sources],
  );
  const shown = useMemo(() => {
    const wanted = asked.trim().toLowerCase();
    return commands
      .map((command, order) => ({ command, order, rank: rank(command.title, wanted) }))
      .filter((one) => one.rank !== null)
      .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || a.order - b.order)
      .map((one) => one.command);
  }, [commands, asked]);
  const run = (command: Command | undefined) => {
    if (!command) return;
    close();
    // After the dialog has gone and the focus is back where it was.
    setTimeout(command.run, 0);
  };
  return (
    <Dialog title={t("Go to or do")} onClose={close} className="palette">
      <input
        className="input"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={shown[at] ? `palette-${at}` : undefined}
        aria-label={t("Command, screen or source")}
        placeholder={t("Command, screen or source")}
        value={asked}
        autoFocus
        onChange={(event) => {
          setAsked(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (step) {
            event.preventDefault();
            const next = Math.min(shown.length - 1, Math.max(0, at + step));
            setAt(next);
            document.getElementById(`palette-${next}`)?.scrollIntoView({ block: "nearest" });
          } else if (event.key === "Enter") {
            event.preventDefault();
            run(shown[at]);
          }
        }}
      />
      <div id="palette-list" className="palette-list" role="listbox" aria-label={t("Commands")}>
        {shown.map((command, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list's keys are handled by its combobox
          <div
            key={command.id}
            id={`palette-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            onClick={() => run(command)}
          >
            <span className="where">{command.where ?? ""}</span>
            <span>{command.title}</span>
            <span className="keys">
              {command.keys ? <Key keys={command.keys.split(", ")[0] ?? ""} /> : null}
            </span>
          </div>
        ))}
        {shown.length === 0 ? (
          <div className="muted small" style={{ padding: 10 }}>
            {t("Nothing is called so.")}
          </div>
        ) : null}
      </div>
    </Dialog>
  );
}
