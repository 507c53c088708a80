// An operator's own figures of its log's completeness: what 5-completeness.sql of a query pack gives (docs/request.md),
// as the operator's store wrote it. A record is one figure, its time the interval that the figure is about.
import { FIGURE_COLUMNS, figureOf } from "../../request/figures";
import { splitCsv } from "../delimited";
import { gives, textFormat } from "../nat/support/text";
import { epochMoment } from "../nat/support/times";

const HEADER = /^"?request_id"?,"?figure"?,/i;

export default textFormat({
  id: "portwitness.completeness",
  title: "An operator's completeness figures (query pack)",
  role: "reference",
  gives: { ...gives("1 us", "start", true, "utc"), port: "never" },
  source: "docs/request.md, query packs",
  remembers: true,
  mark: /,/,
  otherwise: "no figure",
  reader: () => {
    let names: string[] | null = null;
    return (text) => {
      const { fields, open } = splitCsv(text);
      if (HEADER.test(text)) {
        names = fields.map((name) => name.toLowerCase());
        const missing = FIGURE_COLUMNS.find((name) => !names!.includes(name));
        return missing === undefined ? "header" : { reject: `its header lacks the column ${missing}` };
      }
      if (names === null) return null;
      if (open || fields.length !== names.length)
        return { reject: `it has ${fields.length} columns, the header ${names.length}` };
      const figure = figureOf(new Map(names.map((name, i) => [name, fields[i]!])));
      if (typeof figure === "string") return { reject: figure };
      const timed = figure.figure !== "address";
      return {
        time: timed ? epochMoment(figure.fromUs, figure.toUs - figure.fromUs) : null,
        timeMeans: "start",
        srcIp: figure.publicIp === "" ? null : figure.publicIp,
        fields: {
          requestId: figure.requestId,
          figure: figure.figure,
          node: figure.node === "" ? null : figure.node,
          n: figure.n,
          subscribers: figure.subscribers,
          insides: figure.insides,
          earlier: figure.earlier,
          later: figure.later,
        },
      };
    };
  },
});
