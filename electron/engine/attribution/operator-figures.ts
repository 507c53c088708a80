// What an operator's own run of the query pack says of its log's completeness (rule of evidence 8): the figures are a
// source of their own, and belong to the extract that answers the same request. They are the operator's word, and every
// finding that rests on them says so.
import { Spans } from "../../../shared/attribution/spans";
import { NO_STRANGERS } from "../../../shared/attribution/strangers";
import { ProductError } from "../../../shared/errors";
import { splitCsv } from "../../../shared/formats/delimited";
import { formatById } from "../../../shared/formats/registry";
import { formatIpv4, IPV6_BASE } from "../../../shared/record/address";
import { type Figure, figureOf, figuresOfPool } from "../../../shared/request/figures";
import type { OpenCase } from "../case/open-case";
import { allSources, type SourceRow } from "../catalogue";
import { requestsAnswered, wholeFiles } from "../request/replies";
import { Names } from "./names";
import { mayBeComplete, type Pool, type PoolFinding } from "./pools";
import type { NatLog } from "./sources";

const FORMAT = "portwitness.completeness";

/** The findings with those that operators' figures give for pools of extracts. */
export async function withOperatorFigures(
  openCase: OpenCase,
  logs: readonly NatLog[],
  pools: readonly Pool[],
  found: readonly (PoolFinding | null)[],
): Promise<(PoolFinding | null)[]> {
  const given = (await allSources(openCase.db)).filter((s) => s.format === FORMAT);
  if (given.length === 0 || logs.every(mayBeComplete)) return [...found];
  const names = new Names(openCase.db);
  await names.prepareIds([pools.map((p) => p.device)], []);
  const byLog = new Map<number, { source: string; figures: Figure[] } | null>();
  const out: (PoolFinding | null)[] = [];
  for (const [p, pool] of pools.entries()) {
    const log = logs[pool.log]!;
    if (mayBeComplete(log)) {
      out.push(found[p] ?? null);
      continue;
    }
    let own = byLog.get(pool.log);
    if (own === undefined) {
      own = await figuresFor(openCase, log.source, given);
      byLog.set(pool.log, own);
    }
    const completeness = own && figuresOfPool(own.figures, inRange(pool.range), names.text(pool.device));
    const { strangers, setBack } = found[p] ?? { strangers: NO_STRANGERS, setBack: Spans.NONE };
    const shown = own && completeness ? { operator: own.source, completeness, strangers, setBack } : null;
    out.push(shown ?? found[p] ?? null);
  }
  return out;
}

/** Pools of IPv4 are a /24, those of IPv6 all of a device's addresses. */
function inRange(range: number): (publicIp: string) => boolean {
  if (range === IPV6_BASE) return (ip) => ip.includes(":");
  const net = formatIpv4(range).replace(/\.0$/, ".");
  return (ip) => ip.startsWith(net);
}

/** The figures of the requests that the extract answers; null where none of them were added. */
async function figuresFor(
  openCase: OpenCase,
  extract: SourceRow,
  given: readonly SourceRow[],
): Promise<{ source: string; figures: Figure[] } | null> {
  const requests = await requestsAnswered(openCase, extract);
  const sources: string[] = [];
  const figures: Figure[] = [];
  for (const source of given) {
    const own = (await figuresIn(openCase, source)).filter((f) => requests.has(f.requestId));
    if (own.length === 0) continue;
    sources.push(source.name);
    figures.push(...own);
  }
  return sources.length === 0 ? null : { source: sources.join(", "), figures };
}

async function figuresIn(openCase: OpenCase, source: SourceRow): Promise<Figure[]> {
  const out: Figure[] = [];
  for (const { path, bytes } of await wholeFiles(openCase, source)) {
    const lines = bytes
      .toString("utf8")
      .replace(/^\ufeff/, "")
      .split(/\r?\n/);
    const names = splitCsv(lines[0] ?? "").fields.map((name) => name.toLowerCase());
    for (let i = 1; i < lines.length; i++) {
      if (lines[i]!.trim() === "") continue;
      const cells = splitCsv(lines[i]!).fields;
      const figure = figureOf(new Map(names.map((name, k) => [name, cells[k] ?? ""])));
      if (typeof figure === "string") {
        throw new ProductError(
          "input",
          `${source.name} holds a line that is no figure: ${figure}.`,
          `Ask the operator for the result of 5-completeness.sql as it came (${formatById(FORMAT)!.title}).`,
          { file: path, line: i + 1 },
        );
      }
      out.push(figure);
    }
  }
  return out;
}
