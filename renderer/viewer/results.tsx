// Every event of the exhibit, filtered by the workbench's own language; the chosen one with all its candidates.
import { useCallback, useEffect, useMemo, useState } from "react";
import { VERDICTS, type Verdict } from "../../shared/contract/attribution";
import { type Column, Grid } from "../parts/grid";
import { Facts } from "../parts/parts";
import { VerdictWord } from "../signs/icons";
import { protocolName, whole } from "../signs/numbers";
import { digitsOf, offsetWords, timeText } from "../signs/time-format";
import { t, text } from "../words/words";
import type { CandidateRow, Exhibit, ResultRow, View } from "./data";
import { Lanes } from "./lanes";
import { MEANS } from "./means";

const recorded = (row: ResultRow): string =>
  row.timeUs === null ? t("no time") : timeText(row.timeUs, digitsOf(row.precisionUs), "UTC");

const COLUMNS: readonly Column<ResultRow>[] = [
  { id: "line", title: text("Line"), width: 80, right: true, text: (r) => whole(r.line) },
  { id: "source", title: text("Source"), width: 90, text: (r) => r.source },
  {
    id: "time",
    title: text("As recorded"),
    width: 175,
    text: recorded,
    cell: (r) => <span className="mono">{recorded(r)}</span>,
  },
  {
    id: "ip",
    title: text("Address"),
    width: 130,
    text: (r) => r.srcIp ?? "",
    cell: (r) => <span className="mono">{r.srcIp ?? t("none")}</span>,
  },
  {
    id: "port",
    title: text("Port"),
    width: 70,
    right: true,
    text: (r) => String(r.srcPort ?? ""),
    cell: (r) => <span className="mono">{r.srcPort ?? t("none")}</span>,
  },
  {
    id: "verdict",
    title: text("Verdict"),
    width: 130,
    text: (r) => r.verdict,
    cell: (r) => <VerdictWord verdict={r.verdict} />,
  },
  {
    id: "rule",
    title: text("Rule"),
    width: 95,
    text: (r) => r.rule,
    cell: (r) => <span className="mono muted">{r.rule}</span>,
  },
  {
    id: "subscriber",
    title: text("Subscriber line"),
    width: 120,
    flex: true,
    text: (r) => r.subscriber ?? r.insideIp ?? t("names nobody"),
    cell: (r) => {
      const name = r.subscriber ?? r.insideIp;
      return name === null ? (
        <span className="faint">{t("names nobody")}</span>
      ) : (
        <bdi title={name}>{name}</bdi>
      );
    },
  },
  {
    id: "flip",
    title: text("Flips at"),
    width: 100,
    right: true,
    clock: true,
    text: (r) => (r.flipUs === null ? "" : offsetWords(r.flipUs, 2)),
    cell: (r) =>
      r.flipUs === null ? (
        <span className="faint">{t("none")}</span>
      ) : (
        <span className="mono clock">{offsetWords(r.flipUs, 2)}</span>
      ),
  },
];

export function Results({ exhibit }: { exhibit: Exhibit }) {
  const [filter, setFilter] = useState("");
  const [applied, setApplied] = useState("");
  const [view, setView] = useState<View>(exhibit.all);
  const [fault, setFault] = useState<string | null>(null);
  const [window, setWindow] = useState(0);
  const [chosen, setChosen] = useState<{ at: number; row: ResultRow } | null>(null);
  const counts = useMemo(() => {
    const out: Record<Verdict, number> = {
      unique: 0,
      only: 0,
      ambiguous: 0,
      none: 0,
      "out-of-range": 0,
      "no-port": 0,
    };
    for (const run of exhibit.runs) for (const verdict of VERDICTS) out[verdict] += run.counts[verdict];
    return out;
  }, [exhibit]);

  useEffect(() => {
    let current = true;
    exhibit.view(applied).then(
      (next) => {
        if (!current) return;
        setView(next);
        setWindow(0);
        setFault(null);
      },
      (error: unknown) => current && setFault(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      current = false;
    };
  }, [exhibit, applied]);

  const fetch = useCallback((from: number, to: number) => exhibit.page(view.name, from, to), [exhibit, view]);

  const only = (verdict: Verdict) => {
    const next = `verdict = ${verdict}`;
    const value = applied === next ? "" : next;
    setFilter(value);
    setApplied(value);
  };

  return (
    <main className="viewer-results">
      <div className="viewer-work">
        <form
          className="viewer-bar"
          onSubmit={(event) => {
            event.preventDefault();
            setApplied(filter.trim());
          }}
        >
          <label htmlFor="filter" className="small strong">
            {t("Filter")}
          </label>
          <input
            id="filter"
            className="mono"
            value={filter}
            spellCheck={false}
            placeholder={"srcIp in 203.0.113.0/24 and verdict = unique"}
            aria-invalid={fault !== null}
            aria-describedby={fault ? "filter-fault" : undefined}
            onChange={(event) => setFilter(event.target.value)}
          />
          <button type="submit" className="viewer-button">
            {t("Apply")}
          </button>
          <span className="small muted" role="status">
            {t("{{rows}} of {{count}} events", { rows: view.rows, count: exhibit.total })}
          </span>
        </form>
        {fault ? (
          <p id="filter-fault" className="viewer-fault small" role="alert">
            {fault}
          </p>
        ) : null}
        <fieldset className="viewer-counts">
          <legend className="viewer-legend">{t("Verdicts")}</legend>
          {VERDICTS.map((verdict) => (
            <button
              key={verdict}
              type="button"
              aria-pressed={applied === `verdict = ${verdict}`}
              onClick={() => only(verdict)}
            >
              <VerdictWord verdict={verdict} />
              <b>{whole(counts[verdict])}</b>
            </button>
          ))}
        </fieldset>
        <div className="viewer-grid">
          <Grid
            label={t("Events")}
            columns={COLUMNS}
            rows={view.rows}
            version={view.name}
            fetch={fetch}
            selected={chosen?.at ?? null}
            onSelect={(at, row) => row && setChosen({ at, row })}
            window={window}
            onWindow={setWindow}
          />
        </div>
      </div>
      <aside className="viewer-side" aria-label={t("The chosen event")}>
        {chosen ? (
          <Chosen exhibit={exhibit} row={chosen.row} />
        ) : (
          <p className="muted">{t("Choose an event to see who could have held its port.")}</p>
        )}
      </aside>
    </main>
  );
}

function Chosen({ exhibit, row }: { exhibit: Exhibit; row: ResultRow }) {
  const [candidates, setCandidates] = useState<CandidateRow[] | null>(null);
  useEffect(() => {
    let current = true;
    setCandidates(null);
    exhibit.candidates(row).then((found) => current && setCandidates(found));
    return () => {
      current = false;
    };
  }, [exhibit, row]);
  const instant = (us: number | null) => (us === null ? t("not shown") : timeText(us, 0, "UTC"));
  return (
    <>
      <h2 className="viewer-verdict">
        <VerdictWord verdict={row.verdict} size={18} />
      </h2>
      <p>{t(MEANS[row.verdict])}</p>
      <Facts
        rows={[
          [t("Names"), row.subscriber ?? row.insideIp ?? t("nobody")],
          [
            t("Rule"),
            <span key="rule" className="mono">
              {row.rule}
            </span>,
          ],
          [
            t("As recorded"),
            <span key="t" className="mono">
              {recorded(row)}
            </span>,
          ],
          [
            t("Address, port"),
            <span key="a" className="mono">
              {t("{{address}} port {{port}} {{protocol}}", {
                address: row.srcIp ?? t("none"),
                port: String(row.srcPort ?? t("none")),
                protocol: protocolName(row.protocol),
              })}
            </span>,
          ],
          [
            t("Interval"),
            row.fromUs === null || row.toUs === null ? null : (
              <span key="i" className="mono clock">
                {t("{{from}} until before {{to}}", {
                  from: timeText(row.fromUs, 1, "UTC"),
                  to: timeText(row.toUs, 1, "UTC"),
                })}
              </span>
            ),
          ],
          [
            t("Flips at"),
            row.flipUs === null ? (
              t("none within 26 h")
            ) : (
              <span key="f" className="mono clock">
                {offsetWords(row.flipUs, 2)}
              </span>
            ),
          ],
          [t("Parties sharing"), row.sharedBy === null ? null : whole(row.sharedBy)],
          [
            t("Evidence"),
            <span key="e" className="mono">
              {`${row.source} ${t("line {{line}}, offset {{offset}}, length {{length}}", {
                line: row.line,
                offset: row.offset,
                length: row.length,
              })}`}
            </span>,
          ],
        ]}
      />
      {candidates && candidates.length > 0 && row.fromUs !== null && row.toUs !== null ? (
        <>
          <h3>{t("Who could hold this port")}</h3>
          <Lanes candidates={candidates} fromUs={row.fromUs} toUs={row.toUs} />
          <h3>{t("All {{total}}, in order of time", { total: candidates.length })}</h3>
          <ol className="viewer-candidates">
            {candidates.map((c) => (
              <li key={`${c.natSource}${c.line}${c.ports}`}>
                <b>{c.party}</b>
                <span className="mono small">
                  {t("{{from}} until before {{to}}", {
                    from: instant(c.startUs),
                    to: instant(c.endUs),
                  })}
                </span>
                <span className="small muted">
                  {`${c.natSource} ${t("line {{line}}, ports {{ports}}", { line: c.line, ports: c.ports })}`}
                  {c.insideIp ? `, ${t("inside {{address}}", { address: c.insideIp })}` : ""}
                </span>
              </li>
            ))}
          </ol>
        </>
      ) : null}
    </>
  );
}
