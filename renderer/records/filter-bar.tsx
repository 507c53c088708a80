// The filter language's line: typed, applied with Enter, the last good result stays while it fails.
import { type Ref, useEffect, useState } from "react";
import type { ProductError } from "../../shared/errors";
import { FilterSign, WarnSign } from "../signs/icons";
import { t } from "../words/words";

export function FilterBar({
  value,
  onApply,
  error,
  placeholder,
  label,
  inputRef,
}: {
  value: string;
  onApply: (value: string) => void;
  error: ProductError | null;
  placeholder: string;
  label: string;
  inputRef?: Ref<HTMLInputElement>;
}) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  return (
    <search className="filter-box grow">
      <form
        className="filter"
        onSubmit={(event) => {
          event.preventDefault();
          onApply(typed.trim());
        }}
      >
        <span className="filter-sign muted">
          <FilterSign />
        </span>
        <input
          ref={inputRef}
          className="input mono"
          aria-label={label}
          aria-invalid={error ? true : undefined}
          placeholder={placeholder}
          value={typed}
          spellCheck={false}
          autoComplete="off"
          title={t("Filter (/ or Ctrl F). Enter applies, Esc takes back what was typed.")}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && typed !== value) {
              event.preventDefault();
              setTyped(value);
            }
          }}
        />
        {error ? (
          <div className="filter-error" role="alert">
            <WarnSign /> <span>{error.message}</span> <span className="muted">{error.mend}</span>
          </div>
        ) : null}
      </form>
    </search>
  );
}
