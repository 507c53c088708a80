// A view of records, of one source or of several on one axis, re-opened from the same question whenever the engine no longer knows it: eight are kept,
// the oldest unused is dropped, and a fresh engine knows none (CONTRACT, "Views").
import { useCallback, useEffect, useRef, useState } from "react";
import type { Reply } from "../../shared/contract/contract";
import type { Progress } from "../../shared/contract/messages";
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

/** How a kind of view is asked for: of one source (records.*), or of several on one axis (timeline.*). */
export interface ViewKind<Q, Answer, Row> {
  readonly open: (
    question: Q,
    signal?: AbortSignal,
    progress?: (progress: Progress) => void,
  ) => Promise<Answer & Handle>;
  readonly page: (question: Q, view: string, from: number, to: number) => Promise<readonly Row[]>;
  readonly histogram: (question: Q, view: string, buckets: number, signal: AbortSignal) => Promise<Histogram>;
  readonly close: (question: Q, view: string) => Promise<unknown>;
}
interface Handle {
  readonly view: string;
  readonly rows: number;
}

export interface HeldView<Q, Answer, Row> {
  /** The question that `rows` and `page` answer: the last good one, while a newer is on its way or failed. */
  readonly question: Q | null;
  /** What else was answered when it was opened. */
  readonly answer: Answer | null;
  readonly rows: number;
  readonly version: string;
  /** Goes up where an act may have changed what the same rows show. */
  readonly refresh: number;
  /** The engine's name of the view; null before the first answer. */
  readonly id: () => string | null;
  readonly error: ProductError | null;
  readonly loading: boolean;
  /** How far the answer that is waited for is; null before it says so. */
  readonly progress: Progress | null;
  /** Gives up what is waited for; the last good question stays. */
  readonly cancel: () => void;
  readonly histogram: Histogram | null;
  readonly page: (from: number, to: number) => Promise<readonly Row[]>;
}
export type View = HeldView<ViewQuestion, object, RecordRow>;

interface Opened<Q, Answer> {
  readonly question: Q;
  readonly answer: Answer;
  view: string;
  readonly rows: number;
  readonly serial: number;
}

const RECORDS: ViewKind<ViewQuestion, object, RecordRow> = {
  open: (question, signal, progress) =>
    link.request(
      "records.open",
      { ...question, sort: [...question.sort] },
      { ...(signal ? { signal } : {}), ...(progress ? { progress } : {}) },
    ),
  page: async ({ case: path }, view, from, to) =>
    (await link.request("records.page", { case: path, view, from, to })).rows,
  histogram: ({ case: path }, view, buckets, signal) =>
    link.request("records.histogram", { case: path, view, buckets }, { signal }),
  close: ({ case: path }, view) => link.request("records.close", { case: path, view }),
};
export const useView = (question: ViewQuestion | null, buckets: number): View =>
  useHeldView(RECORDS, question, buckets);

let serial = 0;
const isGone = (thrown: unknown): boolean =>
  thrown instanceof Error && "code" in thrown && thrown.code === "view-gone";

/** `kind` is one of a few constants. */
export function useHeldView<Q, Answer, Row>(
  kind: ViewKind<Q, Answer, Row>,
  question: Q | null,
  buckets: number,
): HeldView<Q, Answer, Row> {
  const engineTurn = useApp((s) => s.engineTurn);
  const acts = useApp((s) => s.acts);
  const [opened, setOpened] = useState<Opened<Q, Answer> | null>(null);
  const [error, setError] = useState<ProductError | null>(null);
  const [loading, setLoading] = useState(false);
  const [progress, setProgress] = useState<Progress | null>(null);
  const running = useRef<AbortController | null>(null);
  const answered = useRef<string | null>(null);
  const [histogram, setHistogram] = useState<Histogram | null>(null);
  const current = useRef<Opened<Q, Answer> | null>(null);
  const [refresh, setRefresh] = useState(0);
  const key = JSON.stringify(question);

  // biome-ignore lint/correctness/useExhaustiveDependencies: key stands for the question; a fresh engine or an act asks again
  useEffect(() => {
    if (!question) {
      current.current = null;
      answered.current = null;
      setOpened(null);
      setHistogram(null);
      return;
    }
    // Back at what is answered already: an order that took minutes is not made again.
    const asked = JSON.stringify([key, engineTurn, acts, buckets]);
    if (answered.current === asked) {
      setLoading(false);
      setError(null);
      return;
    }
    const controller = new AbortController();
    running.current = controller;
    setLoading(true);
    setProgress(null);
    (async () => {
      const answer = await kind.open(question, controller.signal, (done) => {
        if (!controller.signal.aborted) setProgress(done);
      });
      const { view, rows } = answer;
      if (controller.signal.aborted) return;
      const before = current.current;
      // After an act the same question mostly has the same rows: they are then shown anew where they stand.
      const same =
        before !== null &&
        before.rows === rows &&
        JSON.stringify(before.question) === JSON.stringify(question);
      const next: Opened<Q, Answer> = {
        question,
        answer,
        view,
        rows,
        serial: same ? before.serial : ++serial,
      };
      if (same) setRefresh((n) => n + 1);
      current.current = next;
      setOpened(next);
      setError(null);
      setLoading(false);
      if (before && before.view !== view) kind.close(before.question, before.view).catch(() => {});
      const counts = await kind.histogram(question, view, buckets, controller.signal);
      if (controller.signal.aborted) return;
      setHistogram(counts);
      answered.current = asked;
    })().catch((thrown) => {
      if (controller.signal.aborted) return;
      setError(asProductError(thrown));
      setLoading(false);
    });
    return () => controller.abort();
  }, [key, engineTurn, acts, buckets]);

  const page = useCallback(
    async (from: number, to: number): Promise<readonly Row[]> => {
      const one = current.current;
      if (!one) return [];
      try {
        return await kind.page(one.question, one.view, from, to);
      } catch (thrown) {
        if (!isGone(thrown)) throw thrown;
        one.view = (await kind.open(one.question)).view;
        return kind.page(one.question, one.view, from, to);
      }
    },
    [kind],
  );

  return {
    question: opened?.question ?? null,
    answer: opened?.answer ?? null,
    rows: opened?.rows ?? 0,
    version: String(opened?.serial ?? 0),
    refresh,
    id: useCallback(() => current.current?.view ?? null, []),
    error,
    loading,
    progress: loading ? progress : null,
    cancel: useCallback(() => {
      running.current?.abort();
      setLoading(false);
    }, []),
    histogram,
    page,
  };
}
