// The columns of attributed events.
import type { AttributionRow } from "../../shared/contract/attribution";
import type { Column } from "../parts/grid";
import { VerdictWord } from "../signs/icons";
import { whole } from "../signs/numbers";
import { Corrected, Evidence } from "../signs/text";
import { offsetWords } from "../signs/time-format";
import { t, text } from "../words/words";
import { lineText } from "./sentence";

export const COLUMNS: readonly Column<AttributionRow>[] = [
  {
    id: "line",
    title: text("Line"),
    width: 72,
    right: true,
    text: (row) => String(row.line),
    cell: (row) => <span className="faint">{whole(row.line)}</span>,
  },
  {
    id: "corrected",
    title: text("Interval, ± s"),
    width: 222,
    clock: true,
    text: (row) => `${row.intervalFromUs ?? ""}..${row.intervalToUs ?? ""}`,
    cell: (row) => <Corrected fromUs={row.intervalFromUs} toUs={row.intervalToUs} />,
  },
  {
    id: "srcIp",
    title: text("Source address"),
    width: 118,
    text: (row) => row.srcIp ?? "",
    cell: (row) => <Evidence text={row.srcIp ?? ""} />,
  },
  {
    id: "srcPort",
    title: text("Port"),
    width: 62,
    right: true,
    text: (row) => (row.srcPort === null ? t("none") : String(row.srcPort)),
  },
  {
    id: "verdict",
    title: text("Verdict"),
    width: 116,
    text: (row) => row.verdict,
    cell: (row) => <VerdictWord verdict={row.verdict} />,
  },
  { id: "rule", title: text("Rule"), width: 92, text: (row) => row.rule },
  {
    id: "subscriber",
    title: text("Subscriber line"),
    width: 104,
    flex: true,
    text: lineText,
    cell: (row) => <Evidence text={lineText(row)} />,
  },
  {
    id: "flip",
    title: text("Flips at"),
    width: 104,
    right: true,
    text: (row) => (row.flipUs === null ? t("none") : offsetWords(row.flipUs)),
    cell: (row) =>
      row.flipUs === null ? (
        <span className="muted">{t("none")}</span>
      ) : (
        <span title={`${whole(row.flipUs)} µs`}>{offsetWords(row.flipUs)}</span>
      ),
  },
];
