// What the rows that were loaded so far show of a source: its format's own fields, and how finely its times are written.
import { useCallback, useMemo, useState } from "react";
import type { RecordRow } from "../../shared/contract/records";
import { type Fields, ownFields, ownName, recordFields } from "../../shared/filter/fields";
import type { Role } from "../../shared/record/columns";
import { filterFieldName } from "../../shared/record/field-names";
import { digitsOf } from "../signs/time-format";
import { fieldNamesOf } from "./columns";

export interface SeenFields {
  /** Fields that have a column. */
  readonly names: readonly string[];
  /** What a filter may name: also the format's own, as a filter calls them. */
  readonly fields: Fields;
  readonly digits: number;
  readonly see: (page: readonly RecordRow[]) => void;
  /** How a filter names a column. */
  readonly filterColumn: (column: string) => string;
}

const added = (before: readonly string[], found: Iterable<string>, most: number): readonly string[] => {
  const more = [...found].filter((one) => !before.includes(one));
  return more.length > 0 && before.length < most ? [...before, ...more].slice(0, most) : before;
};

export function useSeenFields(role: Role): SeenFields {
  const [names, setNames] = useState<readonly string[]>([]);
  const [every, setEvery] = useState<readonly string[]>([]);
  const [digits, setDigits] = useState(0);
  const see = useCallback((page: readonly RecordRow[]) => {
    const finest = Math.max(0, ...page.map((row) => (row.timeUs === null ? 0 : digitsOf(row.precisionUs))));
    setDigits((before) => Math.max(before, finest));
    setNames((before) => added(before, fieldNamesOf(page), 10));
    setEvery((before) => added(before, new Set(page.flatMap((row) => Object.keys(row.fields))), 200));
  }, []);
  const fields = useMemo(
    () => ({ ...recordFields(role), ...ownFields(every.map((name) => filterFieldName(name, every))) }),
    [role, every],
  );
  const filterColumn = useCallback(
    (column: string) =>
      column.startsWith("field.") ? ownName(filterFieldName(column.slice(6), every)) : column,
    [every],
  );
  return { names, fields, digits, see, filterColumn };
}
