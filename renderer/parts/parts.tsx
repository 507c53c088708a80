// The few controls that the window is made of. They are the platform's own (button, input, dialog) in the window's dress:
// focus trap, inert background, Escape, the accessibility tree and forced colours come with them, and no second set of
// colours has to be kept in step with the tokens.
import { type ReactNode, useEffect, useId, useRef } from "react";
import type { ProductError } from "../../shared/errors";
import { CloseSign, WarnSign } from "../signs/icons";
import { t } from "../words/words";

export const Key = ({ keys }: { keys: string }) => <kbd className="key">{keys}</kbd>;

export function Button({
  children,
  onClick,
  keys,
  kind = "",
  blocked,
  title,
  autoFocus,
  submit,
  form,
}: {
  children: ReactNode;
  onClick?: () => void;
  keys?: string;
  kind?: "" | "primary" | "plain";
  /** Why it cannot be done now; the button stays focusable and says so. */
  blocked?: string | null | false;
  title?: string;
  autoFocus?: boolean;
  submit?: boolean;
  /** Id of the form that it submits, where it stands outside of it. */
  form?: string;
}) {
  const reason = useId();
  return (
    <>
      <button
        type={submit || form ? "submit" : "button"}
        form={form}
        className={`button ${kind}`}
        aria-disabled={blocked ? true : undefined}
        aria-describedby={blocked ? reason : undefined}
        title={blocked || title || undefined}
        // biome-ignore lint/a11y/noAutofocus: only in dialogs, where the platform moves the focus anyway
        autoFocus={autoFocus}
        onClick={(event) => {
          if (blocked) event.preventDefault();
          else onClick?.();
        }}
      >
        {children}
        {keys ? <Key keys={keys} /> : null}
      </button>
      {blocked ? (
        <span id={reason} className="hidden-text">
          {blocked}
        </span>
      ) : null}
    </>
  );
}

export function Dialog({
  title,
  onClose,
  children,
  foot,
  className = "",
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  foot?: ReactNode;
  className?: string;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
      // The platform would focus the Close button, being first; what the dialog was opened for comes first.
      dialog
        .querySelector<HTMLElement>(
          ".dialog-body [autofocus], .dialog-body input, .dialog-body select, .dialog-body textarea, .dialog-body [tabindex='0']",
        )
        ?.focus();
    }
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog ${className}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="dialog-head">
        <h1 id={heading}>{title}</h1>
        <button
          type="button"
          className="icon-button"
          aria-label={t("Close")}
          title={`${t("Close")} (Esc)`}
          onClick={onClose}
        >
          <CloseSign />
        </button>
      </div>
      <div className="dialog-body">{children}</div>
      {foot ? <div className="dialog-foot">{foot}</div> : null}
    </dialog>
  );
}

export function Field({
  label,
  children,
  note,
}: {
  label: string;
  children: (id: string) => ReactNode;
  note?: ReactNode;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {note ? <span className="small muted">{note}</span> : null}
    </div>
  );
}

export function TextField({
  label,
  value,
  onChange,
  placeholder,
  mono,
  note,
  list,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  mono?: boolean;
  note?: ReactNode;
  list?: readonly string[];
}) {
  const listId = useId();
  return (
    <Field label={label} note={note}>
      {(id) => (
        <>
          <input
            id={id}
            className={`input ${mono ? "mono" : ""}`}
            value={value}
            placeholder={placeholder}
            spellCheck={false}
            autoComplete="off"
            list={list ? listId : undefined}
            onChange={(event) => onChange(event.target.value)}
          />
          {list ? (
            <datalist id={listId}>
              {list.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
          ) : null}
        </>
      )}
    </Field>
  );
}

export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly { readonly value: T; readonly label: string }[];
  onChange: (value: T) => void;
}) {
  return (
    <Field label={label}>
      {(id) => (
        <select
          id={id}
          className="select"
          value={value}
          onChange={(event) => onChange(event.target.value as T)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Check({
  label,
  checked,
  onChange,
}: {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className="choice">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}

/** Names and values; a row whose value is empty is left out, never shown as a dash. */
export function Facts({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {rows
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

export function Panel({
  title,
  note,
  children,
}: {
  title: ReactNode;
  note?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{title}</h2>
        {note ? <span className="small muted">{note}</span> : null}
      </div>
      {children}
    </section>
  );
}

/** What went wrong, where, and what to do. */
export function Fault({ error, children }: { error: ProductError; children?: ReactNode }) {
  const { file, line } = error.where;
  return (
    <div
      className={`notice ${error.code === "finding" || error.code === "cancelled" ? "" : "bad"}`}
      role="alert"
    >
      <WarnSign />
      <div className="stack">
        <span>
          {file ? `${file}${line ? `, line ${line}` : ""}: ` : ""}
          {error.message}
        </span>
        <span className="mend">{error.mend}</span>
        {children}
      </div>
    </div>
  );
}

export function Bar({ share, wide }: { share: number | null; wide?: boolean }) {
  return (
    <span className={`progress ${wide ? "wide" : ""}`} aria-hidden="true">
      <i style={{ width: `${Math.round(Math.min(1, share ?? 0) * 100)}%` }} />
    </span>
  );
}

/** A region that scrolls: reachable by keyboard, and named. */
export function Scroll({
  label,
  className = "",
  children,
  keys,
}: {
  label: string;
  className?: string;
  children: ReactNode;
  /** Single-letter commands act in it. */
  keys?: boolean;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={className} aria-label={label} tabIndex={0} data-keys={keys ? "table" : undefined}>
      {children}
    </section>
  );
}
