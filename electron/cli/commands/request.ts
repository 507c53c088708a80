// triage, request, replies: what an operator needs to look up a subscriber line, and what it answered.
import { resolve } from "node:path";
import { SQL_DIALECTS } from "../../../shared/contract/request";
import { WORTHS, type Worth } from "../../../shared/request/triage";
import { type Command, EXAMINER } from "../command";
import { count, endpoint, number, pairs, span, table, time } from "../print";
import { usage } from "../usage";

export const request: Command = {
  name: "request",
  arguments: "CASE OUT",
  summary: "Write a disclosure request to a NAT operator: questions, letters and a template for the reply.",
  options: {
    events: { value: "NAME", help: "the source that holds the events (required)" },
    filter: { value: "EXPR", help: "which events are asked about (default: all)" },
    nat: { value: "NAME", help: "the operator's log whose clock the intervals are stated in" },
    retention: { value: "T", help: 'how long the operator keeps its records: "90d"' },
    sql: { value: SQL_DIALECTS.join("|"), help: "add a query pack for the operator's cluster" },
    ...EXAMINER,
  },
  notes: [
    "OUT is a new folder. It holds no more than the operator needs: address, port, protocol, destination and interval.",
    "Add the reply with --role nat --extent query --window FROM/TO; OUT/README.txt has the whole command. The command replies matches it to the questions.",
  ],
  operations: ["request.write"],
  async run(io) {
    const events = io.values.text("events");
    if (!events) throw usage("request", "--events NAME is missing.");
    const given = io.values.text("sql");
    const sql = SQL_DIALECTS.find((dialect) => dialect === given);
    if (given !== undefined && sql === undefined)
      throw usage("request", `--sql takes ${SQL_DIALECTS.join(", ")}; "${given}" is none.`);
    const option = (name: string) => {
      const value = io.values.text(name);
      return value === undefined ? {} : { [name]: value };
    };
    const done = await io.request("request.write", {
      case: resolve(io.positionals[0]!),
      events,
      out: resolve(io.positionals[1]!),
      ...option("filter"),
      ...option("nat"),
      ...option("retention"),
      ...(sql === undefined ? {} : { sql }),
    });
    await io.value(done);
    await io.line(`Request ${done.requestId} in ${done.path}`);
    const rows: [string, string][] = [
      ["Questions", `${number(done.questions)}, from ${count(done.events, "event")}`],
      [
        "First deadline",
        done.firstDeadlineUs === null ? "the retention is not known" : time(done.firstDeadlineUs),
      ],
      [
        "Calibrations",
        done.calibrations.length === 0 ? "none: the intervals are wide" : done.calibrations.join(", "),
      ],
      ["Files", done.files.map((f) => f.name).join(", ")],
    ];
    if (done.unaskable > 0)
      rows.push([
        "Not asked",
        `${count(done.unaskable, "event")} without port and destination, or without a time`,
      ]);
    for (const line of pairs(rows)) await io.line(line);
    return 0;
  },
};

const WORDS: Readonly<Record<Worth, string>> = {
  ask: "worth asking",
  "compare-first": "worth asking, once a clock is compared: until then the interval is minutes wide",
  weak: "no source port: asked by the destination alone",
  answered: "the records at hand name a line already",
  expired: "past the stated retention",
};

export const triage: Command = {
  name: "triage",
  arguments: "CASE",
  summary:
    "List which events are worth asking the operator about, the most pressing first, with their deadlines.",
  options: {
    events: { value: "NAME", help: "the source that holds the events (required)" },
    filter: { value: "EXPR", help: "which events are looked at (default: all)" },
    nat: { value: "NAME", help: "the operator's log whose clock the intervals are stated in" },
    retention: {
      value: "T",
      help: 'how long the operator keeps its records: "90d" (default: as its log states)',
    },
    limit: { value: "N", help: "at most N events (default 1,000)" },
  },
  notes: [
    "Deadlines are held against this workstation's own clock. The latest attribution of the events tells which are answered.",
    "With --json: first the summary, then a line an event.",
  ],
  operations: ["request.triage"],
  async run(io) {
    const events = io.values.text("events");
    if (!events) throw usage("triage", "--events NAME is missing.");
    const option = (name: string) => {
      const value = io.values.text(name);
      return value === undefined ? {} : { [name]: value };
    };
    const limit = io.values.number("limit");
    const { events: listed, ...summary } = await io.request("request.triage", {
      case: resolve(io.positionals[0]!),
      events,
      ...option("filter"),
      ...option("nat"),
      ...option("retention"),
      ...(limit === undefined ? {} : { limit }),
    });
    await io.value(summary);
    for (const event of listed) await io.value(event);
    const rows: [string, string][] = WORTHS.map((worth) => [
      worth,
      `${number(summary.counts[worth])}: ${WORDS[worth]}`,
    ]);
    if (summary.unaskable > 0)
      rows.push(["not askable", `${number(summary.unaskable)}: neither port nor destination, or no time`]);
    rows.push(["Questions", number(summary.questions)]);
    rows.push([
      "First deadline",
      summary.firstDeadlineUs === null
        ? "the retention is not known: state it with --retention"
        : time(summary.firstDeadlineUs),
    ]);
    for (const line of pairs(rows)) await io.line(line);
    const columns = [
      { title: "WORTH" },
      { title: "DEADLINE" },
      { title: "TIME" },
      { title: "ADDRESS AND PORT" },
      { title: "WIDTH", right: true },
      { title: "VERDICT" },
    ];
    const cells = listed.map((e) => [
      e.worth,
      e.deadlineUs === null ? "-" : time(e.deadlineUs),
      time(e.timeUs),
      endpoint(e.publicIp, e.port),
      span(e.widthUs),
      e.verdict ?? "-",
    ]);
    if (cells.length > 0) for (const line of table(columns, cells)) await io.line(line);
    return 0;
  },
};

export const replies: Command = {
  name: "replies",
  arguments: "CASE",
  summary: "Match the operators' replies to the questions of each disclosure request.",
  options: {},
  notes: ["A question without a line in any reply is open: that is no sign that nobody held the port."],
  operations: ["request.replies"],
  async run(io) {
    const states = await io.request("request.replies", { case: resolve(io.positionals[0]!) });
    for (const state of states) await io.value(state);
    if (states.length === 0) await io.line("The case has no disclosure request.");
    const columns = [
      { title: "REQUEST" },
      ...["QUESTIONS", "RECORD", "NO RECORD", "EXPIRED", "NOT OURS", "OPEN"].map((title) => ({
        title,
        right: true,
      })),
      { title: "REPLIES" },
    ];
    const rows = states.map((s) => [
      s.requestId,
      ...[s.questions, s.record, s.noRecord, s.retentionExpired, s.notOurAddress, s.open].map(number),
      s.sources.join(", ") || "-",
    ]);
    if (rows.length > 0) for (const line of table(columns, rows)) await io.line(line);
    for (const s of states) for (const problem of s.problems) await io.line(`  ${s.requestId}: ${problem}`);
    return states.some((s) => s.problems.length > 0) ? 1 : 0;
  },
};
