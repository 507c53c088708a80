// Actors: events that share a cookie, an account or a connection, intersected. A view of its own beside the events, since
// it rests on an assumption that they do not need, and changes none of their verdicts.
import { useCallback, useEffect, useState } from "react";
import type { ActorRole } from "../../shared/attribution/actor";
import type { ActorRow } from "../../shared/contract/actors";
import { link } from "../client/link";
import { useRequest } from "../client/use-request";
import { useApp } from "../frame/store";
import { type Column, Grid } from "../parts/grid";
import { Fault, Scroll } from "../parts/parts";
import { VerdictWord } from "../signs/icons";
import { whole } from "../signs/numbers";
import { Corrected, Evidence } from "../signs/text";
import { type Kept, t, text } from "../words/words";

const nameOf = (row: ActorRow): string =>
  row.subscriber ??
  row.insideIp ??
  (row.candidates.length > 1 ? t("one of {{count}} lines", { count: row.candidates.length }) : "");

const eventsOf = (row: ActorRow): number => row.proves + row.narrows + row.contradicts + row.silent;

function ActorVerdict({ verdict }: { verdict: ActorRow["verdict"] }) {
  return verdict === "contradicted" ? (
    <span className="verdict verdict-ambiguous">{verdict}</span>
  ) : (
    <VerdictWord verdict={verdict} />
  );
}

const COLUMNS: readonly Column<ActorRow>[] = [
  {
    id: "value",
    title: text("Actor"),
    width: 180,
    flex: true,
    text: (row) => row.value,
    cell: (row) => <Evidence text={row.value} />,
  },
  {
    id: "verdict",
    title: text("Verdict"),
    width: 124,
    text: (row) => row.verdict,
    cell: (row) => <ActorVerdict verdict={row.verdict} />,
  },
  {
    id: "subscriber",
    title: text("Subscriber line"),
    width: 140,
    text: nameOf,
    cell: (row) => <Evidence text={nameOf(row)} />,
  },
  { id: "events", title: text("Events"), width: 76, right: true, text: (row) => whole(eventsOf(row)) },
  { id: "proves", title: text("Proving"), width: 76, right: true, text: (row) => whole(row.proves) },
  { id: "narrows", title: text("Narrowing"), width: 88, right: true, text: (row) => whole(row.narrows) },
  {
    id: "contradicts",
    title: text("Contradicting"),
    width: 104,
    right: true,
    text: (row) => whole(row.contradicts),
  },
  { id: "silent", title: text("Silent"), width: 72, right: true, text: (row) => whole(row.silent) },
];

const MEANS: Readonly<Record<ActorRow["verdict"], Kept>> = {
  unique: text(
    "One line fits every event, and lists of candidates that leave nobody out exclude every other.",
  ),
  only: text("One line fits every event; the records are not complete enough to exclude others."),
  ambiguous: text("Two or more lines fit every event."),
  contradicted: text(
    "No line fits every event: several lines used it, or records are missing. Nobody is named.",
  ),
  none: text("No event has a candidate."),
};

const ROLES: Readonly<Record<ActorRole, Kept>> = {
  proves: text("proves"),
  narrows: text("narrows"),
  contradicts: text("contradicts"),
  silent: text("says nothing"),
};

/** Events of an actor that are listed below it. */
const LISTED = 200;

export function ActorsView({
  path,
  run,
  onEvent,
}: {
  path: string;
  run: string;
  onEvent: (row: number) => void;
}) {
  const turn = useApp((s) => s.engineTurn);
  const [selected, setSelected] = useState<number | null>(null);
  const [data, setData] = useState<ActorRow | null>(null);
  const [window, setWindow] = useState(0);
  const first = useRequest("attribution.actors", { case: path, id: run, from: 0, to: 1 }, turn);
  const events = useRequest(
    "attribution.actor",
    data ? { case: path, id: run, actor: data.actor, from: 0, to: LISTED } : null,
    turn,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run has other actors
  useEffect(() => {
    setSelected(null);
    setData(null);
    setWindow(0);
  }, [run]);
  useEffect(() => {
    const row = first.data?.rows[0];
    if (row && selected === null) {
      setSelected(0);
      setData(row);
    }
  }, [first.data, selected]);
  const fetch = useCallback(
    async (from: number, to: number) =>
      (await link.request("attribution.actors", { case: path, id: run, from, to })).rows,
    [path, run],
  );
  if (first.error) return <Fault error={first.error} />;
  if (!first.data) return null;
  const { field, total, single } = first.data;
  return (
    <>
      <p className="actors-note">
        {t(
          "Events with one value of {{field}} are taken for one actor's, and one actor for one subscriber line throughout. That is an assumption, which no record shows; the events' own verdicts stay as they are. Values of one event: {{single}}.",
          { field, single: whole(single) },
        )}
      </p>
      {total > 0 ? (
        <Grid
          label={t("Actors and their verdicts")}
          columns={COLUMNS}
          rows={total}
          version={`${run}/${turn}`}
          fetch={fetch}
          selected={selected}
          onSelect={(row, chosen) => {
            setSelected(row);
            if (chosen) setData(chosen);
          }}
          window={window}
          onWindow={setWindow}
        />
      ) : (
        <div className="empty grow">
          <p>{t("No value of this field stands in two events.")}</p>
        </div>
      )}
      {data ? (
        <Scroll label={t("Events of this actor")} className="who scroll">
          <div className="plot-head">
            <h2>
              <Evidence text={data.value} />
            </h2>
            <ActorVerdict verdict={data.verdict} />
            <span className="muted">{t(MEANS[data.verdict])}</span>
          </div>
          {data.candidates.length > 1 ? (
            <p className="actors-note mono">
              {data.candidates.map((one) => one.subscriber ?? one.insideIp ?? "?").join(", ")}
            </p>
          ) : null}
          <table className="actor-events">
            <thead>
              <tr>
                <th className="right">{t("Line")}</th>
                <th>{t("Interval, ± s")}</th>
                <th>{t("Verdict")}</th>
                <th>{t("How it bears")}</th>
                <th className="right">{t("Candidates")}</th>
              </tr>
            </thead>
            <tbody>
              {events.data?.rows.map(({ role, result }) => (
                <tr key={result.row} className={role === "contradicts" ? "contradicts" : ""}>
                  <td className="right">
                    <button type="button" className="link" onClick={() => onEvent(result.row)}>
                      {whole(result.line)}
                    </button>
                  </td>
                  <td>
                    <Corrected fromUs={result.intervalFromUs} toUs={result.intervalToUs} />
                  </td>
                  <td>
                    <VerdictWord verdict={result.verdict} />
                  </td>
                  <td>{t(ROLES[role])}</td>
                  <td className="right">{whole(result.candidates.length)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {events.data && events.data.total > LISTED ? (
            <p className="actors-note muted">
              {t("The first {{shown}} of {{total}} events are listed.", {
                shown: whole(LISTED),
                total: whole(events.data.total),
              })}
            </p>
          ) : null}
        </Scroll>
      ) : null}
    </>
  );
}
