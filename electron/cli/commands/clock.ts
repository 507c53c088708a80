// calibrate: a source's clock against another, with what is known and how well. A refusal is a finding (exit 1).
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type * as v from "valibot";
import { VERDICTS } from "../../../shared/contract/attribution";
import type { calibration } from "../../../shared/contract/clock";
import type { Reply } from "../../../shared/contract/contract";
import { ProductError } from "../../../shared/errors";
import { parseInstant } from "../../../shared/filter/instant";
import { type Command, EXAMINER, type Io } from "../command";
import { count, number, pairs, span, table, time, wrap } from "../print";
import { usage } from "../usage";

type Calibration = v.InferOutput<typeof calibration>;
const WAYS = ["against", "pairs", "self", "ntp", "declare", "narrow"] as const;

async function textOf(path: string): Promise<{ text: string; name: string }> {
  const file = resolve(path);
  try {
    return { text: await readFile(file, "utf8"), name: basename(file) };
  } catch (error) {
    const why =
      error instanceof Error && "code" in error && error.code === "ENOENT"
        ? "is not there"
        : "cannot be read";
    throw new ProductError("input", `${file} ${why}.`, "Name a readable file.", { file });
  }
}

/** CONTRACT, "JSON keys", calibrate; `reason` only in a refusal. */
function calibrationKeys(c: Calibration): Record<string, unknown> {
  const {
    id,
    source,
    against,
    method,
    pairs,
    segments,
    confidence,
    zoneFaultUs,
    validFromUs,
    validToUs,
    statement,
  } = c;
  const keys = {
    id,
    source,
    against,
    method,
    pairs,
    segments,
    confidence,
    zoneFaultUs,
    validFromUs,
    validToUs,
    statement,
  };
  return segments.length === 0 ? { ...keys, reason: c.reason ?? statement } : keys;
}

export const calibrationLines = (c: Calibration): string[] => {
  if (c.segments.length === 0) return ["Refused: no offset is claimed.", ...wrap(c.reason ?? c.statement)];
  const columns = [
    { title: "FROM (recorded)" },
    { title: "TO (recorded)" },
    { title: "OFFSET", right: true },
    { title: "SKEW (ppm)", right: true },
    { title: "95 %", right: true },
    { title: "GUARD", right: true },
  ];
  const rows = c.segments.map((s) => [
    time(s.fromUs),
    time(s.toUs),
    span(s.offsetUs, true),
    s.skewPpm.toFixed(3),
    `+/- ${span(s.uncertaintyUs)}`,
    `+/- ${span(s.guardUs)}`,
  ]);
  return [
    ...wrap(c.statement, ""),
    ...table(columns, rows, "  "),
    ...pairs([
      ["Method", `${c.method}, from ${count(c.pairs, "pair")}`],
      [
        "Confidence",
        c.confidence === null ? "not applicable" : `${number(Math.round(c.confidence))} nats over chance`,
      ],
      ["Zone fault", c.zoneFaultUs ? span(c.zoneFaultUs, true) : "none seen"],
      [
        "Valid",
        `${c.validFromUs === null ? "-" : time(c.validFromUs)} to ${c.validToUs === null ? "-" : time(c.validToUs)}, in the source's own clock`,
      ],
    ]),
  ];
};

async function takeBack(io: Io, id: string): Promise<number> {
  const clash = WAYS.find((way) => io.values.flag(way) || io.values.text(way) !== undefined);
  if (clash) throw usage("calibrate", `--undo stands alone, without --${clash}.`);
  const reason = io.values.text("reason");
  const { act } = await io.request("clock.undo", {
    case: resolve(io.positionals[0]!),
    id,
    ...(reason === undefined ? {} : { reason }),
  });
  await io.value({ undone: id, act });
  await io.line(`${id} is taken back by act ${act}; it stays in the ledger.`);
  return 0;
}

/** "c14 2 2026-03-13T09:46:24Z/2026-03-31T23:59:56Z" */
function narrowOf(value: string): { id: string; segment: number; fromUs: number; toUs: number } {
  const [, id, segment, from, to] = /^\s*(c\d+)\s+(\d+)\s+([^/\s]+)\/(\S+)\s*$/.exec(value) ?? [];
  const [fromUs, toUs] = [parseInstant(from ?? "")?.us, parseInstant(to ?? "")?.us];
  if (!id || fromUs === undefined || toUs === undefined)
    throw usage(
      "calibrate",
      '--narrow takes "ID SEGMENT FROM/TO", such as "c14 2 2026-03-13T09:46:24Z/2026-03-31T00:00:00Z".',
    );
  return { id, segment: Number(segment), fromUs, toUs };
}

/** Counts of verdicts as they are, and as they would be with the previewed calibration. */
function consequenceLines(runs: Reply<"attribution.consequences">["runs"]): string[] {
  return runs.flatMap((run) => [
    `Accepted, it would change ${count(run.changed, "answer")} of attribution ${run.id} (${run.events} against ${run.nat.join(", ")}):`,
    ...table(
      [{ title: "VERDICT" }, { title: "NOW", right: true }, { title: "THEN", right: true }],
      VERDICTS.map((verdict) => [verdict, number(run.before[verdict] ?? 0), number(run.after[verdict] ?? 0)]),
      "  ",
    ),
  ]);
}

export const calibrate: Command = {
  name: "calibrate",
  arguments: "CASE NAME",
  summary: "Find a source's clock offset and skew. Exit 1 where the evidence does not carry one.",
  options: {
    against: { value: "NAME2", help: "by connections seen in both sources" },
    pairs: { value: "FILE", help: "CSV: recorded,reference[,uncertaintyUs][,note]" },
    self: { help: "by records that carry two clocks" },
    ntp: { value: "FILE", help: "by the host's chrony or ntpd statistics" },
    declare: { value: '"OFFSET +/- U"', help: 'by declaration: "+37.42 s +/- 0.3 s"; needs --reason' },
    narrow: {
      value: '"ID SEGMENT FROM/TO"',
      help: "trust a segment of an earlier calibration only from FROM to TO, in the source's own clock; needs --reason",
    },
    reason: { value: "R", help: "why the declared offset, or the moved border, is right" },
    preview: { help: "show it without accepting it; the ledger records that it was tried" },
    undo: {
      value: "ID",
      help: "take back one accepted calibration by a new act, with --reason; the others stay",
    },
    ...EXAMINER,
  },
  notes: [
    "Offset is the source's clock minus the reference: positive is fast. Corrected = recorded - offset.",
  ],
  operations: ["clock.calibrate", "clock.undo", "attribution.consequences"],
  async run(io) {
    const undo = io.values.text("undo");
    if (undo !== undefined) return takeBack(io, undo);
    const given = WAYS.filter((way) =>
      way === "self" ? io.values.flag(way) : io.values.text(way) !== undefined,
    );
    if (given.length !== 1) {
      throw usage(
        "calibrate",
        `exactly one of ${WAYS.map((way) => `--${way}`).join(", ")} is needed${given.length > 1 ? `; ${given.length} are given` : ""}.`,
      );
    }
    const way = given[0]!;
    const reason = io.values.text("reason");
    if (way === "narrow" && !reason) throw usage("calibrate", "--narrow needs --reason.");
    if (way === "declare" && !reason) throw usage("calibrate", "--declare needs --reason.");
    const value = io.values.text(way) ?? "";
    const body =
      way === "against"
        ? { against: value }
        : way === "self"
          ? { self: true }
          : way === "narrow"
            ? { narrow: narrowOf(value) }
            : way === "declare"
              ? { declare: value }
              : way === "ntp"
                ? { ntp: await textOf(value) }
                : { pairs: await textOf(value).then(({ text, name }) => ({ csv: text, name })) };
    const result = await io.request("clock.calibrate", {
      case: resolve(io.positionals[0]!),
      source: io.positionals[1]!,
      ...body,
      ...(reason === undefined ? {} : { reason }),
      ...(io.values.flag("preview") ? { preview: true } : {}),
    });
    const refused = result.segments.length === 0;
    const preview = io.values.flag("preview") && !refused;
    const casePath = resolve(io.positionals[0]!);
    const would = preview
      ? await io.request("attribution.consequences", { case: casePath, source: io.positionals[1]! })
      : null;
    await io.value({ ...calibrationKeys(result), ...(would === null ? {} : { consequences: would.runs }) });
    for (const line of calibrationLines(result)) await io.line(line);
    for (const line of would === null ? [] : consequenceLines(would.runs)) await io.line(line);
    if (!refused)
      await io.line(io.values.flag("preview") ? "Not accepted: a preview." : `Accepted as ${result.id}.`);
    return refused ? 1 : 0;
  },
};
