// The disclosure request to the operator, from the events that are worth asking about: a folder with questions and letters,
// and where the operator has its records in a cluster, the query pack.
import { useState } from "react";
import { SQL_DIALECTS } from "../../shared/contract/request";
import { link } from "../client/link";
import { useCommands } from "../frame/commands";
import { useOutgoing } from "../frame/outgoing";
import { useCase } from "../frame/store";
import { Button } from "../parts/parts";
import { t } from "../words/words";

type Dialect = (typeof SQL_DIALECTS)[number];

export function RequestBar({
  events,
  filter,
  retention,
  questions,
}: {
  events: string;
  filter: string;
  /** "90d", or empty. */
  retention: string;
  questions: number;
}) {
  const path = useCase();
  const outgoing = useOutgoing();
  const [sql, setSql] = useState<Dialect | "">("");
  const blocked = questions === 0 ? t("No event of this source can be asked about.") : null;
  const write = async (): Promise<void> => {
    if (blocked) return;
    await outgoing.write(t("Where to write the request"), `request-${events}`, async (out, io) => {
      const done = await link.request(
        "request.write",
        {
          case: path,
          events,
          filter,
          out,
          ...(retention ? { retention } : {}),
          ...(sql ? { sql } : {}),
        },
        io,
      );
      return t("Request {{id}} with {{count}} questions stands in {{out}}.", {
        id: done.requestId,
        count: done.questions,
        out: done.path,
      });
    });
  };
  useCommands([
    {
      id: "request.write",
      title: t("Write the disclosure request"),
      where: t("Worth asking"),
      run: () => void write(),
    },
  ]);
  return (
    <div className="bar reject-bar">
      <label className="row small" htmlFor="request-sql">
        {t("Query pack for the operator's cluster")}
        <select
          id="request-sql"
          className="select"
          value={sql}
          onChange={(event) => setSql(event.target.value as Dialect | "")}
        >
          <option value="">{t("none")}</option>
          {SQL_DIALECTS.map((dialect) => (
            <option key={dialect} value={dialect}>
              {dialect}
            </option>
          ))}
        </select>
      </label>
      <span className="grow" />
      {outgoing.doing ? (
        <>
          <span className="muted small" role="status">
            {outgoing.doing}
          </span>
          <Button onClick={outgoing.cancel}>{t("Cancel")}</Button>
        </>
      ) : (
        <Button blocked={blocked} onClick={() => void write()}>
          {t("Write the disclosure request")}
        </Button>
      )}
    </div>
  );
}
