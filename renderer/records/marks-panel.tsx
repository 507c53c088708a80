// Bookmark, tags and notes of a record, and how they are set. Each is an act, and says which number it will have.
import { useState } from "react";
import type { RecordRow } from "../../shared/contract/records";
import { link } from "../client/link";
import { asProductError, useRequest } from "../client/use-request";
import { afterAct } from "../frame/case-actions";
import { say, sayError, useApp, useCase } from "../frame/store";
import { Button, Dialog, Field, Key, Panel, TextField } from "../parts/parts";
import { StarSign } from "../signs/icons";
import { Evidence } from "../signs/text";
import { t } from "../words/words";

export type MarkDialog = "tag" | "note" | null;

interface Target {
  readonly path: string;
  readonly source: string;
}

async function act(run: () => Promise<string>): Promise<void> {
  try {
    const text = await run();
    await afterAct();
    say({ kind: "good", text });
  } catch (thrown) {
    sayError(asProductError(thrown));
  }
}

/** Sets a bookmark on a record, or takes it back. */
export const toggleBookmark = ({ path, source }: Target, row: RecordRow): Promise<void> =>
  act(async () => {
    const remove = row.marks?.bookmarked ?? false;
    const done = await link.request("records.tag", {
      case: path,
      source,
      tag: null,
      rows: [row.row],
      remove,
    });
    return remove
      ? t("Bookmark taken from line {{line}}, act {{act}}.", { line: row.line, act: done.act })
      : t("Line {{line}} is bookmarked, act {{act}}.", { line: row.line, act: done.act });
  });

const untag = ({ path, source }: Target, row: RecordRow, tag: string): Promise<void> =>
  act(async () => {
    const { act: n } = await link.request("records.tag", {
      case: path,
      source,
      tag,
      rows: [row.row],
      remove: true,
    });
    return t("Tag taken from line {{line}}, act {{act}}.", { line: row.line, act: n });
  });

export function MarksPanel({
  source,
  row,
  onOpen,
}: {
  source: string;
  row: RecordRow;
  onOpen: (dialog: MarkDialog) => void;
}) {
  const path = useCase();
  const marks = row.marks ?? { bookmarked: false, tags: [], notes: [] };
  const target = { path, source };
  return (
    <Panel
      title={t("Notes and tags")}
      note={
        <span className="row">
          <Key keys="K" />
          <Key keys="T" />
          <Key keys="N" />
        </span>
      }
    >
      <div className="row wrap">
        <button
          type="button"
          className="chip chip-button"
          aria-pressed={marks.bookmarked}
          title={t("Bookmark (K)")}
          onClick={() => void toggleBookmark(target, row)}
        >
          <StarSign filled={marks.bookmarked} /> {marks.bookmarked ? t("bookmarked") : t("bookmark")}
        </button>
        {marks.tags.map((tag) => (
          <button
            key={tag}
            type="button"
            className="chip chip-button"
            title={t("Take this tag from the record")}
            aria-label={t("Take the tag {{tag}} from the record", { tag })}
            onClick={() => void untag(target, row, tag)}
          >
            <Evidence text={tag} /> ×
          </button>
        ))}
        <button type="button" className="link" title={t("Tag (T)")} onClick={() => onOpen("tag")}>
          {t("Tag")}
        </button>
        <button type="button" className="link" title={t("Note (N)")} onClick={() => onOpen("note")}>
          {t("Note")}
        </button>
      </div>
      {marks.notes.map((note) => (
        <div key={note.act} className="note">
          <p>
            <Evidence text={note.text} />
          </p>
          <span className="small muted row">
            {t("{{examiner}}, act {{act}}", { examiner: note.examiner, act: note.act })}
            <button
              type="button"
              className="link"
              onClick={() =>
                void act(async () => {
                  const done = await link.request("records.note", {
                    case: path,
                    source,
                    row: row.row,
                    note: null,
                    replaces: note.act,
                  });
                  return t("Note taken from line {{line}}, act {{act}}.", { line: row.line, act: done.act });
                })
              }
            >
              {t("Take back")}
            </button>
          </span>
        </div>
      ))}
    </Panel>
  );
}

export function TagDialog({
  source,
  row,
  filter,
  rows,
  onClose,
}: {
  source: string;
  row: RecordRow;
  filter: string;
  /** Records of the view; null where it holds other sources' too, and only this one is tagged. */
  rows: number | null;
  onClose: () => void;
}) {
  const path = useCase();
  const acts = useApp((s) => s.caseInfo?.acts ?? 0);
  const known = useRequest("records.marks", { case: path, source });
  const [tag, setTag] = useState("");
  const [all, setAll] = useState(false);
  const blocked = tag.trim() ? null : t("Nothing is typed yet.");
  const submit = () => {
    if (blocked) return;
    onClose();
    void act(async () => {
      const which = all ? { filter } : { rows: [row.row] };
      const done = await link.request("records.tag", { case: path, source, tag: tag.trim(), ...which });
      return t("{{count}} records are tagged, act {{act}}.", { count: done.rows, act: done.act });
    });
  };
  return (
    <Dialog
      title={t("Tag")}
      onClose={onClose}
      foot={
        <>
          <Button kind="primary" blocked={blocked} onClick={submit}>
            {t("Tag")}
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
          submit();
        }}
      >
        <TextField
          label={t("Tag")}
          value={tag}
          onChange={setTag}
          list={known.data?.tags.map((one) => one.tag) ?? []}
        />
        {rows === null ? (
          <p>{t("this record, line {{line}}", { line: row.line })}</p>
        ) : (
          <>
            <label className="choice">
              <input type="radio" name="which" checked={!all} onChange={() => setAll(false)} />
              <span>{t("this record, line {{line}}", { line: row.line })}</span>
            </label>
            <label className="choice">
              <input type="radio" name="which" checked={all} onChange={() => setAll(true)} />
              <span>{t("all {{count}} records of this view", { count: rows })}</span>
            </label>
          </>
        )}
      </form>
    </Dialog>
  );
}

export function NoteDialog({
  source,
  row,
  onClose,
}: {
  source: string;
  row: RecordRow;
  onClose: () => void;
}) {
  const path = useCase();
  const acts = useApp((s) => s.caseInfo?.acts ?? 0);
  const [note, setNote] = useState("");
  const blocked = note.trim() ? null : t("Nothing is typed yet.");
  const submit = () => {
    if (blocked) return;
    onClose();
    void act(async () => {
      const done = await link.request("records.note", {
        case: path,
        source,
        row: row.row,
        note: note.trim(),
      });
      return t("Note put on line {{line}}, act {{act}}.", { line: done.line, act: done.act });
    });
  };
  return (
    <Dialog
      title={t("Note on line {{line}}", { line: row.line })}
      onClose={onClose}
      foot={
        <>
          <Button kind="primary" keys="Ctrl Enter" blocked={blocked} onClick={submit}>
            {t("Put the note")}
          </Button>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <span className="small muted">{t("This will be act {{act}}.", { act: acts + 1 })}</span>
        </>
      }
    >
      <Field
        label={t("Note")}
        note={t("The ledger holds its salted hash; the text lies beside it and can be withheld or erased.")}
      >
        {(id) => (
          <textarea
            id={id}
            className="input"
            rows={5}
            value={note}
            onChange={(event) => setNote(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && event.ctrlKey) {
                event.preventDefault();
                submit();
              }
            }}
          />
        )}
      </Field>
    </Dialog>
  );
}
