// What is asked about a file before its import. A question has no preselected answer: each is the analyst's, and stands in
// the ledger.
import { useState } from "react";
import type { Role } from "../../shared/record/columns";
import { Inspector } from "../frame/inspector";
import { Button, Check, Key, Select, TextField } from "../parts/parts";
import { CheckSign, QuestionSign } from "../signs/icons";
import { Rich, t } from "../words/words";
import { blockedBecause, type Draft, drop, edit, importDraft } from "./queue";

const roles = (): readonly { value: Role | ""; label: string }[] => [
  { value: "", label: t("as found") },
  { value: "server", label: t("a server's log") },
  { value: "nat", label: t("the operator's NAT records") },
  { value: "subscriber", label: t("subscriber records (RADIUS, DHCP)") },
  { value: "reference", label: t("a reference clock") },
];
const ZONES = [
  "Europe/Berlin",
  "Europe/London",
  "Europe/Paris",
  "Europe/Vienna",
  "America/New_York",
  "Asia/Tokyo",
  "+01:00",
  "+02:00",
];

export function DraftInspector({ draft }: { draft: Draft }) {
  const { preview } = draft;
  const questions = preview?.questions ?? [];
  const blocked = blockedBecause(draft);
  const file = draft.path.split(/[\\/]/).pop() ?? draft.path;
  return (
    <Inspector label={t("Questions about {{file}}", { file })}>
      <div className="panel">
        <h1 style={{ overflowWrap: "anywhere" }}>
          {questions.length
            ? t("{{count}} questions about {{file}}", { count: questions.length, file })
            : file}
        </h1>
        <p className="muted">
          {questions.length
            ? t("Nothing is chosen for you. Your answers stand in the ledger.")
            : t("Every time in the sample carries what is needed.")}
        </p>
      </div>
      {questions.map((question) => (
        <section
          key={question.kind + question.text}
          className={`panel ${answered(draft, question.kind) ? "" : "open-question"}`}
          data-question
        >
          <div className="panel-head">
            <h2>{question.text}</h2>
            {answered(draft, question.kind) ? (
              <span className="row good small" style={{ gap: 4 }}>
                <CheckSign size={12} /> {t("answered")}
              </span>
            ) : (
              <span className="row mark small" style={{ gap: 4 }}>
                <QuestionSign /> {t("open")}
              </span>
            )}
          </div>
          {question.line ? (
            <p className="small muted">{t("Line {{line}} shows it.", { line: question.line })}</p>
          ) : null}
          {question.kind === "zone" ? <ZoneAnswer draft={draft} /> : null}
          {question.kind === "year" ? (
            <TextField
              label={t("Year of the first line")}
              mono
              value={draft.year}
              placeholder={t("yyyy")}
              onChange={(year) => edit(draft.id, { year })}
            />
          ) : null}
          {question.kind === "layout" || question.kind === "dayMonth" ? (
            <TextField
              label={t("Layout")}
              mono
              value={draft.layout}
              placeholder={
                question.kind === "dayMonth"
                  ? t("dmy (day first) or mdy (month first)")
                  : t("as the server was configured")
              }
              onChange={(layout) => edit(draft.id, { layout })}
            />
          ) : null}
          {question.kind === "map" ? (
            <TextField
              label={t("Columns")}
              mono
              value={draft.map}
              placeholder={"time=col1,publicIp=col2,portLow=col3"}
              onChange={(map) => edit(draft.id, { map })}
            />
          ) : null}
          {question.kind === "role" ? (
            <Select
              label={t("What it is")}
              value={draft.role}
              options={roles()}
              onChange={(role) => edit(draft.id, { role })}
            />
          ) : null}
        </section>
      ))}
      <section className="panel stack">
        <TextField
          label={t("Name of the source")}
          mono
          value={draft.name}
          onChange={(name) => edit(draft.id, { name })}
          note={t("Files of the same name are stored as one source.")}
        />
        <Select
          label={t("What it is")}
          value={draft.role}
          options={roles()}
          onChange={(role) => edit(draft.id, { role })}
        />
        <Select
          label={t("Format")}
          value={draft.format}
          options={[
            {
              value: "auto",
              label: preview?.chosen
                ? t("as found: {{format}}", { format: titleOf(draft, preview.chosen) })
                : t("as found"),
            },
            ...(preview?.candidates ?? []).map((one) => ({ value: one.format, label: one.title })),
          ].filter((one, i, all) => all.findIndex((other) => other.value === one.value) === i)}
          onChange={(format) => edit(draft.id, { format })}
        />
        {questions.some(({ kind }) => kind === "layout" || kind === "dayMonth") ? null : (
          <TextField
            label={t("Layout")}
            mono
            value={draft.layout}
            placeholder={t("as the server was configured")}
            onChange={(layout) => edit(draft.id, { layout })}
            note={
              <Rich
                text="Text that no format reads: {{example}} with named groups."
                values={{ example: <span className="mono">{"re:(?<src_ip>\\S+) .*"}</span> }}
              />
            }
          />
        )}
        {draft.role === "nat" || chosenRole(draft) === "nat" ? (
          <>
            <Select
              label={t("What the operator gave")}
              value={draft.extent}
              options={[
                { value: "full", label: t("the whole log of the stretch") },
                { value: "query", label: t("an extract, the answer to a query") },
              ]}
              onChange={(extent) => edit(draft.id, { extent })}
            />
            <TextField
              label={t("Search window, where it is an extract")}
              mono
              placeholder={"FROM/TO"}
              value={draft.window}
              onChange={(window) => edit(draft.id, { window })}
            />
            <TextField
              label={t("How long the operator keeps its records")}
              mono
              placeholder={t("such as 90d")}
              value={draft.retention}
              onChange={(retention) => edit(draft.id, { retention })}
            />
          </>
        ) : null}
      </section>
      <More draft={draft} />
      <section className="panel stack">
        <div className="row wrap">
          <Button kind="primary" keys="Ctrl ⏎" blocked={blocked} onClick={() => void importDraft(draft.id)}>
            {t("Import {{file}}", { file })}
          </Button>
          <Button onClick={() => drop(draft.id)}>{t("Skip file")}</Button>
        </div>
        {blocked && questions.length ? (
          <p className="small muted">
            {blocked} <Rich text="Press {{key}} to go to it." values={{ key: <Key keys="F8" /> }} />
          </p>
        ) : (
          <p className="small muted">
            {blocked ?? t("The import is one act of the ledger. The file stays where it is.")}
          </p>
        )}
      </section>
    </Inspector>
  );
}

function More({ draft }: { draft: Draft }) {
  return (
    <section className="panel">
      <details>
        <summary className="small">{t("Received from, authority, copy")}</summary>
        <div className="stack" style={{ marginTop: 8 }}>
          <TextField
            label={t("Received from")}
            value={draft.receivedFrom}
            onChange={(receivedFrom) => edit(draft.id, { receivedFrom })}
          />
          <TextField
            label={t("Exhibit reference")}
            value={draft.exhibitRef}
            onChange={(exhibitRef) => edit(draft.id, { exhibitRef })}
          />
          <TextField
            label={t("Authority")}
            value={draft.authority}
            onChange={(authority) => edit(draft.id, { authority })}
          />
          <Check
            label={t("Copy the file into the case, and hash the copy again")}
            checked={draft.copy}
            onChange={(copy) => edit(draft.id, { copy })}
          />
          <Check
            label={t("Keep the records' fields in the case, to show them without the file")}
            checked={draft.storeFields}
            onChange={(storeFields) => edit(draft.id, { storeFields })}
          />
          <p className="small muted">
            {t("Custody before this moment is what you were told, and the report says so.")}
          </p>
        </div>
      </details>
    </section>
  );
}

function ZoneAnswer({ draft }: { draft: Draft }) {
  const [other, setOther] = useState(
    draft.zone && draft.zone !== "UTC" && draft.zone !== "unknown" ? draft.zone : "",
  );
  const [picked, setPicked] = useState<"utc" | "other" | "unknown" | null>(
    draft.zone === "UTC" ? "utc" : draft.zone === "unknown" ? "unknown" : draft.zone ? "other" : null,
  );
  const group = `zone-${draft.id}`;
  return (
    <div className="stack" style={{ gap: 2 }} role="radiogroup" aria-label={t("Zone")}>
      <label className="choice">
        <input
          type="radio"
          name={group}
          checked={picked === "utc"}
          onChange={() => {
            setPicked("utc");
            edit(draft.id, { zone: "UTC" });
          }}
        />
        <span>
          UTC <span className="mono muted">+00:00</span>
        </span>
      </label>
      <label className="choice">
        <input type="radio" name={group} checked={picked === "other"} onChange={() => setPicked("other")} />
        <span>{t("Another zone or offset")}</span>
      </label>
      {picked === "other" ? (
        <form
          style={{ paddingLeft: 24 }}
          onSubmit={(event) => {
            event.preventDefault();
            edit(draft.id, { zone: other.trim() });
          }}
          onBlur={() => edit(draft.id, { zone: other.trim() })}
        >
          <TextField label={t("IANA name or ±hh:mm")} mono value={other} onChange={setOther} list={ZONES} />
        </form>
      ) : null}
      <label className="choice">
        <input
          type="radio"
          name={group}
          checked={picked === "unknown"}
          onChange={() => {
            setPicked("unknown");
            edit(draft.id, { zone: "unknown" });
          }}
        />
        <span>
          {t("Unknown")}
          <span className="small muted" style={{ display: "block" }}>
            <Rich
              text="Imports with {{width}}. Nothing is unique until this clock is calibrated."
              values={{ width: <span className="mono clock">±26 h</span> }}
            />
          </span>
        </span>
      </label>
    </div>
  );
}

const chosenRole = (draft: Draft): Role | undefined =>
  draft.preview?.candidates.find((one) => one.format === draft.preview?.chosen)?.role;
const titleOf = (draft: Draft, format: string): string =>
  draft.preview?.candidates.find((one) => one.format === format)?.title ?? format;

function answered(draft: Draft, kind: string): boolean {
  if (kind === "zone") return draft.zone !== "";
  if (kind === "year") return /^\d{4}$/.test(draft.year);
  if (kind === "role") return draft.role !== "";
  if (kind === "map") return draft.map !== "";
  return draft.layout !== "";
}
