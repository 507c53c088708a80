// How a source's records are laid out: order, columns, colour rules, facets. It outlives the screen for as long as the
// window is open; what is to outlive the window is saved under a name with the case.
import { useCallback, useSyncExternalStore } from "react";
import type { ColourRule, ColumnLayout, SavedView } from "../../shared/contract/views";
import type { Column } from "../parts/grid";
import type { Sort } from "./use-view";

export interface Layout {
  readonly sort: Sort | null;
  readonly columns: readonly ColumnLayout[];
  readonly colours: readonly ColourRule[];
  readonly facets: readonly string[] | null;
  /** Columns that records are counted by; empty: the records themselves are shown. */
  readonly group: readonly string[];
  /** The saved view that was last applied. */
  readonly view: string | null;
}

const PLAIN: Layout = { sort: null, columns: [], colours: [], facets: null, group: [], view: null };
const layouts = new Map<string, Layout>();
const listeners = new Set<() => void>();

export function useLayout(key: string): readonly [Layout, (change: Partial<Layout>) => void] {
  const layout = useSyncExternalStore(
    useCallback((listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    }, []),
    () => layouts.get(key) ?? PLAIN,
  );
  const change = useCallback(
    (part: Partial<Layout>) => {
      layouts.set(key, { ...(layouts.get(key) ?? PLAIN), ...part });
      for (const listener of [...listeners]) listener();
    },
    [key],
  );
  return [layout, change];
}

/** The columns in the analyst's order; those that the layout does not name stand where they would, behind their neighbour. */
export function orderedColumns<T>(
  columns: readonly Column<T>[],
  layout: readonly ColumnLayout[],
): Column<T>[] {
  const known = new Map(columns.map((column) => [column.id, column]));
  const order = layout.filter((one) => known.has(one.id)).map((one) => one.id);
  for (const [i, column] of columns.entries()) {
    if (order.includes(column.id)) continue;
    const before = columns[i - 1];
    order.splice(before ? order.indexOf(before.id) + 1 : 0, 0, column.id);
  }
  return order.map((id) => known.get(id)!);
}

/** A row's cells as they are shown. */
export function cellsOf<T>(row: T, columns: readonly Column<T>[]): string[] {
  return columns.map((column) => column.text(row));
}

/** What the grid shows: without hidden columns, pinned ones first, with the analyst's widths. */
export function shownColumns<T>(columns: readonly Column<T>[], layout: readonly ColumnLayout[]): Column<T>[] {
  const by = new Map(layout.map((one) => [one.id, one]));
  const shown = orderedColumns(columns, layout)
    .filter((column) => !by.get(column.id)?.hidden)
    .map((column) => {
      const { width, pinned } = by.get(column.id) ?? {};
      // A column of a chosen width keeps it; the others share what is left.
      return { ...column, pinned: pinned ?? false, ...(width === undefined ? {} : { width, flex: false }) };
    });
  return [...shown.filter((column) => column.pinned), ...shown.filter((column) => !column.pinned)];
}

/** The layout after the grid's columns were moved or resized by hand. */
export function movedColumns<T>(
  columns: readonly Column<T>[],
  layout: readonly ColumnLayout[],
  shown: readonly { readonly id: string; readonly width: number }[],
): ColumnLayout[] {
  const by = new Map(layout.map((one) => [one.id, one]));
  const own = new Map(columns.map((column) => [column.id, column]));
  const moved = shown.flatMap(({ id, width }): ColumnLayout[] => {
    const column = own.get(id);
    const before = by.get(id);
    if (!column) return [];
    const chosen = before?.width !== undefined || (!column.flex && width !== column.width);
    return [
      {
        id,
        hidden: false,
        pinned: before?.pinned ?? false,
        ...(chosen && width >= 24 ? { width: Math.min(4_000, width) } : {}),
      },
    ];
  });
  return [...moved, ...layout.filter((one) => one.hidden)];
}

/** One column hidden, shown, pinned or moved a place. */
export function changedColumn<T>(
  columns: readonly Column<T>[],
  layout: readonly ColumnLayout[],
  id: string,
  change: { hidden?: boolean; pinned?: boolean; step?: -1 | 1 },
): ColumnLayout[] {
  const by = new Map(layout.map((one) => [one.id, one]));
  const all = orderedColumns(columns, layout).map(
    (column): ColumnLayout => by.get(column.id) ?? { id: column.id, hidden: false, pinned: false },
  );
  const at = all.findIndex((one) => one.id === id);
  const one = all[at];
  if (!one) return all;
  const { step, ...rest } = change;
  all[at] = { ...one, ...rest };
  const to = at + (step ?? 0);
  if (step && to >= 0 && to < all.length) [all[at], all[to]] = [all[to]!, all[at]!];
  return all;
}

export const toSaved = (name: string, source: string, filter: string, layout: Layout): SavedView => ({
  name,
  source,
  filter,
  sort: layout.sort ? [layout.sort] : [],
  columns: layout.columns.map((one) => ({ ...one })),
  colours: layout.colours.map((one) => ({ ...one })),
  group: [...layout.group],
});

export const fromSaved = (view: SavedView): Partial<Layout> => ({
  sort: view.sort[0] ?? null,
  columns: view.columns,
  colours: view.colours,
  group: view.group,
  view: view.name,
});
