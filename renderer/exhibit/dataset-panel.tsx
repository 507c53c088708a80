// The case's tables for the lab's own cluster. It stands apart from the exhibit: it is not sealed, and names everybody.
import { link } from "../client/link";
import { useCommands } from "../frame/commands";
import { useOutgoing } from "../frame/outgoing";
import { useApp, useCase } from "../frame/store";
import { Button, Panel } from "../parts/parts";
import { t } from "../words/words";

export function DatasetPanel() {
  const path = useCase();
  const sources = useApp((s) => s.sources);
  const outgoing = useOutgoing();
  const blocked = sources.length === 0 ? t("Add evidence first.") : null;
  const write = async (): Promise<void> => {
    if (blocked) return;
    await outgoing.write(t("Where to write the data set"), "dataset", async (out, io) => {
      const done = await link.request("dataset.write", { case: path, out }, io);
      const rows = done.tables.reduce((sum, table) => sum + table.rows, 0);
      return t("{{count}} rows stand as Parquet in {{out}}.", { count: rows, out: done.path });
    });
  };
  useCommands([
    { id: "dataset.write", title: t("Write the data set"), where: t("Exhibit"), run: () => void write() },
  ]);
  return (
    <Panel title={t("Data set for the lab's own cluster")}>
      <div className="stack" style={{ gap: 8 }}>
        <p className="small muted">
          {t(
            "All tables of the case as Parquet, in folders by source and day. A working copy: it names every party and is not sealed.",
          )}
        </p>
        {outgoing.doing ? (
          <div className="row wrap">
            <span className="small muted" role="status">
              {outgoing.doing}
            </span>
            <Button onClick={outgoing.cancel}>{t("Cancel")}</Button>
          </div>
        ) : (
          <div>
            <Button blocked={blocked} onClick={() => void write()}>
              {t("Write the data set")}
            </Button>
          </div>
        )}
      </div>
    </Panel>
  );
}
