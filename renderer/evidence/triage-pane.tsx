// Which events of a source are worth asking the operator about, and until when: the most pressing first.
import { useCallback, useState } from "react";
import type { Reply } from "../../shared/contract/contract";
import { WORTHS, type Worth } from "../../shared/request/triage";
import { useRequest } from "../client/use-request";
import { app, type Source, useApp, useCase, useZone } from "../frame/store";
import { type Column, Grid } from "../parts/grid";
import { Button, Fault } from "../parts/parts";
import { VerdictWord } from "../signs/icons";
import { protocolName, whole } from "../signs/numbers";
import { Evidence, Instant } from "../signs/text";
import { durationText, timeText } from "../signs/time-format";
import { type Kept, t, text } from "../words/words";
import { RequestBar } from "./request-bar";

type Triaged = Reply<"request.triage">["events"][number];

const WORTH_WORDS: Readonly<Record<Worth, Kept>> = {
  ask: text("worth asking"),
  "compare-first": text("compare its clock first"),
  weak: text("no port to ask with"),
  answered: text("answered already"),
  expired: text("past the retention"),
};
const WORTH_MEANS: Readonly<Record<Worth, Kept>> = {
  ask: text("Port and time are known, and the records at hand leave it open."),
  "compare-first": text(
    "No clock was compared here, so the question would be minutes wide. Have the records preserved, compare the clock, then ask.",
  ),
  weak: text("Only a destination is known. Few operators record it."),
  answered: text("The records at hand name a line. Asking again would disclose somebody for nothing."),
  expired: text("By the stated retention the operator keeps these records no longer."),
};

const columns: readonly Column<Triaged>[] = [
  {
    id: "worth",
    title: text("Worth"),
    width: 150,
    text: (row) => t(WORTH_WORDS[row.worth]),
    cell: (row) => (
      <span className={row.worth === "ask" ? "strong" : "muted"} title={t(WORTH_MEANS[row.worth])}>
        {t(WORTH_WORDS[row.worth])}
      </span>
    ),
  },
  {
    id: "deadline",
    title: text("Kept until"),
    width: 180,
    text: (row) => String(row.deadlineUs ?? ""),
    cell: (row) =>
      row.deadlineUs === null ? <span className="faint">?</span> : <Instant us={row.deadlineUs} />,
  },
  {
    id: "time",
    title: text("Recorded"),
    width: 180,
    text: (row) => String(row.timeUs),
    cell: (row) => <Instant us={row.timeUs} />,
  },
  {
    id: "address",
    title: text("Source address"),
    width: 136,
    text: (row) => row.publicIp,
    cell: (row) => <Evidence text={row.publicIp} />,
  },
  { id: "port", title: text("Port"), width: 64, right: true, text: (row) => String(row.port ?? "") },
  { id: "protocol", title: text("Protocol"), width: 74, text: (row) => protocolName(row.protocol) },
  {
    id: "width",
    title: text("Width asked"),
    width: 104,
    right: true,
    text: (row) => durationText(row.widthUs),
    cell: (row) => <span title={row.width}>{durationText(row.widthUs)}</span>,
  },
  {
    id: "verdict",
    title: text("Verdict"),
    width: 130,
    flex: true,
    text: (row) => row.verdict ?? "",
    cell: (row) => (row.verdict ? <VerdictWord verdict={row.verdict} /> : null),
  },
];

/** How many events are listed; the counts are over all. */
const LISTED = 10_000;

export function Triage({ source }: { source: Source }) {
  const path = useCase();
  const zone = useZone();
  const acts = useApp((s) => s.acts);
  const retentionDays = useApp((s) => s.prefs.retentionDays);
  const filterOfRecords = useApp((s) => s.filter[source.name] ?? "");
  const [typed, setTyped] = useState(retentionDays);
  const [narrowed, setNarrowed] = useState(false);
  const [selected, setSelected] = useState<number | null>(null);
  const days = /^\d{1,5}$/.test(typed.trim()) ? typed.trim() : "";
  const asked = useRequest(
    "request.triage",
    {
      case: path,
      events: source.name,
      filter: narrowed ? filterOfRecords : "",
      ...(days ? { retention: `${days}d` } : {}),
      limit: LISTED,
    },
    acts,
  );
  const events = asked.data?.events;
  const fetch = useCallback(async (from: number, to: number) => events?.slice(from, to) ?? [], [events]);
  const told = asked.data;
  return (
    <>
      <div className="bar reject-bar">
        <label className="row small" htmlFor="retention-days">
          {t("The operator keeps its records for")}
          <input
            id="retention-days"
            className="input days"
            inputMode="numeric"
            value={typed}
            placeholder="?"
            onChange={(event) => {
              setTyped(event.target.value);
              app.prefer({ retentionDays: event.target.value });
            }}
          />
          {t("days")}
        </label>
        {filterOfRecords ? (
          <label className="choice small">
            <input
              type="checkbox"
              checked={narrowed}
              onChange={(event) => setNarrowed(event.target.checked)}
            />
            <span>
              {t("Only what the filter of Records keeps")} <span className="mono">{filterOfRecords}</span>
            </span>
          </label>
        ) : null}
        <span className="grow" />
        {told ? (
          <span className="muted small" aria-live="polite">
            {t("{{count}} questions", { count: told.questions })}
            {told.firstDeadlineUs === null
              ? ""
              : `, ${t("the first to be kept until {{time}}", { time: timeText(told.firstDeadlineUs, 0, zone) })}`}
          </span>
        ) : null}
      </div>
      <RequestBar
        events={source.name}
        filter={narrowed ? filterOfRecords : ""}
        retention={days ? `${days}d` : ""}
        questions={told?.questions ?? 0}
      />
      {asked.error ? (
        <Fault error={asked.error} />
      ) : !told ? (
        <p className="pane-note muted">{t("Counting…")}</p>
      ) : (
        <>
          <ul className="reject-reasons triage-counts">
            {WORTHS.filter((worth) => told.counts[worth] > 0).map((worth) => (
              <li key={worth} title={t(WORTH_MEANS[worth])}>
                <b>{whole(told.counts[worth])}</b> {t(WORTH_WORDS[worth])}
              </li>
            ))}
            {told.unaskable ? (
              <li title={t("They have neither a port nor a destination, or no time.")}>
                <b>{whole(told.unaskable)}</b> {t("cannot be asked")}
              </li>
            ) : null}
            {told.counts["compare-first"] ? (
              <li>
                <Button onClick={() => app.set({ screen: "clock" })}>{t("Compare its clock")}</Button>
              </li>
            ) : null}
          </ul>
          {told.events.length === 0 ? (
            <p className="pane-note">{t("No event of this source can be asked about.")}</p>
          ) : (
            <Grid
              label={t("Events of {{name}} by urgency", { name: source.name })}
              columns={columns}
              rows={told.events.length}
              version={`${source.name}/${acts}/${days}/${narrowed}`}
              fetch={fetch}
              selected={selected}
              onSelect={(row) => {
                setSelected(row);
                const event = told.events[row];
                // The record looked at is the same one on every screen.
                if (event)
                  app.set({ place: { ...app.get().place, [source.name]: event.row }, source: source.name });
              }}
              window={0}
              onWindow={() => {}}
            />
          )}
        </>
      )}
    </>
  );
}
