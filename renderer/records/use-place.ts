// Where in a view the analyst is: the row looked at, its data, the window of rows that holds it. The record looked at stays
// the one looked at when the filter or the order changes, as long as the new view has it.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { RecordRow } from "../../shared/contract/records";
import { link } from "../client/link";
import { app, useApp } from "../frame/store";
import type { Place } from "../parts/grid";
import { windowOf, windowSpan } from "../parts/windows";
import type { Target } from "./go-to";
import type { HeldView, View } from "./use-view";

export interface AtPlace<Row> {
  readonly place: number | null;
  readonly data: Row | null;
  readonly window: number;
  readonly setWindow: (window: number) => void;
  readonly goTo: Place | null;
  readonly go: (position: number) => void;
  /** Goes to a row of the view, a line or a time; false where the view holds none. */
  readonly goToTarget: (target: Target) => Promise<boolean>;
  readonly onSelect: (position: number, data: Row | null) => void;
  readonly cross: (step: 1 | -1) => void;
}

type Sought<Identity> = Exclude<Target, { readonly row: number }> | Identity;
/** How a record is found again in another view: by what it is, by a line or by a time; null where it has none of them. */
export interface Finder<Row, Identity> {
  readonly identity: (row: Row) => Identity;
  readonly locate: (view: string, sought: Sought<Identity>) => Promise<number | null>;
}

/** The place in a view of one source. */
export function useRecordPlace(path: string, name: string, view: View): AtPlace<RecordRow> {
  const find = useMemo<Finder<RecordRow, { readonly row: number }>>(
    () => ({
      identity: ({ row }) => ({ row }),
      locate: async (open, sought) =>
        (await link.request("records.locate", { case: path, view: open, ...sought })).position,
    }),
    [path],
  );
  return usePlace(name, view, find);
}

export function usePlace<Q, Answer, Row, Identity extends object>(
  name: string,
  view: HeldView<Q, Answer, Row>,
  find: Finder<Row, Identity>,
): AtPlace<Row> {
  const { rows, version, refresh, page, id } = view;
  const place = useApp((s) => s.place[name] ?? null);
  const [window, setWindow] = useState(0);
  const [goTo, setGoTo] = useState<Place | null>(null);
  const [data, setData] = useState<Row | null>(null);
  const looked = useRef<{ name: string; identity: Identity } | null>(null);

  const show = useCallback(
    (position: number, known: Row | null) => {
      app.set({ place: { ...app.get().place, [name]: position } });
      const keep = (one: Row | null) => {
        setData(one);
        looked.current = one ? { name, identity: find.identity(one) } : null;
      };
      if (known) keep(known);
      else
        page(position, position + 1).then(
          ([one]) => keep(one ?? null),
          () => {},
        );
    },
    [name, page, find],
  );
  const go = useCallback(
    (position: number) => {
      const target = Math.min(Math.max(0, position), Math.max(0, rows - 1));
      setWindow(windowOf(target));
      setGoTo((before) => ({ row: target, turn: (before?.turn ?? 0) + 1 }));
      show(target, null);
    },
    [rows, show],
  );
  const locate = useCallback(
    async (sought: Sought<Identity>): Promise<number | null> => {
      const open = id();
      return open === null ? null : find.locate(open, sought);
    },
    [find, id],
  );
  const goToTarget = useCallback(
    async (target: Target): Promise<boolean> => {
      const position = "row" in target ? target.row : await locate(target);
      if (position === null) return false;
      go(position);
      return true;
    },
    [locate, go],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: for each fresh view, not for each step in it
  useEffect(() => {
    if (version === "0") return;
    let stale = false;
    const was = looked.current;
    const settle = (position: number | null) => {
      if (stale) return;
      if (position !== null && position < rows) go(position);
      else {
        setWindow(0);
        setData(null);
        looked.current = null;
      }
    };
    if (was?.name === name) locate(was.identity).then(settle, () => settle(null));
    else settle(place);
    return () => {
      stale = true;
    };
  }, [version]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: an act may have changed what the record shows
  useEffect(() => {
    if (refresh > 0 && place !== null && place < rows) show(place, null);
  }, [refresh]);

  const cross = useCallback(
    (step: 1 | -1) => {
      const next = window + step;
      if (next < 0 || next > windowOf(Math.max(0, rows - 1))) return;
      const span = windowSpan(next, rows);
      go(step === 1 ? span.from : span.to - 1);
    },
    [window, rows, go],
  );
  return { place, data, window, setWindow, goTo, go, goToTarget, onSelect: show, cross };
}
