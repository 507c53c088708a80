// The filter language's line: completed and checked while it is typed, applied with Enter. What is wrong is underlined at
// its place by the engine's own parser; the last good result stays meanwhile.
import { type Ref, useEffect, useId, useMemo, useRef, useState } from "react";
import type { ProductError } from "../../shared/errors";
import { filterFault } from "../../shared/filter/check";
import { complete, type Option } from "../../shared/filter/complete";
import type { Fields } from "../../shared/filter/fields";
import { wordText } from "../../shared/filter/terms";
import { useRequest } from "../client/use-request";
import { useApp, useCase } from "../frame/store";
import { FilterSign, HelpSign, WarnSign } from "../signs/icons";
import { whole } from "../signs/numbers";
import { t } from "../words/words";

/** Values offered at once. */
const OFFERED = 12;
/** Records whose own fields are read from the evidence within about a second. */
const QUICKLY_READ = 200_000;

export function FilterBar({
  value,
  onApply,
  onHelp,
  error,
  source,
  fields,
  placeholder,
  label,
  inputRef,
}: {
  value: string;
  onApply: (value: string) => void;
  onHelp: () => void;
  error: ProductError | null;
  /** The source whose values are offered; null: of several. */
  source: string | null;
  fields: Fields;
  placeholder: string;
  label: string;
  inputRef: Ref<HTMLInputElement>;
}) {
  const [typed, setTyped] = useState(value);
  const [caret, setCaret] = useState(value.length);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const [scroll, setScroll] = useState(0);
  const list = useId();
  const moved = useRef<number | null>(null);
  const input = useRef<HTMLInputElement | null>(null);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (moved.current !== null) input.current?.setSelectionRange(moved.current, moved.current);
    moved.current = null;
  });
  const completion = useMemo(() => complete(typed, caret, fields), [typed, caret, fields]);
  const options = useOptions(source, completion, fields, open);
  const fault = useMemo(() => filterFault(typed, fields), [typed, fields]);
  const shown = open && options.length > 0;
  const chosen = shown ? options[at] : undefined;

  const close = () => {
    setOpen(false);
    setAt(-1);
  };
  const take = (option: Option) => {
    const before = typed.slice(0, completion.from);
    const behind = typed.slice(completion.to);
    const space = behind.startsWith(" ") || behind.startsWith(")") ? "" : " ";
    moved.current = before.length + option.insert.length + 1;
    setTyped(`${before}${option.insert}${space}${behind}`);
    setCaret(moved.current);
    setAt(-1);
  };
  // While a test is being written it is not yet wrong; only what stands before the caret is told at once.
  const told = error ?? (fault && (!open || fault.at + fault.length < caret) ? fault : null);
  return (
    <search className="filter-box grow">
      <form
        className="filter"
        onSubmit={(event) => {
          event.preventDefault();
          close();
          onApply(typed.trim());
        }}
      >
        <span className="filter-sign muted">
          <FilterSign />
        </span>
        <input
          ref={(element) => {
            input.current = element;
            if (typeof inputRef === "function") inputRef(element);
            else if (inputRef) inputRef.current = element;
          }}
          className="input mono"
          role="combobox"
          aria-label={label}
          aria-expanded={shown}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={chosen ? `${list}-${at}` : undefined}
          aria-invalid={told ? true : undefined}
          placeholder={placeholder}
          value={typed}
          spellCheck={false}
          autoComplete="off"
          title={t("Filter (/). Enter applies, Esc takes back what was typed, Ctrl Space offers what fits.")}
          onChange={(event) => {
            setTyped(event.target.value);
            setCaret(event.target.selectionStart ?? event.target.value.length);
            setOpen(true);
            setAt(-1);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
          onBlur={close}
          onKeyDown={(event) => {
            if (event.key === "Escape" && open) close();
            else if (event.key === "Escape" && typed !== value) setTyped(value);
            else if (event.key === " " && event.ctrlKey) setOpen(true);
            else if (shown && event.key === "ArrowDown") setAt(Math.min(options.length - 1, at + 1));
            else if (shown && event.key === "ArrowUp") setAt(Math.max(-1, at - 1));
            else if (chosen && (event.key === "Enter" || event.key === "Tab")) take(chosen);
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        {fault && told ? (
          <span className="filter-under mono" aria-hidden="true">
            <span style={{ marginLeft: -scroll }}>
              {typed.slice(0, fault.at)}
              <u>{typed.slice(fault.at, fault.at + fault.length) || " "}</u>
            </span>
          </span>
        ) : null}
        <button
          type="button"
          className="icon-button filter-help"
          aria-label={t("The filter language")}
          title={t("The filter language (Ctrl F1)")}
          onClick={onHelp}
        >
          <HelpSign />
        </button>
        <div className="filter-below">
          {told ? (
            <div className="filter-error" role="alert">
              <WarnSign /> <span>{told.message}</span> <span className="muted">{told.mend}</span>
            </div>
          ) : null}
          <div
            id={list}
            className="filter-list"
            role="listbox"
            aria-label={t("What fits here")}
            hidden={!shown}
          >
            {options.map((option, i) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list's keys are handled by its combobox
              <div
                key={option.insert}
                id={`${list}-${i}`}
                role="option"
                tabIndex={-1}
                aria-selected={i === at}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => take(option)}
              >
                <span className="mono grow">{option.insert}</span>
                <span className="muted small">{option.detail}</span>
              </div>
            ))}
          </div>
        </div>
      </form>
    </search>
  );
}

/** What fits at the caret; where a value is asked for, the most frequent that the records have. */
function useOptions(
  source: string | null,
  completion: ReturnType<typeof complete>,
  fields: Fields,
  open: boolean,
): readonly Option[] {
  const path = useCase();
  const { expected, field, typed, options } = completion;
  const kind = field !== null && Object.hasOwn(fields, field) ? fields[field]!.kind : null;
  // Values of a format's own field may have to be read from the evidence: worth a wait only where that is short.
  const small = useApp((s) => s.sources.some((one) => one.name === source && one.rows <= QUICKLY_READ));
  const counted = /^(address|name|code|int)$/.test(kind ?? "") || (kind === "own" && small);
  const asks = open && expected === "value" && counted && field !== "ip";
  const known = useRequest(
    "records.facet",
    asks && field !== null && source
      ? { case: path, source, column: field, contains: typed, most: OFFERED }
      : null,
  );
  const tags = useRequest("records.marks", open && field === "tag" && source ? { case: path, source } : null);
  return useMemo(() => {
    if (expected !== "value") return options.slice(0, OFFERED * 2);
    const frequent = known.data?.column === field ? known.data.values : [];
    const found = frequent.flatMap(({ value, rows }) =>
      value === null || value === typed ? [] : [{ insert: wordText(value), detail: whole(rows) }],
    );
    const tagged =
      field === "tag"
        ? (tags.data?.tags ?? [])
            .filter(({ tag }) => tag.toLowerCase().includes(typed.toLowerCase()))
            .map(({ tag, rows }) => ({ insert: wordText(tag), detail: whole(rows) }))
        : [];
    const more = options.filter((one) => !found.some((other) => other.insert === one.insert));
    return [...tagged, ...found, ...more].slice(0, OFFERED);
  }, [expected, field, typed, options, known.data, tags.data]);
}
