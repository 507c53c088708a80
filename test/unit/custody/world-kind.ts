// A small world put straight into the case's tables: three subscribers behind one address, one operator's log, events of
// every verdict, names that a spreadsheet would take for a formula, and an inside address without a subscriber.
import type { ActKind } from "../../../electron/engine/case/act";
import { registerKind } from "../../../electron/engine/case/kinds";
import { createMappingTable, createRecordTable } from "../../../electron/engine/catalogue";
import { RULES, VERDICTS } from "../../../shared/contract/attribution";

const PUBLIC = 3_405_803_777; // 203.0.113.1
const T = 1_700_000_000_000_000;

/** [row, verdict, rule, mappings] */
const EVENTS: readonly (readonly [string, string, readonly number[]])[] = [
  ["unique", "cover", [1]],
  ["ambiguous", "overlap", [1, 2]],
  ["only", "alone", [3]],
  ["none", "no-mapping", []],
  ["ambiguous", "overlap", [2, 4]],
  ["unique", "cover", [7]],
  ["ambiguous", "overlap", [7, 8]],
  ["no-port", "port", []],
];
/** Mappings 1 to 3 name a subscriber; 5 and 6 name the third, and meet no event. */
const subscriberOf = (id: number): number | null => (id <= 3 ? id : id === 5 || id === 6 ? 3 : null);
const insideOf = (id: number): number => 167_772_160 + Math.min(id, 7);
/** Dictionary ids of the realms, behind those of the subscribers. */
const realmOf = (id: number): number | null => (id === 7 ? 4 : id === 8 ? 5 : null);
const SUBSCRIBERS = ["=cmd|'/c calc'!A1", 'Bob, the "second"', "carol\r\n@line"];

export type WorldParameters = { readonly note: string };

export const worldKind: ActKind<WorldParameters> = {
  action: "test.world",
  async stage(openCase, staging) {
    await openCase.db.run(`CREATE TABLE "${staging}_mark"(i BIGINT)`);
    return { outputs: { events: EVENTS.length }, result: "done" };
  },
  async publish(openCase, staging, seq) {
    const { db } = openCase;
    await db.run(`DROP TABLE "${staging}_mark"`);
    const serverN = seq * 1000;
    const natN = seq * 1000 + 1;
    for (const [i, text] of [...SUBSCRIBERS, "vrf-red", "vrf-blue"].entries())
      await db.run("INSERT INTO text_value VALUES (?, ?)", [i + 1, text]);
    const source =
      "INSERT INTO source VALUES (?, ?, ?, 'x', NULL, NULL, NULL, NULL, 'truncates', ?, 'full', NULL, NULL, NULL, NULL)";
    await db.run(source, [serverN, "web", "server", EVENTS.length]);
    await db.run(source, [natN, "cgn", "nat", 4]);
    await db.run(createRecordTable(`record_${serverN}`, "server"));
    await db.run(createMappingTable(`mapping_${natN}`));
    for (let id = 1; id <= 8; id++) {
      // Mapping 4 names no subscriber; 5 and 6 meet no event and must not leave the lab; 7 and 8 are one inside address in
      // two realms, and so two parties.
      await db.run(
        `INSERT INTO "mapping_${natN}" (id, pub_addr, port_low, port_high, port_step, start_us, end_us, first_line, first_offset, in_addr, subscriber, realm, dst_addr)
         VALUES (?, ?, 1024, 2047, 1, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          id,
          PUBLIC,
          T,
          T + 60_000_000,
          id * 10,
          id * 100,
          insideOf(id),
          subscriberOf(id),
          realmOf(id),
          16_843_009,
        ],
      );
    }
    const results = `attribution_${seq}`;
    await db.run(
      `CREATE TABLE "${results}"("row" BIGINT, verdict UTINYINT, rule UTINYINT, subscriber INTEGER, in_addr BIGINT, realm INTEGER, shared_by BIGINT, from_us BIGINT, to_us BIGINT, flip_us BIGINT)`,
    );
    await db.run(
      `CREATE TABLE "attribution_candidate_${seq}"("row" BIGINT, place UTINYINT, source INTEGER, mapping BIGINT, line BIGINT, start_us BIGINT, end_us BIGINT, subscriber INTEGER, in_addr BIGINT, realm INTEGER)`,
    );
    for (const [row, [verdict, rule, mappings]] of EVENTS.entries()) {
      await db.run(
        `INSERT INTO "record_${serverN}" (file, line, "offset", length, time_us, precision_us, time_means, src_addr, src_port) VALUES (0, ?, ?, 80, ?, 1000000, 1, ?, ?)`,
        [row + 1, row * 81, T + row * 1_000_000, PUBLIC, verdict === "no-port" ? null : 1500],
      );
      const answer = verdict === "unique" || verdict === "only" ? mappings[0]! : null;
      await db.run(`INSERT INTO "${results}" VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, ?)`, [
        row,
        VERDICTS.indexOf(verdict as (typeof VERDICTS)[number]),
        RULES.indexOf(rule as (typeof RULES)[number]),
        answer === null ? null : subscriberOf(answer),
        answer === null ? null : insideOf(answer),
        answer === null ? null : realmOf(answer),
        T,
        T + 1_000_000,
        -250_000,
      ]);
      for (const id of mappings) {
        await db.run(`INSERT INTO "attribution_candidate_${seq}" VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?)`, [
          row,
          natN,
          id,
          id * 10,
          T,
          T + 60_000_000,
          subscriberOf(id),
          insideOf(id),
          realmOf(id),
        ]);
      }
    }
    const body = {
      events: "web",
      eventsN: serverN,
      nat: ["cgn"],
      natN: [natN],
      subscribers: null,
      filter: null,
      total: EVENTS.length,
      counts: {},
      calibrations: [],
      completeness: [],
      complete: [],
      sha256: "",
    };
    await db.run("INSERT INTO attribution VALUES (?, ?)", [seq, JSON.stringify(body)]);
  },
};

registerKind(worldKind);
