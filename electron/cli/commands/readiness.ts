// readiness: does a source, or would a configured server, hold what attribution behind a shared address needs?
import { resolve } from "node:path";
import type { Reply } from "../../../shared/contract/contract";
import type { Command, Io } from "../command";
import { count, number, span, table } from "../print";
import { usage } from "../usage";

const ITEMS = [{ title: "WHAT" }, { title: "ANSWER" }, { title: "WHY" }];
const LEVELS = [{ title: "LEVEL" }, { title: "ANSWER" }, { title: "WHY" }];

export const readiness: Command = {
  name: "readiness",
  arguments: "[CASE] [NAME]",
  summary:
    "Say whether a source holds the client's port, or a NAT's log what RFC 6888 asks; or whether a server's configuration would log the port.",
  options: {
    config: { value: "FILE", help: "a server's configuration file; its includes are followed beside it" },
    server: { value: "ID", help: "which of the sixteen servers it is of: apache, nginx, postfix, ..." },
    "server-version": { value: "V", help: "the server's version, as its operator states it" },
  },
  notes: ["Without arguments it prints the sixteen servers of the draft, then and now."],
  examples: [
    "portwitness readiness case.case web",
    "portwitness readiness --config httpd.conf --server apache --server-version 2.4.62",
  ],
  operations: ["readiness.source", "readiness.config", "readiness.table"],
  async run(io) {
    const [casePath, source] = io.positionals;
    const file = io.values.text("config");
    const server = io.values.text("server");
    if (file !== undefined || server !== undefined) {
      if (casePath !== undefined)
        throw usage("readiness", "give a case and a source, or --config, not both.");
      if (file === undefined) throw usage("readiness", "--config FILE is missing.");
      if (server === undefined) throw usage("readiness", "--server ID is missing.");
      const version = io.values.text("server-version");
      await printConfig(
        io,
        await io.request("readiness.config", {
          file: resolve(file),
          server,
          ...(version === undefined ? {} : { version }),
        }),
      );
      return 0;
    }
    if (casePath === undefined) await printTable(io, await io.request("readiness.table", {}));
    else if (source === undefined) throw usage("readiness", "the source's NAME is missing.");
    else await printSource(io, await io.request("readiness.source", { case: resolve(casePath), source }));
    return 0;
  },
};

async function printSource(io: Io, r: Reply<"readiness.source">): Promise<void> {
  await io.value(r);
  await io.line(r.statement);
  await io.line(
    `  ${number(r.withPort)} of ${count(r.records, "record")} with a port; precision ${r.precisionUs === null ? "-" : span(r.precisionUs)}; clock ${r.clockUncertaintyUs === null ? "not calibrated" : `calibrated to within ${span(r.clockUncertaintyUs)} (95 %)`}`,
  );
  for (const missing of r.missing) await io.line(`  Missing: ${missing}`);
  await io.line();
  const rows = [
    ...r.levels.map((l) => [l.level, l.answer, l.why]),
    ...r.items.map((i) => [i.item, i.answer, `${i.why} (${i.asks})`]),
  ];
  for (const line of table(r.items.length > 0 ? ITEMS : LEVELS, rows, "  ")) await io.line(line);
}

async function printConfig(io: Io, r: Reply<"readiness.config">): Promise<void> {
  await io.value(r);
  await io.line(r.statement);
  await io.line();
  const findings = r.findings.map((f) => [
    f.scope,
    f.log,
    f.port,
    `${f.why} (${f.file}${f.line === null ? "" : `:${f.line}`})`,
  ]);
  for (const line of table(
    [{ title: "PART" }, { title: "LOG" }, { title: "PORT" }, { title: "WHY" }],
    findings,
    "  ",
  )) {
    await io.line(line);
  }
  for (const open of r.open) await io.line(`  Not decided: ${open}`);
  await io.line();
  for (const line of table(
    LEVELS,
    r.levels.map((l) => [l.level, l.answer, l.why]),
    "  ",
  ))
    await io.line(line);
  for (const a of r.advice) {
    await io.line();
    await io.line(`Advice (${a.kind}), in ${a.place}:`);
    for (const line of a.lines) await io.line(`    ${line}`);
    await io.line(`  ${a.why}`);
  }
  await io.line();
  await io.line(r.storage);
}

async function printTable(io: Io, r: Reply<"readiness.table">): Promise<void> {
  for (const row of r.servers) await io.value(row);
  const yes = (value: boolean) => (value ? "yes" : "no");
  const columns = [
    "SERVER",
    "2017: VERSION",
    "POSSIBLE",
    "FEASIBLE",
    "DEFAULT",
    "TODAY: POSSIBLE",
    "FEASIBLE",
    "OFFERED",
    "ON",
    "HOW",
  ].map((title) => ({ title }));
  const rows = r.servers.map((s) => [
    s.title,
    s.draft.version,
    yes(s.draft.possible),
    yes(s.draft.feasible),
    yes(s.draft.byDefault),
    s.today.possible,
    s.today.feasible,
    s.today.generous,
    s.today.strict,
    s.today.how,
  ]);
  for (const line of table(columns, rows)) await io.line(line);
  await io.line(r.slip);
}
