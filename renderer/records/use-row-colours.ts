// Which colour rule each loaded row fits. The engine tells it page by page; a rule that it refuses colours nothing, and the
// refusal is said.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { RecordRow } from "../../shared/contract/records";
import type { ColourRule } from "../../shared/contract/views";
import { link } from "../client/link";
import { asProductError } from "../client/use-request";
import { sayError } from "../frame/store";

const COLOURS = 6;

export function useRowColours(path: string, view: () => string | null, rules: readonly ColourRule[]) {
  const fits = useRef(new WeakMap<RecordRow, number>());
  const [turn, setTurn] = useState(0);
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rules colour the rows that are shown anew
  useEffect(() => {
    if (first.current) first.current = false;
    else setTurn((n) => n + 1);
  }, [rules]);
  const load = useCallback(
    async (from: number, page: readonly RecordRow[]): Promise<void> => {
      const open = view();
      if (rules.length === 0 || open === null || page.length === 0) return;
      try {
        const filters = rules.map((rule) => rule.filter);
        const to = from + page.length;
        const { matches } = await link.request("records.match", {
          case: path,
          view: open,
          from,
          to,
          filters,
        });
        for (const [i, row] of page.entries()) {
          const rule = rules[matches[i] ?? -1];
          if (rule) fits.current.set(row, rule.colour);
        }
      } catch (thrown) {
        sayError(asProductError(thrown));
      }
    },
    [path, view, rules],
  );
  const classes = useMemo(
    () =>
      Object.fromEntries(
        Array.from({ length: COLOURS }, (_, i) => [
          `rule-row-${i}`,
          (row: RecordRow) => fits.current.get(row) === i,
        ]),
      ),
    [],
  );
  return { turn, load, classes };
}
