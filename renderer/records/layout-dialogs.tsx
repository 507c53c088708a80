// Columns, colour rules and saved views: how the table looks, by mouse and by key.
import { useState } from "react";
import type { ColumnLayout, SavedView } from "../../shared/contract/views";
import { filterFault } from "../../shared/filter/check";
import { recordFields } from "../../shared/filter/fields";
import type { Role } from "../../shared/record/columns";
import type { Column } from "../parts/grid";
import { Button, Check, Dialog, Key, TextField } from "../parts/parts";
import { type Kept, t, text } from "../words/words";
import { changedColumn, type Layout, orderedColumns } from "./layout";

export const titleOfColumn = <T,>(column: Column<T>): string => {
  const title = typeof column.title === "string" ? column.title : t(column.title);
  return title || t("Marks");
};

/** Columns as an export takes them. */
export const titled = <T,>(columns: readonly Column<T>[]): { id: string; title: string }[] =>
  columns.map((column) => ({ id: column.id, title: titleOfColumn(column) }));

export function ColumnsDialog<T>({
  columns,
  layout,
  onChange,
  onClose,
}: {
  columns: readonly Column<T>[];
  layout: readonly ColumnLayout[];
  onChange: (layout: readonly ColumnLayout[]) => void;
  onClose: () => void;
}) {
  const by = new Map(layout.map((one) => [one.id, one]));
  const ordered = orderedColumns(columns, layout);
  return (
    <Dialog
      title={t("Columns")}
      onClose={onClose}
      foot={
        <>
          <Button kind="primary" onClick={onClose}>
            {t("Done")}
          </Button>
          <Button onClick={() => onChange([])}>{t("As they were")}</Button>
        </>
      }
    >
      <ul className="column-list">
        {ordered.map((column, i) => {
          const name = titleOfColumn(column);
          const { hidden = false, pinned = false } = by.get(column.id) ?? {};
          const change = (what: Parameters<typeof changedColumn>[3]) =>
            onChange(changedColumn(columns, layout, column.id, what));
          return (
            <li key={column.id} className="row">
              <span className="grow">
                <Check label={name} checked={!hidden} onChange={(shown) => change({ hidden: !shown })} />
              </span>
              <button
                type="button"
                className="link"
                aria-pressed={pinned}
                onClick={() => change({ pinned: !pinned })}
              >
                {pinned ? t("pinned") : t("pin")}
              </button>
              <button
                type="button"
                className="icon-button"
                aria-label={t("Move {{name}} to the left", { name })}
                aria-disabled={i === 0}
                onClick={() => change({ step: -1 })}
              >
                ↑
              </button>
              <button
                type="button"
                className="icon-button"
                aria-label={t("Move {{name}} to the right", { name })}
                aria-disabled={i === ordered.length - 1}
                onClick={() => change({ step: 1 })}
              >
                ↓
              </button>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}

const COLOURS: readonly Kept[] = [
  text("teal"),
  text("orange"),
  text("pink"),
  text("green"),
  text("blue"),
  text("grey"),
];

export function ColoursDialog({
  role,
  rules,
  filter,
  onChange,
  onClose,
}: {
  role: Role;
  rules: Layout["colours"];
  /** The filter in force, offered as the first rule. */
  filter: string;
  onChange: (rules: Layout["colours"]) => void;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState(filter);
  const [colour, setColour] = useState(rules.length % COLOURS.length);
  const fault = typed.trim() === "" ? null : filterFault(typed, recordFields(role));
  const blocked = typed.trim() === "" ? t("Nothing is typed yet.") : (fault?.message ?? null);
  const add = () => {
    if (blocked) return;
    onChange([...rules, { filter: typed.trim(), colour }]);
    setTyped("");
    setColour((colour + 1) % COLOURS.length);
  };
  return (
    <Dialog
      title={t("Colour rows")}
      onClose={onClose}
      foot={
        <Button kind="primary" onClick={onClose}>
          {t("Done")}
        </Button>
      }
    >
      <p className="small muted">
        {t("The first rule that a row fits colours its left edge. A colour says nothing of a verdict.")}
      </p>
      <ul className="column-list">
        {rules.map((rule, i) => (
          <li key={`${rule.filter}${rule.colour}`} className="row">
            <span className={`rule-swatch rule-${rule.colour}`} />
            <span className="mono grow">{rule.filter}</span>
            <button
              type="button"
              className="link"
              onClick={() => onChange(rules.filter((_, other) => other !== i))}
            >
              {t("Remove")}
            </button>
          </li>
        ))}
      </ul>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <TextField
          label={t("Rows that this filter keeps")}
          mono
          value={typed}
          onChange={setTyped}
          note={fault ? `${fault.message} ${fault.mend}` : undefined}
        />
        <fieldset className="row wrap rule-colours">
          <legend className="small muted">{t("Colour")}</legend>
          {COLOURS.map((name, i) => (
            <label key={name.kept} className="row">
              <input type="radio" name="colour" checked={colour === i} onChange={() => setColour(i)} />
              <span className={`rule-swatch rule-${i}`} /> {t(name)}
            </label>
          ))}
        </fieldset>
        <div className="row">
          <Button submit blocked={blocked}>
            {t("Add the rule")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function ViewsDialog({
  views,
  current,
  onApply,
  onSave,
  onRemove,
  onClose,
}: {
  views: readonly SavedView[];
  current: string | null;
  onApply: (view: SavedView) => void;
  onSave: (name: string) => void;
  onRemove: (name: string) => void;
  onClose: () => void;
}) {
  const [name, setName] = useState(current ?? "");
  const replaces = views.some((one) => one.name === name.trim());
  const blocked = name.trim() ? null : t("Nothing is typed yet.");
  return (
    <Dialog title={t("Saved views")} onClose={onClose}>
      <ul className="column-list">
        {views.map((view, i) => (
          <li key={view.name} className="row">
            <button
              type="button"
              className="button plain grow view-name"
              aria-current={view.name === current}
              onClick={() => {
                onClose();
                onApply(view);
              }}
            >
              {view.name}
              <span className="mono small muted">{view.filter}</span>
            </button>
            {i < 9 ? <Key keys={`Ctrl Alt ${i + 1}`} /> : null}
            <button type="button" className="link" onClick={() => onRemove(view.name)}>
              {t("Remove")}
            </button>
          </li>
        ))}
        {views.length === 0 ? (
          <li className="muted small">{t("None is saved for this source yet.")}</li>
        ) : null}
      </ul>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (blocked) return;
          onSave(name.trim());
        }}
      >
        <TextField
          label={t("Save filter, order, columns, colours and groups as")}
          value={name}
          onChange={setName}
          note={t("Views lie with the case. They are no evidence and no act.")}
        />
        <div className="row">
          <Button submit kind="primary" blocked={blocked}>
            {replaces ? t("Replace the view") : t("Save the view")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
