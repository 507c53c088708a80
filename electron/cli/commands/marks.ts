// tag, bookmark, note, marks: what an analyst sets on records. A record is named by its line, as every listing shows it.
import { resolve } from "node:path";
import { ProductError } from "../../../shared/errors";
import { type Command, EXAMINER, type Io } from "../command";
import { count, number, table } from "../print";

const WHICH = {
  line: { value: "N", help: "the record of line N (may be repeated)", many: true },
  filter: { value: "EXPR", help: "every record that EXPR keeps" },
} as const;
const REMOVE = { remove: { help: "take it back" } } as const;

const usage = (what: string, mend: string): ProductError => new ProductError("usage", what, mend);
const place = (io: Io) => ({ case: resolve(io.positionals[0]!), source: io.positionals[1]! });

/** Row numbers of the lines that were named. */
async function rowsOf(io: Io, lines: readonly string[]): Promise<number[]> {
  const { view } = await io.request("records.open", place(io));
  const rows: number[] = [];
  for (const line of lines) {
    if (!/^\d{1,15}$/.test(line)) throw usage(`--line "${line}" is not a whole number.`, "Name a line.");
    const { position } = await io.request("records.locate", {
      case: place(io).case,
      view,
      line: Number(line),
    });
    if (position === null) {
      throw usage(
        `No record of ${place(io).source} begins at line ${line}.`,
        "List them: portwitness records CASE NAME.",
      );
    }
    rows.push(position);
  }
  await io.request("records.close", { case: place(io).case, view });
  return rows;
}

async function setTag(io: Io, text: string | null): Promise<number> {
  const lines = io.values.all("line");
  const filter = io.values.text("filter");
  if (lines.length === 0 && filter === undefined)
    throw usage("No record is named.", "Name lines (--line N) or a filter (--filter EXPR).");
  if (lines.length > 0 && filter !== undefined)
    throw usage("Lines and a filter are both given.", "Give one of them.");
  const remove = io.values.flag("remove");
  const { act, rows } = await io.request("records.tag", {
    ...place(io),
    tag: text,
    remove,
    ...(filter === undefined ? { rows: await rowsOf(io, lines) } : { filter }),
  });
  await io.value({ act, rows });
  const what = text === null ? "Bookmark" : `Tag "${text}"`;
  await io.line(`${what} ${remove ? "taken from" : "set on"} ${count(rows, "record")}, act ${act}.`);
  return 0;
}

export const tag: Command = {
  name: "tag",
  arguments: "CASE NAME TAG",
  summary: "Tag records, or take a tag from them.",
  options: { ...WHICH, ...REMOVE, ...EXAMINER },
  notes: ['Filters know tags: tag = "first success", tag ~ success, tag is not null.'],
  examples: ["portwitness tag night.case web 'first success' --line 731223"],
  operations: ["records.tag", "records.open", "records.locate", "records.close"],
  run: (io) => setTag(io, io.positionals[2]!),
};

export const bookmark: Command = {
  name: "bookmark",
  arguments: "CASE NAME",
  summary: "Bookmark records, or take the bookmark from them.",
  options: { ...WHICH, ...REMOVE, ...EXAMINER },
  operations: ["records.tag", "records.open", "records.locate", "records.close"],
  run: (io) => setTag(io, null),
};

export const note: Command = {
  name: "note",
  arguments: "CASE NAME [TEXT]",
  summary: "Put a note on a record, change it, or take it back.",
  options: {
    line: { value: "N", help: "the record of line N (required)" },
    replaces: { value: "ACT", help: "the note of that act goes; without TEXT nothing takes its place" },
    ...EXAMINER,
  },
  operations: ["records.note", "records.open", "records.locate", "records.close"],
  async run(io) {
    const line = io.values.text("line");
    if (line === undefined) throw usage("No record is named.", "Name its line: --line N.");
    const [row] = await rowsOf(io, [line]);
    const replaces = io.values.number("replaces");
    const text = io.positionals[2] ?? null;
    const done = await io.request("records.note", {
      ...place(io),
      row: row!,
      note: text,
      ...(replaces === undefined ? {} : { replaces }),
    });
    await io.value(done);
    await io.line(
      `Note ${text === null ? "taken from" : "put on"} line ${number(done.line)}, act ${done.act}.`,
    );
    return 0;
  },
};

export const marks: Command = {
  name: "marks",
  arguments: "CASE NAME",
  summary: "List a source's bookmarks, tags and notes.",
  options: {},
  operations: ["records.marks"],
  async run(io) {
    const found = await io.request("records.marks", place(io));
    for (const mark of found.marks) await io.value(mark);
    const rows = found.marks.map((mark) => [
      number(mark.line),
      mark.kind,
      mark.text ?? "",
      String(mark.act),
      mark.time,
      mark.examiner,
    ]);
    const titles = ["KIND", "TEXT", "ACT", "TIME (claimed)", "EXAMINER"].map((title) => ({ title }));
    for (const line of table([{ title: "LINE", right: true }, ...titles], rows)) await io.line(line);
    await io.line(`${count(found.marks.length, "mark")}.`);
    return 0;
  },
};
