// Ctrl G: to a row, a line of the file, or a time.
import { useState } from "react";
import { parseInstant } from "../../shared/filter/instant";
import { Button, Dialog, Key, TextField } from "../parts/parts";
import { t } from "../words/words";

export type Target = { readonly row: number } | { readonly line: number } | { readonly timeUs: number };

/** "1,234" is a row, "line 1,234" a line of the file, anything with an offset a time; null for what is none of them. */
export function targetOf(typed: string, rows: number): Target | null {
  const text = typed.trim();
  const digits = (from: string): number => Number(from.replace(/[,\s\u202f]/g, ""));
  const line = /^(?:line|zeile|l)\s*([\d,\s\u202f]+)$/i.exec(text);
  if (line) return { line: digits(line[1]!) };
  if (/^[\d,\s\u202f]+$/.test(text)) {
    const row = digits(text);
    return row >= 1 && row <= rows ? { row: row - 1 } : null;
  }
  const instant = parseInstant(text.replace(/^(\d{4}-\d{2}-\d{2}) /, "$1T"));
  return instant ? { timeUs: instant.us } : null;
}

export function GoTo({
  rows,
  onGo,
  onClose,
}: {
  rows: number;
  onGo: (target: Target) => void;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState("");
  const target = targetOf(typed, rows);
  const blocked = target ? null : t("A row from 1 to {{rows}}, a line, or a time with its offset.", { rows });
  const submit = () => {
    if (!target) return;
    onGo(target);
    onClose();
  };
  return (
    <Dialog
      title={t("Go to a row")}
      onClose={onClose}
      foot={
        <>
          <Button kind="primary" blocked={blocked} onClick={submit}>
            {t("Go")}
          </Button>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <span className="small muted">
            <Key keys="Ctrl G" />
          </span>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField
          label={t("Row, 1 to {{rows}}", { rows })}
          note={t("Also a line of the file (line 731,223) or a time (2026-03-21T17:41:45Z).")}
          mono
          value={typed}
          onChange={setTyped}
        />
      </form>
    </Dialog>
  );
}
