// join: the port that a log lacks, recovered from a log beside it.
import { resolve } from "node:path";
import type { Reply } from "../../../shared/contract/contract";
import { type Command, EXAMINER } from "../command";
import { count, number, pairs, span } from "../print";
import { usage } from "../usage";

const CLOCK: Record<Reply<"records.join">["clock"], string> = {
  calibrated: "both logs' clocks were calibrated against each other",
  declared: "the tolerance was declared; nothing shows the clocks' difference",
  "same-host": "one host's clock, as the examiner says",
  coincident: "one clock, as their records' coincidence shows",
};

export const join: Command = {
  name: "join",
  arguments: "CASE NAME",
  summary: "Recover the source port that a log lacks from a parallel log of the same connections.",
  options: {
    "port-from": { value: "NAME", help: "the source that holds the ports (required)" },
    "same-host": { help: "both logs were written on one host, by one clock" },
    tolerance: { value: "T", help: 'how far their times may lie apart: "2 s", "500 ms" (default: 1 s)' },
    ...EXAMINER,
  },
  notes: [
    "Records are matched by address, time and, where both logs carry one, connection or process id. A port is taken only where a single port fits the record and no other record fits that port.",
    "Two clocks that were never compared need a calibration, --same-host or --tolerance; without these the records' own coincidence must show that they are one. A later join of the same source takes an earlier one's place.",
  ],
  operations: ["records.join"],
  async run(io) {
    const from = io.values.text("port-from");
    if (!from) throw usage("join", "--port-from NAME is missing.");
    const tolerance = io.values.text("tolerance");
    const done = await io.request("records.join", {
      case: resolve(io.positionals[0]!),
      source: io.positionals[1]!,
      from,
      sameHost: io.values.flag("same-host"),
      ...(tolerance === undefined ? {} : { tolerance }),
    });
    await io.value(done);
    if (done.reason !== undefined) {
      io.remark(`Refused: ${done.reason}`);
      io.remark("Calibrate one log against the other, or say --same-host or --tolerance.");
      return 1;
    }
    const rows: [string, string][] = [
      ["Without a port", count(done.withoutPort, "record")],
      [
        "Recovered",
        `${number(done.recovered)}${done.connectionId ? `, ${number(done.byId)} of them by ${done.connectionId} id` : ""}`,
      ],
      ["Ambiguous", `${number(done.ambiguous)} (more than one port fits; none is taken)`],
      ["Shared", `${number(done.shared)} (the port fits other records too; none is taken)`],
      ["Nothing fits", number(done.unmatched)],
      ["Clock", `${CLOCK[done.clock]}; tolerance ${span(done.toleranceUs)}`],
    ];
    if (done.unsure > 0)
      rows.push([
        "Not proven",
        `${number(done.unsure)}: neither log shows every connection of the other, so no "unique" rests on them`,
      ]);
    await io.line(`${done.id}: ports of ${done.source} from ${done.from}`);
    for (const line of pairs(rows)) await io.line(line);
    return 0;
  },
};
