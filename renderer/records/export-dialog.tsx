// What is shown, to a file: every record of the view, in its order, with the columns and the zone of the screen.
import { useState } from "react";
import type { Reply } from "../../shared/contract/contract";
import type { Progress } from "../../shared/contract/messages";
import { asProductError } from "../client/use-request";
import { afterAct } from "../frame/case-actions";
import { app, say, sayError, useApp, useCase } from "../frame/store";
import { Button, Check, Dialog, TextField } from "../parts/parts";
import { t } from "../words/words";

export interface ExportTo {
  readonly out: string;
  readonly spreadsheet: boolean;
}

export function ExportDialog({
  name,
  rows,
  write,
  onClose,
}: {
  /** What the file is named after. */
  name: string;
  rows: number;
  write: (
    to: ExportTo,
    io: { readonly progress: (progress: Progress) => void; readonly signal: AbortSignal },
  ) => Promise<Reply<"records.export">>;
  onClose: () => void;
}) {
  const path = useCase();
  const acts = useApp((s) => s.caseInfo?.acts ?? 0);
  const [out, setOut] = useState(`${path.replace(/\.case$/, "")}-${name}.csv`);
  const [spreadsheet, setSpreadsheet] = useState(false);
  const blocked = out.trim() ? null : t("Nothing is typed yet.");
  const submit = async () => {
    if (blocked) return;
    onClose();
    const doing = t("Writing {{rows}} records", { rows });
    const controller = new AbortController();
    app.set({ job: doing, stopJob: () => controller.abort() });
    try {
      const done = await write(
        { out: out.trim(), spreadsheet },
        {
          signal: controller.signal,
          progress: (p) =>
            app.set({ job: `${doing}, ${p.total ? Math.floor((100 * p.done) / p.total) : 0} %` }),
        },
      );
      await afterAct();
      say({
        kind: "good",
        text: t("{{count}} records are in {{path}}, act {{act}}.", {
          count: done.rows,
          path: done.path,
          act: done.act,
        }),
      });
    } catch (thrown) {
      sayError(asProductError(thrown));
    } finally {
      app.set({ job: null, stopJob: null });
    }
  };
  return (
    <Dialog
      title={t("Write these records to a file")}
      onClose={onClose}
      foot={
        <>
          <Button kind="primary" blocked={blocked} onClick={() => void submit()}>
            {t("Write the file")}
          </Button>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <span className="small muted">{t("This will be act {{act}}.", { act: acts + 1 })}</span>
        </>
      }
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{t("{{count}} records, as they are shown: columns, order, zone.", { count: rows })}</p>
        <TextField label={t("File, which must not exist yet")} mono value={out} onChange={setOut} />
        <Check
          label={t("For a spreadsheet: a derived copy in which no cell is a formula")}
          checked={spreadsheet}
          onChange={setSpreadsheet}
        />
      </form>
    </Dialog>
  );
}
