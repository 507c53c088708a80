// A file before it is imported: which formats fit and why, its first lines as they would be stored, and one line in full.
import { type KeyboardEvent, useMemo, useState } from "react";
import type { Reply } from "../../shared/contract/contract";
import { Fault, Scroll } from "../parts/parts";
import { bytesText, latin1Bytes } from "../signs/escape";
import { RejectSign } from "../signs/icons";
import { whole } from "../signs/numbers";
import { Evidence, Recorded } from "../signs/text";
import { Said, saidText } from "../words/said";
import { Rich, t } from "../words/words";
import { type Draft, edit } from "./queue";

type Line = Reply<"evidence.preview">["lines"][number];

/** The table of lines is one stop of Tab; arrows, Home and End go from line to line. Returns the line that is then chosen. */
function moved(event: KeyboardEvent<HTMLElement>, at: number, lines: number): number {
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines - 1 }[event.key];
  if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return at;
  event.preventDefault();
  event.stopPropagation();
  const next = Math.max(0, Math.min(lines - 1, to));
  event.currentTarget.querySelectorAll<HTMLElement>(".cell-button")[next]?.focus();
  return next;
}

export function PreviewPane({ draft }: { draft: Draft }) {
  const [at, setAt] = useState(0);
  const { preview, error } = draft;
  const counts = useMemo(() => {
    const out = { record: 0, reject: 0, blank: 0, header: 0 };
    for (const line of preview?.lines ?? []) out[line.kind]++;
    return out;
  }, [preview]);
  if (!preview)
    return (
      <div className="pane-note">
        {error ? <Fault error={error} /> : <p className="muted">{t("The first lines are being read…")}</p>}
      </div>
    );
  // Another format may have other lines.
  const chosen = Math.min(at, preview.lines.length - 1);
  const line = preview.lines[chosen];
  const zoneOpen = preview.questions.some((question) => question.kind === "zone") && !draft.zone;
  return (
    <>
      <div className="bar">
        <b className="strong">{t("Preview of {{file}}", { file: draft.path.split(/[\\/]/).pop() ?? "" })}</b>
        <span className="muted small">{t("as it would be stored; nothing is imported yet")}</span>
      </div>
      {error ? <Fault error={error} /> : null}
      {preview.problem ? (
        <div className="notice">
          <div>
            {preview.problem.message} <span className="mend">{preview.problem.mend}</span>
          </div>
        </div>
      ) : null}
      <fieldset className="candidates" aria-label={t("Formats that fit")}>
        {preview.candidates.slice(0, 3).map((candidate) => (
          <button
            key={candidate.format + candidate.role}
            type="button"
            className="candidate"
            aria-pressed={candidate.format === preview.chosen}
            onClick={() => edit(draft.id, { format: candidate.format, role: candidate.role })}
          >
            <span>
              <b className="strong">{candidate.title}</b>{" "}
              <span className="muted">
                {t("{{share}} % of the sample", { share: Math.floor(candidate.score * 100) })}
              </span>
            </span>
            {candidate.reasons.slice(0, 3).map((reason) => (
              <span key={reason} className="small muted">
                {reason}
              </span>
            ))}
          </button>
        ))}
        <div className="candidate">
          <b className="strong">{t("In the first {{lines}} lines", { lines: preview.lines.length })}</b>
          <span className="small muted">
            <Rich
              text="<b>{{records}}</b> in records, {{rejects}}, {{blank}} blank, {{headers}} header."
              values={{
                records: counts.record,
                rejects: (
                  <span className={counts.reject ? "mark" : ""}>
                    {t("{{count}} rejects", { count: counts.reject })}
                  </span>
                ),
                blank: counts.blank,
                headers: counts.header,
              }}
            />
          </span>
          <span className="small muted">{t("Adds up to {{lines}}.", { lines: preview.lines.length })}</span>
        </div>
      </fieldset>
      <Scroll label={t("First lines as they would be stored")} className="scroll grow preview-lines" keys>
        <table className="table">
          <thead>
            <tr>
              <th className="num">{t("Line")}</th>
              <th>{t("Recorded")}</th>
              <th>{t("Source address")}</th>
              <th className="num">{t("Port")}</th>
              <th>{t("As written")}</th>
            </tr>
          </thead>
          <tbody onKeyDown={(event) => setAt(moved(event, chosen, preview.lines.length))}>
            {preview.lines.map((one, i) => (
              <tr key={`${one.line}-${one.offset}`} aria-selected={i === chosen} onClick={() => setAt(i)}>
                <td className="num mono">
                  <button
                    type="button"
                    className="cell-button mono"
                    tabIndex={i === chosen ? 0 : -1}
                    onClick={() => setAt(i)}
                  >
                    {one.kind === "reject" ? (
                      <span className="mark" style={{ marginRight: 4 }}>
                        <RejectSign />
                      </span>
                    ) : null}
                    <span className="faint">{whole(one.line)}</span>
                  </button>
                </td>
                <td>
                  {one.kind === "record" ? (
                    <Recorded
                      us={one.timeUs}
                      precisionUs={precisionOf(one)}
                      zoneKnown={!zoneOpen && draft.zone !== "unknown"}
                    />
                  ) : (
                    <span className="muted">{one.kind === "reject" ? t("no record") : one.kind}</span>
                  )}
                </td>
                <td className="mono">{one.srcIp ? <Evidence text={one.srcIp} /> : null}</td>
                <td className="num mono">{one.srcPort ?? ""}</td>
                <td className="mono as-written">
                  <Evidence text={textOf(one)} />
                  {one.reason ? (
                    <span className="mark">
                      {" "}
                      <Said kind="reason" text={one.reason} />
                    </span>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {line ? (
        <div className="one-line">
          <div className="panel-head">
            <h2>{t("Line {{line}} as written", { line: line.line })}</h2>
            <span className="small muted">
              {t("offset {{offset}}, length {{length}}", { offset: line.offset, length: line.length })}
            </span>
          </div>
          <Scroll label={t("The line as written")} className="bytes">
            <Evidence text={textOf(line)} />
          </Scroll>
          {line.reason ? (
            <p className="mark small">
              {t("Rejected: {{reason}}", { reason: saidText(line.reason, "reason") })}
            </p>
          ) : null}
        </div>
      ) : null}
    </>
  );
}

const textOf = (line: Line): string => bytesText(latin1Bytes(line.raw));
/** A preview gives no precision; digits that are all zero to the right are not shown. */
const precisionOf = (line: Line): number =>
  line.timeUs === null || line.timeUs % 1_000_000 === 0 ? 1_000_000 : line.timeUs % 1_000 === 0 ? 1_000 : 1;
