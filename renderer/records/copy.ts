// To the clipboard: what is shown, with hidden characters written out, or the original bytes, which is another command.
import type { RecordRow } from "../../shared/contract/records";
import { link } from "../client/link";
import { asProductError } from "../client/use-request";
import { say, sayError } from "../frame/store";
import { base64Bytes, bytesText, escaped } from "../signs/escape";
import { t } from "../words/words";

async function toClipboard(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say({ kind: "good", text: said });
  } catch {
    say({
      kind: "bad",
      text: t("The clipboard refused the text."),
      mend: t("Allow it for this window, or copy from the inspector."),
    });
  }
}

/** A row's cells as they are shown, separated by tabs. */
export const copyRow = (cells: readonly string[], line: number): Promise<void> =>
  toClipboard(cells.map(escaped).join("\t"), t("Line {{line}} is copied as shown.", { line }));

export const copyCell = (cell: string | undefined): Promise<void> =>
  toClipboard(escaped(cell ?? ""), t("The cell is copied as shown."));

/** The record's bytes as they stand in the evidence; bytes that are no UTF-8 as \xNN, and it is said. */
export async function copyOriginal(path: string, source: string, row: RecordRow): Promise<void> {
  try {
    const raw = await link.request("records.raw", { case: path, source, row: row.row });
    const bytes = base64Bytes(raw.base64);
    const text = bytesText(bytes);
    const whole = new TextEncoder().encode(text).length === bytes.length;
    await toClipboard(
      text,
      whole
        ? t("The original bytes of line {{line}} are copied.", { line: row.line })
        : t("Line {{line}} is copied; bytes that are no text stand as \\xNN.", { line: row.line }),
    );
  } catch (thrown) {
    sayError(asProductError(thrown));
  }
}
