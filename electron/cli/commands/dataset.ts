import { resolve } from "node:path";
import { type Command, EXAMINER } from "../command";
import { number, table } from "../print";

const COLUMNS = [
  { title: "Table" },
  { title: "Rows", right: true },
  { title: "Files", right: true },
  { title: "Bytes", right: true },
];

export const dataset: Command = {
  name: "dataset",
  arguments: "CASE OUT",
  summary: "Write the case's tables as Parquet, in folders by source and day, for the lab's own cluster.",
  options: {
    sources: {
      value: "NAME,...",
      help: "write the records and mappings of these sources only (default: all)",
    },
    ...EXAMINER,
  },
  notes: [
    "OUT is a new folder. It holds every name that the sources hold: it is the lab's working copy, not an exhibit.",
    "Times are recorded times in microseconds of UTC; OUT/README.txt says what the tables and columns are.",
  ],
  operations: ["dataset.write"],
  async run(io) {
    const sources = io.values.text("sources");
    const done = await io.request("dataset.write", {
      case: resolve(io.positionals[0]!),
      out: resolve(io.positionals[1]!),
      ...(sources === undefined ? {} : { sources: sources.split(",").map((name) => name.trim()) }),
    });
    await io.value(done);
    await io.line(`Data set in ${done.path}`);
    const rows = done.tables.map((one) => [one.name, number(one.rows), number(one.files), number(one.bytes)]);
    for (const line of table(COLUMNS, rows)) await io.line(line);
    await io.line(`SHA-256 of files.csv: ${done.sha256}`);
    return 0;
  },
};
