// A view of a source's records, re-opened from the same question whenever the engine no longer knows it: eight are kept,
// the oldest unused is dropped, and a fresh engine knows none (CONTRACT, "Views").
import { useCallback, useEffect, useRef, useState } from "react";
import type { Reply } from "../../shared/contract/contract";
import type { RecordRow } from "../../shared/contract/records";
import type { ProductError } from "../../shared/errors";
import { link } from "../client/link";
import { asProductError } from "../client/use-request";
import { useApp } from "../frame/store";

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}
export interface ViewQuestion {
  readonly case: string;
  readonly source: string;
  readonly filter: string;
  readonly sort: readonly Sort[];
}
export type Histogram = Reply<"records.histogram">;

export interface View {
  /** The question that `rows` and `page` answer: the last good one, while a newer is on its way or failed. */
  readonly question: ViewQuestion | null;
  readonly rows: number;
  readonly version: string;
  /** Goes up where an act may have changed what the same rows show. */
  readonly refresh: number;
  /** The engine's name of the view; null before the first answer. */
  readonly id: () => string | null;
  readonly error: ProductError | null;
  readonly loading: boolean;
  readonly histogram: Histogram | null;
  readonly page: (from: number, to: number) => Promise<readonly RecordRow[]>;
}

interface Opened {
  readonly question: ViewQuestion;
  view: string;
  readonly rows: number;
  readonly serial: number;
}

let serial = 0;
const isGone = (thrown: unknown): boolean =>
  thrown instanceof Error && "code" in thrown && thrown.code === "view-gone";

export function useView(question: ViewQuestion | null, buckets: number): View {
  const engineTurn = useApp((s) => s.engineTurn);
  const acts = useApp((s) => s.acts);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [error, setError] = useState<ProductError | null>(null);
  const [loading, setLoading] = useState(false);
  const [histogram, setHistogram] = useState<Histogram | null>(null);
  const current = useRef<Opened | null>(null);
  const [refresh, setRefresh] = useState(0);
  const key = JSON.stringify(question);

  // biome-ignore lint/correctness/useExhaustiveDependencies: key stands for the question; a fresh engine or an act asks again
  useEffect(() => {
    if (!question) {
      current.current = null;
      setOpened(null);
      setHistogram(null);
      return;
    }
    const controller = new AbortController();
    setLoading(true);
    (async () => {
      const { view, rows } = await link.request(
        "records.open",
        { ...question, sort: [...question.sort] },
        { signal: controller.signal },
      );
      if (controller.signal.aborted) return;
      const before = current.current;
      // After an act the same question mostly has the same rows: they are then shown anew where they stand.
      const same =
        before !== null &&
        before.rows === rows &&
        JSON.stringify(before.question) === JSON.stringify(question);
      const next: Opened = { question, view, rows, serial: same ? before.serial : ++serial };
      if (same) setRefresh((n) => n + 1);
      current.current = next;
      setOpened(next);
      setError(null);
      setLoading(false);
      if (before && before.view !== view)
        link.request("records.close", { case: before.question.case, view: before.view }).catch(() => {});
      const counts = await link.request(
        "records.histogram",
        { case: question.case, view, buckets },
        { signal: controller.signal },
      );
      if (!controller.signal.aborted) setHistogram(counts);
    })().catch((thrown) => {
      if (controller.signal.aborted) return;
      setError(asProductError(thrown));
      setLoading(false);
    });
    return () => controller.abort();
  }, [key, engineTurn, acts, buckets]);

  const page = useCallback(async (from: number, to: number): Promise<readonly RecordRow[]> => {
    const one = current.current;
    if (!one) return [];
    try {
      return (await link.request("records.page", { case: one.question.case, view: one.view, from, to })).rows;
    } catch (thrown) {
      if (!isGone(thrown)) throw thrown;
      const again = await link.request("records.open", { ...one.question, sort: [...one.question.sort] });
      one.view = again.view;
      return (await link.request("records.page", { case: one.question.case, view: one.view, from, to })).rows;
    }
  }, []);

  return {
    question: opened?.question ?? null,
    rows: opened?.rows ?? 0,
    version: String(opened?.serial ?? 0),
    refresh,
    id: useCallback(() => current.current?.view ?? null, []),
    error,
    loading,
    histogram,
    page,
  };
}
