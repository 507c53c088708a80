// The actors of a run: their events put together and intersected (shared/attribution/actor.ts). They stand in tables of
// their own beside the events' results, which they never change.
import { createHash } from "node:crypto";
import {
  ACTOR_ROLES,
  ACTOR_VERDICTS,
  type ActorEvent,
  type ActorVerdict,
  intersect,
} from "../../../shared/attribution/actor";
import type { ActorRow } from "../../../shared/contract/actors";
import type { Database } from "../../../shared/database";
import type { OpenCase } from "../case/open-case";
import { appendColumns } from "../database/appender";
import { stageActorValues } from "./actor-values";
import type { WorkTables } from "./finish";
import { Names } from "./names";
import type { Sources } from "./sources";

/** Tables of a run's actors. */
export interface ActorTables {
  /** One row an actor of two events or more, in the order of their first event. */
  readonly actors: string;
  /** (actor, row, role), in the order of actor and row. */
  readonly events: string;
  /** Parties that fit every event of an actor. */
  readonly parties: string;
}

export const actorTables = (prefix: string, suffix: string | number): ActorTables => ({
  actors: `${prefix}_actor${suffix}`,
  events: `${prefix}_actor_event${suffix}`,
  parties: `${prefix}_actor_party${suffix}`,
});

export type ActorOutputs = {
  readonly field: string;
  /** Actors of two events or more. */
  readonly actors: number;
  /** Actors of one event, whose intersection would be that event's own list. */
  readonly single: number;
  readonly counts: Record<ActorVerdict, number>;
  /** SHA-256 of the actors' rows as JSON Lines. */
  readonly sha256: string;
};

const KINDS = ["i32", "u8", "i64", "i64", "i64", "i64", "i64"] as const;

/** Writes the actors' tables. `tables.raw` must still stand. */
export async function stageActors(
  openCase: OpenCase,
  sources: Sources,
  tables: WorkTables,
  out: ActorTables,
  scratch: string,
  field: string,
  signal: AbortSignal,
): Promise<ActorOutputs> {
  const { db } = openCase;
  const values = await stageActorValues(openCase, sources.events, tables.events, scratch, field, signal);
  await db.run(
    `CREATE TABLE "${out.actors}"(actor INTEGER NOT NULL, value VARCHAR NOT NULL, verdict UTINYINT NOT NULL, proves BIGINT NOT NULL,
       narrows BIGINT NOT NULL, contradicts BIGINT NOT NULL, silent BIGINT NOT NULL)`,
  );
  await db.run(
    `CREATE TABLE "${out.events}"(actor INTEGER NOT NULL, "row" BIGINT NOT NULL, role UTINYINT NOT NULL)`,
  );
  await db.run(
    `CREATE TABLE "${out.parties}"(actor INTEGER NOT NULL, subscriber INTEGER, in_addr BIGINT, realm INTEGER)`,
  );
  const counts = Object.fromEntries(ACTOR_VERDICTS.map((v) => [v, 0])) as Record<ActorVerdict, number>;
  const writer = new ActorWriter(db, out);
  let single = 0;
  let actors = 0;
  for await (const actor of actorsOf(db, tables, scratch, signal)) {
    if (actor.events.length < 2) {
      single++;
      continue;
    }
    const found = intersect(actor.events);
    counts[found.verdict]++;
    writer.add(actors++, values[actor.number]!, actor, found);
    await writer.flushFull();
  }
  await writer.flush();
  await db.run(`DROP TABLE "${scratch}"`);
  const hash = createHash("sha256");
  for (let from = 0; from < actors; from += 1000) {
    for (const row of await readActors(db, sources.events.n, out, from, from + 1000, signal))
      hash.update(`${JSON.stringify(row)}\n`);
  }
  return { field, actors, single, counts, sha256: hash.digest("hex") };
}

interface GatheredActor {
  readonly number: number;
  readonly rows: number[];
  readonly events: ActorEvent[];
  /** Columns (subscriber, in_addr, realm) by party key. */
  readonly parties: Map<string, readonly [number, number, number]>;
}

/** The actors in order, each with its events' candidates. */
async function* actorsOf(
  db: Database,
  tables: WorkTables,
  numbers: string,
  signal: AbortSignal,
): AsyncGenerator<GatheredActor> {
  const sql = `SELECT k.actor, k."row", r.everyone, c.subscriber, c.in_addr, c.realm, c.mapping FROM "${numbers}" k
      JOIN "${tables.raw}" r ON r."row" = k."row" LEFT JOIN "${tables.candidates}" c ON c."row" = k."row" AND c.place = 0
    ORDER BY k.actor, k."row", c.rowid`;
  let actor: GatheredActor | null = null;
  let parties = new Set<string>();
  for await (const { rows, columns } of db.columns(sql, [], signal)) {
    const [number, row, everyone, subscriber, inside, realm, mapping] = columns as Float64Array[];
    for (let i = 0; i < rows; i++) {
      if (actor === null || actor.number !== number![i]) {
        if (actor) yield actor;
        actor = { number: number![i]!, rows: [], events: [], parties: new Map() };
      }
      if (actor.rows[actor.rows.length - 1] !== row![i]) {
        parties = new Set();
        actor.rows.push(row![i]!);
        actor.events.push({ parties, everyone: everyone![i] === 1 });
      }
      if (Number.isNaN(mapping![i]!)) continue;
      const key = keyOf(subscriber![i]!, inside![i]!, realm![i]!, mapping![i]!);
      parties.add(key);
      actor.parties.set(key, [subscriber![i]!, inside![i]!, realm![i]!]);
    }
  }
  if (actor) yield actor;
}

/** DESIGN, identity: the subscriber, else the inside address with its realm. A mapping that names nobody is nobody else's. */
function keyOf(subscriber: number, inside: number, realm: number, mapping: number): string {
  if (!Number.isNaN(subscriber)) return `s${subscriber}`;
  return Number.isNaN(inside) ? `m${mapping}` : `a${inside}@${Number.isNaN(realm) ? 0 : realm}`;
}

class ActorWriter {
  private actors: number[][] = [];
  private values: string[] = [];
  private events: number[][] = [];
  private parties: number[][] = [];

  constructor(
    private readonly db: Database,
    private readonly tables: ActorTables,
  ) {}

  add(number: number, value: string, actor: GatheredActor, found: ReturnType<typeof intersect>): void {
    const count = (role: (typeof ACTOR_ROLES)[number]) => found.roles.filter((r) => r === role).length;
    this.values.push(value);
    this.actors.push([number, ACTOR_VERDICTS.indexOf(found.verdict), ...ACTOR_ROLES.map(count)]);
    actor.rows.forEach((row, i) => {
      this.events.push([number, row, ACTOR_ROLES.indexOf(found.roles[i]!)]);
    });
    for (const key of found.parties) this.parties.push([number, ...actor.parties.get(key)!]);
  }

  async flushFull(): Promise<void> {
    if (this.events.length + this.parties.length >= 32_768) await this.flush();
  }

  async flush(): Promise<void> {
    const column = (rows: readonly number[][], c: number) => Float64Array.from(rows, (r) => r[c]!);
    const { actors, events, parties, values } = this;
    this.actors = [];
    this.values = [];
    this.events = [];
    this.parties = [];
    if (actors.length > 0) {
      const [number, ...rest] = KINDS.slice(0, 6).map((kind, c) => ({ kind, values: column(actors, c) }));
      await appendColumns(
        this.db,
        this.tables.actors,
        [number!, { kind: "text", values }, ...rest],
        actors.length,
      );
    }
    const store = (table: string, kinds: readonly ("i32" | "i64" | "u8")[], rows: readonly number[][]) =>
      rows.length === 0
        ? Promise.resolve()
        : appendColumns(
            this.db,
            table,
            kinds.map((kind, c) => ({ kind, values: column(rows, c) })),
            rows.length,
          );
    await store(this.tables.events, ["i32", "i64", "u8"], events);
    await store(this.tables.parties, ["i32", "i32", "i64", "i32"], parties);
  }
}

/** Lines listed of an actor's contradicting events, and candidates, at most. */
const LISTED = 100;

/** Actors [from, to) in the order of their first event. */
export async function readActors(
  db: Database,
  eventsN: number,
  tables: ActorTables,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<ActorRow[]> {
  const range = [from, to];
  const actors = await db.query(
    `SELECT a.actor, a.value, a.verdict, a.proves, a.narrows, a.contradicts, a.silent FROM "${tables.actors}" a
     WHERE a.actor >= ? AND a.actor < ? ORDER BY a.actor`,
    range,
    signal,
  );
  const spans = await db.query(
    `SELECT e.actor, min(r.line) AS first_line, max(r.line) AS last_line, min(r.time_us) AS first_us, max(r.time_us) AS last_us
     FROM "${tables.events}" e JOIN "record_${eventsN}" r ON r.rowid = e."row" WHERE e.actor >= ? AND e.actor < ?
     GROUP BY e.actor ORDER BY e.actor`,
    range,
    signal,
  );
  const against = await db.query(
    `SELECT actor, line FROM (SELECT e.actor, r.line, row_number() OVER (PARTITION BY e.actor ORDER BY e."row") AS n
       FROM "${tables.events}" e JOIN "record_${eventsN}" r ON r.rowid = e."row"
       WHERE e.actor >= ? AND e.actor < ? AND e.role = ${ACTOR_ROLES.indexOf("contradicts")}) WHERE n <= ${LISTED} ORDER BY actor, n`,
    range,
    signal,
  );
  const parties = await db.query(
    `SELECT actor, subscriber, in_addr, realm FROM (SELECT p.*, row_number() OVER (PARTITION BY actor ORDER BY rowid) AS n
       FROM "${tables.parties}" p WHERE actor >= ? AND actor < ?) WHERE n <= ${LISTED} ORDER BY actor, n`,
    range,
    signal,
  );
  const names = new Names(db);
  await names.prepare(parties, ["subscriber", "realm"], ["in_addr"]);
  return actors.map((a, i): ActorRow => {
    const own = parties.filter((p) => p.actor === a.actor);
    const candidates = own.map((p) => {
      const realm = names.text(p.realm);
      return {
        subscriber: names.text(p.subscriber),
        insideIp: names.address(p.in_addr),
        ...(realm === null ? {} : { realm }),
      };
    });
    const verdict = ACTOR_VERDICTS[Number(a.verdict)]!;
    const named = verdict === "unique" || verdict === "only" ? candidates[0] : undefined;
    const span = spans[i]!;
    return {
      actor: Number(a.actor),
      value: String(a.value),
      verdict,
      subscriber: named?.subscriber ?? null,
      insideIp: named?.insideIp ?? null,
      candidates,
      proves: Number(a.proves),
      narrows: Number(a.narrows),
      contradicts: Number(a.contradicts),
      silent: Number(a.silent),
      contradicting: against.filter((x) => x.actor === a.actor).map((x) => Number(x.line)),
      firstLine: Number(span.first_line),
      lastLine: Number(span.last_line),
      firstTimeUs: typeof span.first_us === "number" ? span.first_us : null,
      lastTimeUs: typeof span.last_us === "number" ? span.last_us : null,
    };
  });
}

/** Positions [from, to) of an actor's events in the run's results, with their roles, and how many there are. */
export async function actorEvents(
  db: Database,
  tables: ActorTables,
  results: string,
  actor: number,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<{ total: number; positions: number[]; roles: (typeof ACTOR_ROLES)[number][] }> {
  const [all] = await db.query(
    `SELECT count(*) AS n FROM "${tables.events}" WHERE actor = ?`,
    [actor],
    signal,
  );
  const rows = await db.query(
    `SELECT position, role FROM (SELECT a.rowid AS position, e.role, row_number() OVER (ORDER BY e."row") - 1 AS n
       FROM "${tables.events}" e JOIN "${results}" a ON a."row" = e."row" WHERE e.actor = ?) WHERE n >= ? AND n < ? ORDER BY position`,
    [actor, from, to],
    signal,
  );
  return {
    total: Number(all?.n ?? 0),
    positions: rows.map((r) => Number(r.position)),
    roles: rows.map((r) => ACTOR_ROLES[Number(r.role)]!),
  };
}
