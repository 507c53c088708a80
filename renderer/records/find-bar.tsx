// Quick find: next and previous over every row of the view, not only those that are loaded.
import { type Ref, useEffect, useRef, useState } from "react";
import { ProductError } from "../../shared/errors";
import { link } from "../client/link";
import { asProductError } from "../client/use-request";
import { sayError, useCase } from "../frame/store";
import { CloseSign, SearchSign } from "../signs/icons";
import { t } from "../words/words";

interface Found {
  readonly text: string;
  readonly index: number;
  readonly hits: number;
  readonly wrapped: boolean;
}

export function FindBar({
  view,
  place,
  onGo,
  onClose,
  inputRef,
}: {
  view: () => string | null;
  place: number | null;
  onGo: (position: number) => void;
  onClose: () => void;
  inputRef: Ref<HTMLInputElement>;
}) {
  const path = useCase();
  const [text, setText] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  const [doing, setDoing] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const look = async (back: boolean) => {
    const open = view();
    if (text === "" || open === null) return;
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setDoing(t("searching…"));
    try {
      const answer = await link.request(
        "records.find",
        { case: path, view: open, text, from: place ?? -1, back },
        {
          signal: controller.signal,
          progress: (p) =>
            setDoing(
              t("searching, {{percent}} %", { percent: p.total ? Math.floor((100 * p.done) / p.total) : 0 }),
            ),
        },
      );
      if (controller.signal.aborted) return;
      setFound({ text, ...answer });
      if (answer.position !== null) onGo(answer.position);
    } catch (thrown) {
      const error = asProductError(thrown);
      if (!(error instanceof ProductError) || error.code !== "cancelled") sayError(error);
    } finally {
      if (running.current === controller) {
        running.current = null;
        setDoing(null);
      }
    }
  };
  const told =
    doing ??
    (found?.text === text
      ? found.hits === 0
        ? t("nowhere in these records")
        : `${t("{{index}} of {{hits}}", { index: found.index, hits: found.hits })}${found.wrapped ? `, ${t("from the other end")}` : ""}`
      : "");
  return (
    <search className="find-bar" aria-label={t("Find")}>
      <SearchSign />
      <input
        ref={inputRef}
        className="input mono"
        aria-label={t("Find in these records")}
        placeholder={t("Find in these records")}
        title={t("Enter: next, Shift Enter: previous, Esc: close")}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" || event.key === "F3") void look(event.shiftKey);
          else if (event.key === "Escape") {
            if (running.current) running.current.abort();
            else onClose();
          } else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span className="muted small" role="status">
        {told}
      </span>
      <span className="grow" />
      <button
        type="button"
        className="button"
        onClick={() => void look(true)}
        title={t("Previous (Shift Enter)")}
      >
        {t("Previous")}
      </button>
      <button type="button" className="button" onClick={() => void look(false)} title={t("Next (Enter)")}>
        {t("Next")}
      </button>
      <button type="button" className="icon-button" aria-label={t("Close")} onClick={onClose}>
        <CloseSign />
      </button>
    </search>
  );
}
