// A time-stamp from outside (RFC 3161): the query is written to a file and carried to an authority, its reply is brought in
// and checked. The machine stays offline; the file travels.
import { useState } from "react";
import type { ProductError } from "../../shared/errors";
import { link } from "../client/link";
import { asProductError } from "../client/use-request";
import { afterAct } from "../frame/case-actions";
import { choosePaths } from "../frame/file-browser";
import { say } from "../frame/store";
import { Button, Fault, Panel } from "../parts/parts";
import { timeText } from "../signs/time-format";
import { t } from "../words/words";

export function StampPanel({ path }: { path: string }) {
  const [error, setError] = useState<ProductError | null>(null);
  const act = async (work: () => Promise<string | null>) => {
    setError(null);
    try {
      const told = await work();
      if (told === null) return;
      await afterAct();
      say({ kind: "good", text: told });
    } catch (thrown) {
      setError(asProductError(thrown));
    }
  };
  const query = () =>
    act(async () => {
      const [out] = await choosePaths("save", t("Where to write the query"), `${path}.tsq`);
      if (!out) return null;
      const done = await link.request("timestamp.query", { path, out });
      return t("The query is written: {{out}}. Carry it to an authority.", { out: done.out });
    });
  const reply = (trusted: boolean) =>
    act(async () => {
      const [file] = await choosePaths("files", t("The authority's reply"));
      if (!file) return null;
      const [trust] = trusted ? await choosePaths("files", t("Certificates that you trust (PEM)")) : [];
      if (trusted && !trust) return null;
      const done = await link.request("timestamp.import", {
        case: path,
        reply: file,
        ...(trust ? { trust } : {}),
      });
      const time = timeText(done.timeUs, 0, "UTC");
      return done.trusted
        ? t("The first {{acts}} acts existed at {{time}}, says {{authority}}.", {
            acts: done.size ?? 0,
            time,
            authority: done.authority,
          })
        : t(
            "The first {{acts}} acts existed at {{time}}, says {{authority}}; whether it is to be trusted was not checked.",
            { acts: done.size ?? 0, time, authority: done.authority },
          );
    });
  return (
    <Panel title={t("Time-stamp from outside (RFC 3161)")}>
      <div className="stack" style={{ gap: 8 }}>
        <p className="small muted">
          {t(
            "The query holds the hash of the newest checkpoint and nothing else. An authority's reply shows that these acts existed by then; it is checked here, offline.",
          )}
        </p>
        <div className="row wrap">
          <Button onClick={() => void query()}>{t("Write a query")}</Button>
          <Button onClick={() => void reply(true)}>{t("Bring in the reply")}</Button>
          <Button onClick={() => void reply(false)}>{t("Without certificates")}</Button>
        </div>
        {error ? <Fault error={error} /> : null}
      </div>
    </Panel>
  );
}
