// Records counted by one or two columns, in the place of the table; a row leads down into the records that it counts.
import { choose } from "../../shared/filter/terms";
import { useRequest } from "../client/use-request";
import { useApp, useCase } from "../frame/store";
import { Button, Fault, Scroll, Select } from "../parts/parts";
import { shareText, whole } from "../signs/numbers";
import { Evidence, Instant } from "../signs/text";
import { t } from "../words/words";
import { fieldTitle } from "./facet-panel";

/** Groups shown; the count of all stands beside them. */
const MOST = 500;

/** The filter that keeps a group's records alone. */
export function drilled(filter: string, by: readonly string[], values: readonly (string | null)[]): string {
  return by.reduce((text, field, i) => choose(text, field, values[i] ?? null, "only"), filter);
}

export function GroupPanel({
  source,
  filter,
  by,
  fields,
  onBy,
  onDrill,
}: {
  source: string;
  filter: string;
  by: readonly string[];
  fields: readonly string[];
  onBy: (by: readonly string[]) => void;
  onDrill: (filter: string) => void;
}) {
  const path = useCase();
  const turn = useApp((s) => s.engineTurn);
  const acts = useApp((s) => s.acts);
  const asked = useRequest(
    "records.group",
    { case: path, source, by: [...by], filter, most: MOST },
    `${turn} ${acts}`,
  );
  const { data } = asked;
  const options = fields.map((field) => ({ value: field, label: fieldTitle(field) }));
  return (
    <section className="groups" aria-label={t("Groups")} aria-busy={asked.loading}>
      <div className="bar">
        <Select
          label={t("Count by")}
          value={by[0]!}
          options={options}
          onChange={(field) => onBy([field, ...by.slice(1).filter((one) => one !== field)])}
        />
        <Select
          label={t("and by")}
          value={by[1] ?? ""}
          options={[{ value: "", label: t("nothing more") }, ...options.filter((one) => one.value !== by[0])]}
          onChange={(field) => onBy(field === "" ? [by[0]!] : [by[0]!, field])}
        />
        <span className="grow" role="status">
          {data
            ? data.groups > data.shown.length
              ? t("the {{shown}} largest of {{count}} groups", {
                  shown: data.shown.length,
                  count: data.groups,
                })
              : t("{{count}} groups", { count: data.groups })
            : t("counting…")}
        </span>
        <Button onClick={() => onBy([])}>{t("Back to the records")}</Button>
      </div>
      {asked.error ? <Fault error={asked.error} /> : null}
      <Scroll label={t("Groups")} className="group-table" keys>
        <table>
          <thead>
            <tr>
              {by.map((field) => (
                <th key={field} scope="col">
                  {fieldTitle(field)}
                </th>
              ))}
              <th scope="col" className="right">
                {t("Records")}
              </th>
              <th scope="col" className="right">
                {t("Share")}
              </th>
              <th scope="col">{t("First recorded")}</th>
              <th scope="col">{t("Last recorded")}</th>
            </tr>
          </thead>
          <tbody>
            {data?.shown.map((group) => (
              <tr key={JSON.stringify(group.values)}>
                {group.values.map((value, i) => (
                  <td key={by[i]} className="mono">
                    {i === 0 ? (
                      <button
                        type="button"
                        className="link"
                        title={t("Only these records")}
                        onClick={() => onDrill(drilled(filter, by, group.values))}
                      >
                        <Evidence text={value ?? t("no value")} />
                      </button>
                    ) : (
                      <Evidence text={value ?? t("no value")} />
                    )}
                  </td>
                ))}
                <td className="right">{whole(group.rows)}</td>
                <td className="right muted">{shareText(group.rows, data.rows)}</td>
                <td>{group.fromUs === null ? "" : <Instant us={group.fromUs} />}</td>
                <td>{group.toUs === null ? "" : <Instant us={group.toUs} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
