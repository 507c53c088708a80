// Facets: a column's values with their counts under the filter, in the side bar. Each is a question to the engine, so that
// it counts every record; choosing a value changes the filter's text, which stays the one place where the choice stands.
import { useState } from "react";
import { ownFieldOf, recordFields } from "../../shared/filter/fields";
import { choiceOf, choose, withoutChoices, withRange } from "../../shared/filter/terms";
import type { Role } from "../../shared/record/columns";
import { useRequest } from "../client/use-request";
import { useApp, useCase, useZone } from "../frame/store";
import { CloseSign, NotSign } from "../signs/icons";
import { whole } from "../signs/numbers";
import { Evidence } from "../signs/text";
import { timeText } from "../signs/time-format";
import { type Kept, t, text } from "../words/words";
import { titleOf } from "./columns";

const SHOWN = 8;
const MORE = 100;
const RANGES = 10;

const TITLES: Readonly<Record<string, Kept>> = {
  time: text("Recorded"),
  otherTime: text("Other clock"),
  srcIp: text("Source address"),
  srcPort: text("Port"),
  dstIp: text("Destination"),
  protocol: text("Protocol"),
  event: text("Event"),
  publicIp: text("Public address"),
  insideIp: text("Inside"),
  subscriber: text("Subscriber line"),
  start: text("Held from"),
  end: text("until before"),
  tag: text("Tag"),
};
/** A field in words; those without have the name that filters know. */
export const fieldTitle = (field: string): string => {
  const known = TITLES[field];
  const own = ownFieldOf(field);
  return known ? t(known) : own === null ? field : titleOf(own);
};

/** The field that a column's values are counted by; null where they cannot be. */
export const facetOf = (column: string): string | null =>
  /^(corrected|line)$/.test(column)
    ? null
    : column === "marks"
      ? "tag"
      : column === "ports"
        ? "portLow"
        : column;

/** Fields that records can be counted by. */
export const countable = (role: Role): readonly string[] =>
  Object.entries(recordFields(role)).flatMap(([name, { kind }]) =>
    kind === "raw" || kind === "ports" || kind === "mark" || /^(ip|port|row|offset|.*Us)$/.test(name)
      ? []
      : [name],
  );

export const firstFacets = (role: Role): readonly string[] =>
  role === "nat" || role === "subscriber"
    ? ["publicIp", "event", "subscriber"]
    : ["srcIp", "srcPort", "protocol"];

/** Fields whose single values say less than ranges of them. */
const byRange = (field: string): boolean =>
  ownFieldOf(field) === null && /time|start|end|Us$|port|offset|length|line|row/i.test(field);

interface FacetProps {
  readonly source: string;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
}

export function FacetPanel({
  facets,
  onFacets,
  ...rest
}: FacetProps & { facets: readonly string[]; onFacets: (facets: readonly string[]) => void }) {
  return (
    <section className="facets" aria-label={t("Facets")} data-keys="facets">
      {facets.map((field) => (
        <Facet
          key={field}
          field={field}
          {...rest}
          onClose={() => onFacets(facets.filter((one) => one !== field))}
        />
      ))}
      {facets.length === 0 ? (
        <p className="muted small facet-none">{t("F on a cell counts the values of its column here.")}</p>
      ) : null}
    </section>
  );
}

/** A filter that cannot be read is the filter bar's to mend; nothing is counted by it meanwhile. */
function own<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}

function Facet({
  field,
  source,
  filter,
  onFilter,
  onClose,
}: FacetProps & { field: string; onClose: () => void }) {
  const path = useCase();
  const zone = useZone();
  const turn = useApp((s) => s.engineTurn);
  const acts = useApp((s) => s.acts);
  const [contains, setContains] = useState("");
  const [more, setMore] = useState(false);
  const ranged = byRange(field);
  const [asRanges, setAsRanges] = useState(ranged);
  // A column's own choices are left out of its count, or no second value of it could ever be chosen.
  const others = own(() => withoutChoices(filter, field));
  const asked = useRequest(
    "records.facet",
    others === null
      ? null
      : {
          case: path,
          source,
          column: field,
          filter: others,
          contains,
          most: more ? MORE : SHOWN,
          ranges: asRanges ? RANGES : 0,
        },
    `${turn} ${acts}`,
  );
  const { data } = asked;
  const title = fieldTitle(field);
  const rows = asRanges ? (data?.ranges ?? []) : (data?.values ?? []);
  const most = Math.max(1, ...rows.map((one) => one.rows));
  return (
    <section className="facet" aria-label={title} aria-busy={asked.loading}>
      <div className="facet-head">
        <h2 title={field}>{title}</h2>
        <span className="grow" />
        {ranged ? (
          <button type="button" className="link small" onClick={() => setAsRanges(!asRanges)}>
            {asRanges ? t("values") : t("ranges")}
          </button>
        ) : null}
        {data ? (
          <span className="facet-count muted small" title={t("{{count}} values", { count: data.different })}>
            {ranged ? whole(data.different) : t("{{count}} values", { count: data.different })}
          </span>
        ) : null}
        <button
          type="button"
          className="facet-close"
          aria-label={t("Close the facet {{name}}", { name: title })}
          title={t("Close the facet {{name}}", { name: title })}
          onClick={onClose}
        >
          <CloseSign />
        </button>
      </div>
      {asked.error && asked.error.code !== "cancelled" ? (
        <p className="small mark facet-none">{asked.error.message}</p>
      ) : null}
      {!asRanges && data && (data.different > SHOWN || contains !== "") ? (
        <input
          className="input facet-search mono"
          aria-label={t("Search the values of {{name}}", { name: title })}
          placeholder={t("Search")}
          value={contains}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setContains(event.target.value)}
        />
      ) : null}
      <ul className={asked.loading ? "facet-values waiting-values" : "facet-values"}>
        {asRanges
          ? data?.ranges.map((range) => (
              <li key={range.test}>
                <ValueButton
                  label={
                    field === "time" || /time|start|end/i.test(field)
                      ? timeText(range.from, 0, zone)
                      : range.test
                  }
                  rows={range.rows}
                  share={range.rows / most}
                  choice={null}
                  onOnly={() => onFilter(withRange(filter, field, range.test))}
                />
              </li>
            ))
          : data?.values.map(({ value, rows: count }) => (
              <li key={value ?? "\u0000"}>
                <ValueButton
                  label={value}
                  rows={count}
                  share={count / most}
                  choice={own(() => choiceOf(filter, field, value))}
                  onOnly={() => onFilter(choose(filter, field, value, "only"))}
                  onNot={() => onFilter(choose(filter, field, value, "not"))}
                />
              </li>
            ))}
      </ul>
      {!asRanges && data && data.different > data.values.length ? (
        <button
          type="button"
          className="link small facet-more"
          onClick={() => setMore(true)}
          aria-disabled={more}
        >
          {more
            ? t("The {{shown}} most frequent are shown; search for others.", { shown: data.values.length })
            : t("{{count}} more", { count: data.different - data.values.length })}
        </button>
      ) : null}
    </section>
  );
}

function ValueButton({
  label,
  rows,
  share,
  choice,
  onOnly,
  onNot,
}: {
  label: string | null;
  rows: number;
  share: number;
  choice: "only" | "not" | null;
  onOnly: () => void;
  onNot?: () => void;
}) {
  const name = label ?? t("no value");
  return (
    <div className={`facet-value ${choice ?? ""}`}>
      <button
        type="button"
        className="facet-only"
        aria-pressed={choice === "only"}
        title={onNot ? t("Only this value (Enter), not this value (-)") : t("Only this range")}
        onClick={onOnly}
        onKeyDown={(event) => {
          if (event.key === "-" && onNot) onNot();
          else if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event.currentTarget, event.key);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        <span className={`grow ${label === null ? "faint" : "mono"}`}>
          <Evidence text={name} />
        </span>
        <span className="muted">{whole(rows)}</span>
        <i style={{ width: `${Math.max(1, share * 100)}%` }} />
      </button>
      {onNot ? (
        <button
          type="button"
          className="facet-not"
          aria-pressed={choice === "not"}
          aria-label={t("Not {{value}}", { value: name })}
          title={t("Not {{value}}", { value: name })}
          onClick={onNot}
        >
          <NotSign />
        </button>
      ) : null}
    </div>
  );
}

function step(from: HTMLElement, key: string): void {
  const all = [...(from.closest(".facets")?.querySelectorAll<HTMLElement>(".facet-only") ?? [])];
  all[all.indexOf(from) + (key === "ArrowDown" ? 1 : -1)]?.focus();
}
