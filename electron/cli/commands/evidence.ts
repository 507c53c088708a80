// add, sources, rejects, formats: evidence in, and what became of each of its lines.
import { resolve } from "node:path";
import type { AddReport, MappingCounts } from "../../../shared/contract/evidence";
import { parseColumnMap } from "../column-map";
import { type Command, EXAMINER, type Io } from "../command";
import { bytes, count, escaped, number, pairs, span, table, time } from "../print";
import { usage } from "../usage";

const ROLES = ["server", "nat", "subscriber", "reference"] as const;
const EXTENTS = ["full", "query"] as const;

const oneOf = <T extends string>(
  words: readonly T[],
  given: string | undefined,
  option: string,
): T | undefined => {
  if (given === undefined) return undefined;
  const found = words.find((word) => word === given);
  if (!found) throw usage("add", `--${option} "${given}" is none of ${words.join(", ")}.`);
  return found;
};

/** CONTRACT, "JSON keys", add. */
function addKeys(file: AddReport, binary: boolean): Record<string, unknown> {
  const { source, format, sha256, lines, recordLines, records, rejects, blank, headers, partial, withPort } =
    file;
  const base = {
    source,
    format,
    sha256,
    bytes: file.bytes,
    lines,
    recordLines,
    records,
    rejects,
    blank,
    headers,
    partial,
    withPort,
  };
  const times = { firstTimeUs: file.firstTimeUs, lastTimeUs: file.lastTimeUs };
  const more = file.member === null ? {} : { member: file.member, memberSha256: file.memberSha256 };
  return binary
    ? { ...base, ...times, lost: file.lost, noTemplate: file.noTemplate, ...more }
    : { ...base, ...times, ...more };
}

export const add: Command = {
  name: "add",
  arguments: "CASE FILE...",
  summary: "Load evidence as a source: hashed, parsed and accounted for line by line, in one read.",
  options: {
    as: { value: "NAME", help: "the source's name in the case (required)" },
    role: { value: "R", help: "server, nat, subscriber or reference; else as the format says" },
    format: { value: "ID", help: "auto (default) or a format of `portwitness formats`" },
    layout: {
      value: "S",
      help: "the server's own layout string (LogFormat, log_format, pattern), a name (combined), or re:EXPRESSION",
    },
    map: { value: '"k=column,..."', help: "columns of a CSV: time srcIp srcPort publicIp portLow ..." },
    zone: { value: "Z", help: "zone of times that carry none: an IANA name, +hh:mm, or unknown" },
    year: { value: "Y", help: "year of the first line, where lines carry none" },
    extent: {
      value: "full|query",
      help: "full: the device's whole log (default); query: an extract in reply to a request",
    },
    window: { value: "FROM/TO", help: "the stretch that the operator searched, RFC 3339" },
    retention: {
      value: "T",
      help: 'how long the operator keeps its records: "90d"; with --received-at, older events are out of range',
    },
    expect: {
      value: "HASH",
      help: "hash as received (SHA-256, SHA-1 or MD5); another stops the import",
      many: true,
    },
    "received-from": { value: "W", help: "who handed it over" },
    "received-at": { value: "T", help: "when it was handed over, RFC 3339" },
    "exhibit-ref": { value: "X", help: "its reference in the file" },
    authority: { value: "A", help: "the legal basis on which it is held" },
    copy: { help: "keep a read-only copy in the case" },
    "store-fields": { help: "keep the records' fields in the case: they are shown without the evidence" },
    ...EXAMINER,
  },
  notes: [
    "A file in which a year or a zone is missing is refused until it is given: nothing is guessed.",
    "With --json: one line a FILE; for an archive that line is an array with an element per member.",
  ],
  examples: [
    "portwitness add fraud.case access.log --as web",
    "portwitness add fraud.case srx.log --as nat --zone Europe/Berlin --year 2026",
  ],
  operations: ["evidence.add", "formats.list"],
  async run(io) {
    const [casePath, ...files] = io.positionals.map((path) => resolve(path));
    const as = io.values.text("as");
    if (!as) throw usage("add", "--as NAME is missing.");
    const role = oneOf(ROLES, io.values.text("role"), "role");
    const extent = oneOf(EXTENTS, io.values.text("extent"), "extent");
    const map = io.values.text("map");
    const year = io.values.number("year");
    const expect = io.values.all("expect");
    const texts: Record<string, string> = {};
    for (const [option, key] of [
      ["format", "format"],
      ["layout", "layout"],
      ["zone", "zone"],
      ["window", "window"],
      ["retention", "retention"],
      ["received-from", "receivedFrom"],
      ["received-at", "receivedAt"],
      ["exhibit-ref", "exhibitRef"],
      ["authority", "authority"],
    ] as const) {
      const given = io.values.text(option);
      if (given !== undefined) texts[key] = given;
    }
    const reply = await io.request("evidence.add", {
      case: casePath!,
      files,
      as,
      ...texts,
      ...(role ? { role } : {}),
      ...(extent ? { extent } : {}),
      ...(map === undefined ? {} : { map: parseColumnMap(map) }),
      ...(year === undefined ? {} : { year }),
      ...(expect.length === 0 ? {} : { expect }),
      ...(io.values.flag("copy") ? { copy: true } : {}),
      ...(io.values.flag("store-fields") ? { storeFields: true } : {}),
    });
    const binary = new Set((await io.request("formats.list", {})).filter((f) => f.binary).map((f) => f.id));
    const received = new Map<string, AddReport[]>();
    for (const file of reply.files) received.set(file.path, [...(received.get(file.path) ?? []), file]);
    for (const parts of received.values()) {
      const keys = parts.map((part) => addKeys(part, binary.has(part.format)));
      await io.value(parts.length > 1 || parts.some((part) => part.member !== null) ? keys : keys[0]);
    }
    for (const file of reply.files) {
      await io.line(`${file.source}: ${file.member ? `${file.path} > ${file.member}` : file.path}`);
      const rows: [string, string][] = [
        ["SHA-256", file.sha256],
        ["Format", file.layout ? `${file.format} (${file.layout})` : file.format],
        ["Size", `${bytes(file.bytes)} (${number(file.bytes)} bytes)`],
        [
          "Lines",
          `${number(file.lines)} = ${number(file.recordLines)} in records + ${number(file.rejects)} rejected + ${number(file.blank)} blank + ${number(file.headers)} header`,
        ],
        ["Records", `${number(file.records)}, of which ${number(file.withPort)} with a port`],
      ];
      if (file.partial > 0)
        rows.push([
          "Partial",
          count(
            file.partial,
            "record of which a part was unreadable",
            "records of which a part was unreadable",
          ),
        ]);
      if (file.lost > 0) rows.push(["Lost", `${count(file.lost, "data record")} by sequence numbers`]);
      if (file.noTemplate > 0) rows.push(["No template", count(file.noTemplate, "data set")]);
      if (file.firstTimeUs !== null) {
        rows.push(["Times", `${time(file.firstTimeUs)} to ${time(file.lastTimeUs)} as recorded`]);
      }
      for (const line of pairs(rows)) await io.line(line);
    }
    if (reply.mappings !== null) await io.line(`${as}: ${toldMappings(reply.mappings)}`);
    return 0;
  },
};

/** What the pairing of records found, and what it could not find: a lost half is open, never filled in. */
function toldMappings(m: NonNullable<MappingCounts>): string {
  const parts = [
    `${number(m.openEnds)} without an end`,
    `${number(m.lostStarts)} without a start`,
    `${number(m.overlaps)} that overlap another party's`,
  ];
  return `${count(m.mappings, "mapping")}: ${parts.join(", ")}`;
}

export const sources: Command = {
  name: "sources",
  arguments: "CASE",
  summary: "List the case's sources with their clocks.",
  options: {},
  operations: ["evidence.sources"],
  async run(io) {
    const list = await io.request("evidence.sources", { case: resolve(io.positionals[0]!) });
    for (const source of list) await io.value(source);
    if (list.length === 0) await io.line("No evidence yet: portwitness add CASE FILE --as NAME");
    else {
      const columns = [
        { title: "SOURCE" },
        { title: "ROLE" },
        { title: "FORMAT" },
        { title: "RECORDS", right: true },
        { title: "FROM" },
        { title: "TO" },
        { title: "CLOCK" },
        { title: "EVIDENCE" },
      ];
      const rows = list.map((source) => {
        const firsts = source.files.flatMap((file) => (file.firstTimeUs === null ? [] : [file.firstTimeUs]));
        const lasts = source.files.flatMap((file) => (file.lastTimeUs === null ? [] : [file.lastTimeUs]));
        const clock = source.clock;
        return [
          source.name,
          source.role,
          source.format,
          number(source.rows),
          firsts.length > 0 ? time(firsts.reduce((a, b) => Math.min(a, b))) : "-",
          lasts.length > 0 ? time(lasts.reduce((a, b) => Math.max(a, b))) : "-",
          clock
            ? `${span(clock.offsetUs, true)} +/- ${span(clock.uncertaintyUs)}${clock.against ? ` against ${clock.against}` : ""} (${clock.id})`
            : "not calibrated",
          source.present ? "in place" : "NOT where it was, or changed",
        ];
      });
      for (const line of table(columns, rows)) await io.line(line);
      for (const source of list)
        if (source.mappings !== null) await io.line(`${source.name}: ${toldMappings(source.mappings)}`);
    }
    return 0;
  },
};

const KINDS = ["all", "reject", "partial"] as const;

async function listReasons(io: Io, casePath: string, source: string): Promise<number> {
  const { reasons } = await io.request("evidence.rejects", { case: casePath, source, to: 0, reasons: true });
  for (const one of reasons) await io.value(one);
  const columns = [{ title: "LINES", right: true }, { title: "REASON" }];
  const rows = reasons.map((one) => [number(one.lines), one.partial ? `partial: ${one.reason}` : one.reason]);
  if (rows.length > 0) for (const line of table(columns, rows)) await io.line(line);
  else await io.line("Every line is accounted for as a record, blank or header.");
  return 0;
}

/** Rows a page request may ask for (CONTRACT, "Views"). */
const PAGE = 1_000;

export const rejects: Command = {
  name: "rejects",
  arguments: "CASE NAME",
  summary:
    "List the lines that no record came from, and those of which a part was unreadable, each with its reason.",
  options: {
    limit: { value: "N", help: "at most N lines" },
    contains: { value: "TEXT", help: "only those whose reason has this text, in any case" },
    kind: { value: KINDS.join("|"), help: "lines without a record, or those of which a part was read" },
    reasons: { help: "count the reasons instead, most frequent first" },
    raw: { help: "with each line its original bytes, control characters escaped" },
  },
  operations: ["evidence.rejects", "evidence.line"],
  async run(io) {
    const casePath = resolve(io.positionals[0]!);
    const source = io.positionals[1]!;
    const limit = io.values.number("limit") ?? Number.POSITIVE_INFINITY;
    const given = io.values.text("kind");
    const kind = KINDS.find((one) => one === given);
    if (given !== undefined && kind === undefined)
      throw usage("rejects", `--kind "${given}" is none of ${KINDS.join(", ")}.`);
    const narrowed = { contains: io.values.text("contains") ?? "", ...(kind ? { kind } : {}) };
    if (io.values.flag("reasons")) return listReasons(io, casePath, source);
    const raw = async (row: number) =>
      io.values.flag("raw")
        ? (await io.request("evidence.line", { case: casePath, source, row })).base64
        : null;
    let from = 0;
    for (;;) {
      const to = Math.min(from + PAGE, limit);
      const page = await io.request("evidence.rejects", { case: casePath, source, from, to, ...narrowed });
      const listed = page.rejects;
      const bytesOf = new Map<number, string>();
      for (const { row, line, offset, length, reason, partial } of listed) {
        const base64 = await raw(row);
        if (base64 !== null) bytesOf.set(row, base64);
        await io.value({
          line,
          offset,
          length,
          reason,
          ...(partial ? { partial } : {}),
          ...(base64 === null ? {} : { base64 }),
        });
      }
      if (from === 0) {
        await io.line(
          page.total === 0
            ? narrowed.contains === "" && !kind
              ? "Every line is accounted for as a record, blank or header."
              : "No reject fits."
            : `${count(page.total, "line")} with a reason.`,
        );
      }
      const columns = [
        { title: "LINE", right: true },
        { title: "OFFSET", right: true },
        { title: "LENGTH", right: true },
        { title: "REASON" },
      ];
      const rows = listed.map((r) => [
        number(r.line),
        number(r.offset),
        number(r.length),
        r.partial ? `partial: ${r.reason}` : r.reason,
      ]);
      if (bytesOf.size > 0)
        for (const [i, one] of listed.entries()) {
          const cells = rows[i]!;
          await io.line(`line ${cells[0]}, offset ${cells[1]}, length ${cells[2]}: ${cells[3]}`);
          await io.line(`  ${escaped(Buffer.from(bytesOf.get(one.row)!, "base64").toString("latin1"))}`);
        }
      else if (listed.length > 0) for (const line of table(columns, rows)) await io.line(line);
      from += listed.length;
      if (listed.length === 0 || from >= page.total || from >= limit) return 0;
    }
  },
};

export const formats: Command = {
  name: "formats",
  arguments: "",
  summary: "List the log formats that can be read, and what each can give at best.",
  options: {},
  operations: ["formats.list"],
  async run(io) {
    const list = await io.request("formats.list", {});
    for (const format of list) await io.value(format);
    const columns = ["FORMAT", "ROLE", "WHAT IT IS", "PORT", "PRECISION", "TIME", "ZONE"].map((title) => ({
      title,
    }));
    const rows = list.map((f) => [
      f.id,
      f.role,
      f.title,
      f.port,
      f.precision,
      `${f.timeMeans}, ${f.writes}`,
      f.year ? f.zone : `${f.zone}; no year`,
    ]);
    for (const line of table(columns, rows)) await io.line(line);
    return 0;
  },
};
