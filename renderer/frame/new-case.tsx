// A new case: title, examiner, language and the folder it is made in.
import { useState } from "react";
import type { ProductError } from "../../shared/errors";
import { asProductError } from "../client/use-request";
import { Button, Dialog, Fault, Select, TextField } from "../parts/parts";
import { LANGUAGES, t } from "../words/words";
import { newCase } from "./case-actions";
import { choosePaths } from "./file-browser";
import { app, useApp } from "./store";

/** A folder's name from a title: what every file system takes, without a space to trip a command line. */
export const folderName = (title: string): string =>
  title
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, 60);

export function NewCase() {
  const host = useApp((s) => s.host);
  const [title, setTitle] = useState("");
  const [examiner, setExaminer] = useState(host?.examiner ?? "");
  const [language, setLanguage] = useState<"en" | "de">("en");
  const [given, setPath] = useState<string | null>(null);
  const [error, setError] = useState<ProductError | null>(null);
  const [busy, setBusy] = useState(false);
  const separator = host?.separator ?? "/";
  const path = given ?? (host ? `${host.cases}${separator}${folderName(title) || "case"}.case` : "");
  const close = () => app.set({ dialog: null });
  const missing = !title.trim()
    ? t("A case needs a title.")
    : !examiner.trim()
      ? t("A case needs an examiner.")
      : null;
  const make = async () => {
    if (missing || busy) return;
    setBusy(true);
    try {
      await newCase(path, title.trim(), examiner.trim(), language);
      close();
    } catch (thrown) {
      setError(asProductError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("New case")}
      onClose={close}
      foot={
        <>
          <Button kind="primary" form="new-case" blocked={missing ?? (busy ? t("It is being made.") : null)}>
            {t("Make the case")}
          </Button>
          <Button onClick={close}>{t("Cancel")}</Button>
          {missing ? <span className="small muted">{missing}</span> : null}
        </>
      }
    >
      <form
        id="new-case"
        className="stack"
        style={{ gap: 12 }}
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <TextField label={t("Title")} value={title} onChange={setTitle} placeholder={"2026-0417"} />
        <TextField
          label={t("Examiner")}
          value={examiner}
          onChange={setExaminer}
          note={t("Signs every act of this case with a key of their own.")}
        />
        <Select
          label={t("Language of the exhibit")}
          value={language}
          options={[
            { value: "en", label: LANGUAGES.en },
            { value: "de", label: LANGUAGES.de },
          ]}
          onChange={setLanguage}
        />
        <TextField label={t("Folder of the case")} mono value={path} onChange={setPath} />
        <div>
          <Button
            onClick={() =>
              void choosePaths("save", t("Where to make the case"), path).then(([chosen]) => {
                if (chosen) setPath(chosen);
              })
            }
          >
            {t("Choose the place")}
          </Button>
        </div>
      </form>
      {error ? <Fault error={error} /> : null}
    </Dialog>
  );
}
