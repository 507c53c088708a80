// A source's rejects: counted by reason, narrowed by a text or by kind, and the chosen line's original bytes below.
import { useCallback, useMemo, useState } from "react";
import type { Reply } from "../../shared/contract/contract";
import { link } from "../client/link";
import { useRequest } from "../client/use-request";
import { type Source, useApp, useCase } from "../frame/store";
import { type Column, Grid } from "../parts/grid";
import { Button, Fault } from "../parts/parts";
import { windowOf } from "../parts/windows";
import { base64Bytes } from "../signs/escape";
import { PartialSign, RejectSign } from "../signs/icons";
import { shortHash, whole } from "../signs/numbers";
import { RawHex, RawText } from "../signs/raw-bytes";
import { Said, saidText } from "../words/said";
import { Rich, t, text } from "../words/words";

type Reject = Reply<"evidence.rejects">["rejects"][number];
type Kind = "all" | "reject" | "partial";
const KINDS = [
  ["all", text("all of them")],
  ["reject", text("rejects")],
  ["partial", text("read in part")],
] as const;
/** Reasons shown as buttons; the others are found by typing. */
const REASONS_SHOWN = 6;

const columns: readonly Column<Reject>[] = [
  {
    id: "line",
    title: text("Line"),
    width: 110,
    right: true,
    text: (row) => String(row.line),
    cell: (row) => (
      <span className="mark" title={t("line {{line}}", { line: row.line })}>
        {row.partial ? <PartialSign /> : <RejectSign />} <span className="faint">{whole(row.line)}</span>
      </span>
    ),
  },
  { id: "kind", title: text("Kind"), width: 100, text: (row) => t(row.partial ? "partial" : "reject") },
  { id: "offset", title: text("Byte offset"), width: 120, right: true, text: (row) => whole(row.offset) },
  { id: "length", title: text("Length"), width: 76, right: true, text: (row) => whole(row.length) },
  {
    id: "reason",
    title: text("Reason"),
    width: 300,
    flex: true,
    text: (row) => saidText(row.reason, "reason"),
  },
];

export function Rejects({ source }: { source: Source }) {
  const path = useCase();
  const acts = useApp((s) => s.acts);
  const [contains, setContains] = useState("");
  const [kind, setKind] = useState<Kind>("all");
  const [selected, setSelected] = useState<Reject | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const [window, setWindow] = useState(0);
  const { name } = source;
  const narrowed = useMemo(
    () => ({ case: path, source: name, contains, kind }),
    [path, name, contains, kind],
  );
  const first = useRequest("evidence.rejects", { ...narrowed, from: 0, to: 1, reasons: true }, acts);
  const fetch = useCallback(
    async (from: number, to: number) =>
      (await link.request("evidence.rejects", { ...narrowed, from, to })).rejects,
    [narrowed],
  );
  const narrow = (words: string, to: Kind): void => {
    setContains(words);
    setKind(to);
    setSelected(null);
    setAt(null);
    setWindow(0);
  };
  const choose = async (row: number): Promise<void> => {
    setAt(row);
    setWindow(windowOf(row));
    setSelected((await fetch(row, row + 1))[0] ?? null);
  };
  if (first.error) return <Fault error={first.error} />;
  if (!first.data) return <p className="pane-note muted">{t("Counting…")}</p>;
  const { reasons, total, all } = first.data;
  if (all === 0)
    return (
      <p className="pane-note">{t("No line of this source was rejected, and none was read in part.")}</p>
    );
  return (
    <>
      <div className="bar reject-bar">
        <input
          className="input"
          type="search"
          aria-label={t("Text in the reason")}
          placeholder={t("Text in the reason")}
          spellCheck={false}
          value={contains}
          onChange={(event) => narrow(event.target.value, kind)}
        />
        <span className="segmented">
          {KINDS.map(([id, words]) => (
            <button key={id} type="button" aria-pressed={kind === id} onClick={() => narrow(contains, id)}>
              {t(words)}
            </button>
          ))}
        </span>
        <span className="muted small" data-testid="rejects" aria-live="polite">
          {t("{{shown}} of {{all}} shown", { shown: total, all })}
        </span>
      </div>
      <div className="reject-reasons">
        {reasons.slice(0, REASONS_SHOWN).map((one) => {
          const kindOf = one.partial ? "partial" : "reject";
          const on = contains === one.reason && kind === kindOf;
          return (
            <button
              key={`${one.reason}/${one.partial}`}
              type="button"
              className="chip-button"
              aria-pressed={on}
              onClick={() => narrow(on ? "" : one.reason, on ? "all" : kindOf)}
            >
              {one.partial ? <PartialSign /> : <RejectSign />} <Said kind="reason" text={one.reason} />{" "}
              <b>{whole(one.lines)}</b>
            </button>
          );
        })}
      </div>
      {total === 0 ? (
        <div className="pane-note row">
          <span>{t("No reject fits.")}</span>
          <Button onClick={() => narrow("", "all")}>{t("Show all")}</Button>
        </div>
      ) : (
        <Grid
          label={t("Rejects of {{name}}", { name })}
          columns={columns}
          rows={total}
          version={`${name}/${acts}/${contains}/${kind}`}
          fetch={fetch}
          selected={at}
          onSelect={(row) => void choose(row)}
          window={window}
          onWindow={setWindow}
        />
      )}
      {selected ? <RejectBytes source={name} reject={selected} /> : null}
    </>
  );
}

function RejectBytes({ source, reject }: { source: string; reject: Reject }) {
  const path = useCase();
  const [hex, setHex] = useState(false);
  const asked = useRequest("evidence.line", { case: path, source, row: reject.row });
  const bytes = useMemo(() => (asked.data ? base64Bytes(asked.data.base64) : null), [asked.data]);
  return (
    <section className="reject-bytes" aria-label={t("Original bytes")}>
      <div className="row wrap">
        <b className="strong">{t("Line {{line}} as written", { line: reject.line })}</b>
        <span className="mark small">
          <Said kind="reason" text={reject.reason} />
        </span>
        <span className="grow" />
        {asked.data ? (
          <span className="small muted">
            <Rich
              text="offset {{offset}}, length {{length}}, {{hash}}"
              values={{
                offset: asked.data.offset,
                length: asked.data.length,
                hash: (
                  <span className="mono" title={asked.data.sha256}>
                    {shortHash(asked.data.sha256)}
                  </span>
                ),
              }}
            />
          </span>
        ) : null}
        <span className="segmented">
          <button type="button" aria-pressed={!hex} onClick={() => setHex(false)}>
            {t("Text")}
          </button>
          <button type="button" aria-pressed={hex} onClick={() => setHex(true)}>
            {t("Hex")}
          </button>
        </span>
      </div>
      {asked.error ? <Fault error={asked.error} /> : null}
      {bytes ? (
        hex ? (
          <RawHex bytes={bytes} spans={[]} base={reject.offset} />
        ) : (
          <RawText bytes={bytes} spans={[]} />
        )
      ) : null}
    </section>
  );
}
