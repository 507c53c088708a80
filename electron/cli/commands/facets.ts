// facets: what values a column has, counted over every record that a filter keeps.
import { resolve } from "node:path";
import type { Command } from "../command";
import { count, number, table, time } from "../print";

export const facets: Command = {
  name: "facets",
  arguments: "CASE NAME COLUMN [COLUMN2]",
  summary: "Count a source's records by the values of one or two columns.",
  options: {
    filter: { value: "EXPR", help: 'which records: "srcPort >= 1024"' },
    contains: { value: "TEXT", help: "only values that contain TEXT (one column)" },
    limit: { value: "N", help: "at most N values (default: 20; two columns: 500)" },
    ranges: { value: "N", help: "a number or time cut into at most N ranges instead (one column)" },
  },
  examples: [
    "portwitness facets night.case web srcIp",
    "portwitness facets night.case cgn publicIp event --filter 'time in 2026-03-21T17:00:00Z/2026-03-21T18:00:00Z'",
  ],
  operations: ["records.facet", "records.group"],
  async run(io) {
    const [casePath, source, column, second] = io.positionals;
    const question = { case: resolve(casePath!), source: source!, filter: io.values.text("filter") ?? "" };
    const most = io.values.number("limit");
    const limit = most === undefined ? {} : { most };
    const counts = { title: "RECORDS", right: true };
    if (second !== undefined) {
      const found = await io.request("records.group", { ...question, by: [column!, second], ...limit });
      for (const group of found.shown) await io.value(group);
      const titles = [
        column!.toUpperCase(),
        second.toUpperCase(),
        "FIRST TIME (recorded)",
        "LAST TIME (recorded)",
      ];
      const rows = found.shown.map((g) => [
        ...g.values.map((value) => value ?? "-"),
        time(g.fromUs),
        time(g.toUs),
        number(g.rows),
      ]);
      for (const line of table([...titles.map((title) => ({ title })), counts], rows)) await io.line(line);
      await io.line(`${count(found.groups, "group")} of ${count(found.rows, "record")}.`);
      return 0;
    }
    const ranges = io.values.number("ranges") ?? 0;
    const contains = io.values.text("contains") ?? "";
    const found = await io.request("records.facet", {
      ...question,
      column: column!,
      contains,
      ranges,
      ...limit,
    });
    const cut = ranges > 0 && found.ranges.length > 0;
    if (cut) for (const range of found.ranges) await io.value(range);
    else for (const value of found.values) await io.value(value);
    const rows = cut
      ? found.ranges.map((range) => [range.test, number(range.rows)])
      : found.values.map((one) => [one.value ?? "-", number(one.rows)]);
    for (const line of table([{ title: column!.toUpperCase() }, counts], rows)) await io.line(line);
    await io.line(
      `${count(found.different, "value")} in ${count(found.known, "record")}; ${count(found.rows - found.known, "record")} without one.`,
    );
    return 0;
  },
};
