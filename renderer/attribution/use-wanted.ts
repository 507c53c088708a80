// The verdict of one record, asked for from elsewhere: the latest attribution that holds it, and the event's place in it.
import { useEffect, useState } from "react";
import type { AttributionRow } from "../../shared/contract/attribution";
import type { Reply } from "../../shared/contract/contract";
import { link } from "../client/link";
import { asProductError } from "../client/use-request";
import { app, say, sayError, useApp } from "../frame/store";
import { t } from "../words/words";

type Runs = Reply<"attribution.list">;
export interface WantedEvent {
  readonly run: string;
  /** Its number among all of the run's events. */
  readonly at: number;
  readonly event: AttributionRow;
}

/** A run's events are in the order of the records, so that one is found by halving. */
async function eventOf(path: string, run: Runs[number], row: number): Promise<WantedEvent | null> {
  let low = 0;
  let high = run.total - 1;
  while (low <= high) {
    const at = Math.floor((low + high) / 2);
    const { rows } = await link.request("attribution.page", { case: path, id: run.id, from: at, to: at + 1 });
    const event = rows[0];
    if (!event) return null;
    if (event.row === row) return { run: run.id, at, event };
    if (event.row < row) low = at + 1;
    else high = at - 1;
  }
  return null;
}

/** The event that was last asked for; it is said where no attribution holds it. */
export function useWanted(path: string, runs: Runs | null): WantedEvent | null {
  const wanted = useApp((s) => s.verdictOf);
  const [found, setFound] = useState<WantedEvent | null>(null);
  useEffect(() => {
    if (!wanted || !runs) return;
    let stale = false;
    (async () => {
      for (const run of [...runs].reverse()) {
        if (run.events !== wanted.source) continue;
        const event = await eventOf(path, run, wanted.row);
        if (stale) return;
        if (event) {
          setFound(event);
          return;
        }
      }
      say({
        kind: "say",
        text: t("Line {{line}} of {{source}} is in no attribution.", {
          line: wanted.line,
          source: wanted.source,
        }),
        mend: t("Attribute it: its filter is line = {{line}}.", { line: String(wanted.line) }),
      });
    })()
      .catch((thrown) => sayError(asProductError(thrown)))
      .finally(() => {
        if (!stale) app.set({ verdictOf: null });
      });
    return () => {
      stale = true;
    };
  }, [path, wanted, runs]);
  return found;
}
