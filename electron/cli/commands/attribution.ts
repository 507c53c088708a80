// attribute: who held the address and port at each event, or that the records cannot tell.
import { resolve } from "node:path";
import { type AttributionRow, VERDICTS, type Verdict } from "../../../shared/contract/attribution";
import { type Command, EXAMINER } from "../command";
import { count, endpoint, number, span, table, time } from "../print";
import { usage } from "../usage";
import { printActors } from "./actors";

/** Rows a page request may ask for (CONTRACT, "Views"). */
const PAGE = 1_000;
/** Results a person is shown; --json prints every one. */
const SHOWN = 20;

export const VERDICT_MEANS: Record<Verdict, string> = {
  unique: "one subscriber line, and the records exclude every other",
  only: "one candidate; the records are not complete enough to exclude others",
  ambiguous: "two or more lines fit; all are listed",
  none: "no loaded mapping fits",
  "out-of-range": "outside what the calibration or the records cover",
  "no-port": "the event carries no source port",
};

/** CONTRACT, "JSON keys", attribute. */
function resultKeys(row: AttributionRow): Record<string, unknown> {
  const {
    line,
    offset,
    verdict,
    rule,
    subscriber,
    insideIp,
    candidates,
    nearest,
    sharedBy,
    intervalFromUs,
    intervalToUs,
    flipUs,
  } = row;
  return {
    line,
    offset,
    verdict,
    rule,
    subscriber,
    insideIp,
    candidates,
    nearest,
    sharedBy,
    intervalFromUs,
    intervalToUs,
    flipUs,
    ...(row.portFrom === undefined ? {} : { portFrom: row.portFrom }),
  };
}

const party = (row: AttributionRow): string =>
  row.verdict === "unique" || row.verdict === "only"
    ? (row.subscriber ?? row.insideIp ?? "-")
    : row.verdict === "ambiguous"
      ? `one of ${row.candidates.length}`
      : row.sharedBy !== null
        ? `${count(row.sharedBy, "line")} shared the address`
        : "-";

export const attribute: Command = {
  name: "attribute",
  arguments: "CASE",
  summary: "Name the subscriber line behind each event of a source, or say that the records cannot tell.",
  options: {
    events: { value: "NAME", help: "the source that holds the events (required)" },
    nat: { value: "NAME[,NAME]", help: "the NAT operator's sources (required)" },
    subscribers: { value: "NAME", help: "subscriber records, where the NAT log names only inside addresses" },
    filter: {
      value: "EXPR",
      help: "which events are questioned; they never count as proof of their own clock",
    },
    destination: {
      value: "ADDRESS[:PORT],...",
      help: "the server's own address, where its log has none: events without a port are then matched by the destinations that the operator logged",
    },
    actor: {
      value: "FIELD",
      help: "a field of the records (FIELD:NAME for a cookie); events that share its value are intersected, apart from their own verdicts",
    },
    ...EXAMINER,
  },
  notes: ["The latest accepted calibration of each source is used; its id is printed on standard error."],
  operations: ["attribution.run", "attribution.page", "attribution.actors", "attribution.actor"],
  async run(io) {
    const casePath = resolve(io.positionals[0]!);
    const events = io.values.text("events");
    if (!events) throw usage("attribute", "--events NAME is missing.");
    const nat = (io.values.text("nat") ?? "").split(",").filter((name) => name !== "");
    if (nat.length === 0) throw usage("attribute", "--nat NAME is missing.");
    const subscribers = io.values.text("subscribers");
    const filter = io.values.text("filter");
    const actor = io.values.text("actor");
    const destination = io.values.text("destination");
    const run = await io.request("attribution.run", {
      case: casePath,
      events,
      nat,
      ...(subscribers === undefined ? {} : { subscribers }),
      ...(filter === undefined ? {} : { filter }),
      ...(actor === undefined ? {} : { actor }),
      ...(destination === undefined ? {} : { destination }),
    });
    io.remark(
      run.calibrations.length > 0
        ? `Calibrations used: ${run.calibrations.join(", ")}`
        : "No accepted calibration: nothing can be unique.",
    );
    const shown: AttributionRow[] = [];
    const end = io.json ? run.events : Math.min(run.events, SHOWN);
    for (let from = 0; from < end; from += PAGE) {
      const page = await io.request("attribution.page", {
        case: casePath,
        id: run.id,
        from,
        to: Math.min(from + PAGE, end),
      });
      for (const row of page.rows) {
        if (io.json) await io.value(resultKeys(row));
        else shown.push(row);
      }
    }
    if (io.json) {
      await printActors(io, casePath, run);
      return 0;
    }
    await io.line(`${count(run.events, "event")} of ${events} against ${nat.join(", ")}:`);
    const counts = VERDICTS.map((verdict) => [
      verdict,
      number(run.counts[verdict] ?? 0),
      VERDICT_MEANS[verdict],
    ]);
    for (const line of table(
      [{ title: "VERDICT" }, { title: "EVENTS", right: true }, { title: "MEANS" }],
      counts,
      "  ",
    ))
      await io.line(line);
    for (const sentence of run.completeness) await io.line(`  ${sentence}`);
    if (shown.length > 0) {
      await io.line();
      const columns = [
        { title: "LINE", right: true },
        { title: "TIME (recorded)" },
        { title: "CLIENT" },
        { title: "VERDICT" },
        { title: "RULE" },
        { title: "LINE OF" },
        { title: "FLIPS AT", right: true },
      ];
      const rows = shown.map((r) => [
        number(r.line),
        time(r.timeUs),
        endpoint(r.srcIp, r.srcPort),
        r.verdict,
        r.rule,
        party(r),
        r.flipUs === null ? "-" : span(r.flipUs, true),
      ]);
      for (const line of table(columns, rows)) await io.line(line);
      if (run.events > shown.length)
        await io.line(`${number(shown.length)} of ${number(run.events)} results; --json prints every one.`);
    }
    await printActors(io, casePath, run);
    await io.line("A result names a subscriber line, not a person or a device.");
    return 0;
  },
};
