// A NAT operator's log judged by what RFC 6888 asks of it: from its records and mappings, through the engine.
import { afterAll, beforeAll, expect, it } from "vitest";
import { judgeOperator, type OperatorFacts } from "../../../shared/readiness/operator";
import { EngineCase } from "../nat/engine";

let world: EngineCase;
beforeAll(async () => {
  world = await EngineCase.create();
});
afterAll(() => world.close());

const block = (kind: string, at: string, host: number): string =>
  `Mar  5 ${at} vsr fp-cgnat[42]: USER 100.64.0.${host} (matching rule 1): ${kind} BLOCK (pool "p", ip public 203.0.113.1, port ${1024 * host} - ${1024 * host + 511})`;
const answers = async (source: string) => {
  const { items, ...rest } = await world.run("readiness.source", { source });
  return { ...rest, items: Object.fromEntries(items.map((i) => [i.item, i.answer])) };
};

it("a log of blocks has what section 4 lists, no destination, and few records", async () => {
  const lines = [block("NEW", "10:00:00", 1), block("DESTROY", "11:00:00", 1), block("NEW", "10:00:00", 2)];
  const more = { role: "nat", zone: "UTC", year: 2026, retention: "30d" };
  await world.add("blocks", { "blocks.log": `${lines.join("\n")}\n` }, more);
  const judged = await answers("blocks");
  expect(judged.items).toEqual({
    "Transport protocol": "partly",
    "Subscriber: inside address or tunnel": "yes",
    "External address": "yes",
    "External port or port block": "yes",
    Time: "yes",
    "Start and end of a mapping": "partly",
    "Destinations are not logged": "yes",
    "The ports are used well": "unknown",
    "Few records: blocks in place of sessions": "yes",
    "Ports are hard to guess": "unknown",
    Clock: "unknown",
    Retention: "yes",
  });
  expect(judged).toMatchObject({
    port: "yes",
    records: 3,
    withPort: 3,
    missing: ["Start and end of a mapping: not in every record."],
  });
});

it("a log of sessions names destinations and costs a record each", async () => {
  const line =
    "[1772704800.000001]\t[NEW] tcp      6 120 SYN_SENT src=100.64.0.4 dst=198.51.100.80 sport=59783 dport=22 [UNREPLIED] src=198.51.100.80 dst=203.0.113.246 sport=22 dport=59790";
  await world.add("sessions", { "sessions.log": `${line}\n` }, { role: "nat", extent: "query" });
  const judged = await answers("sessions");
  expect(judged.items).toMatchObject({
    "Transport protocol": "yes",
    "Destinations are not logged": "no",
    "Few records: blocks in place of sessions": "no",
    "Start and end of a mapping": "no",
    Retention: "unknown",
  });
  expect(judged.missing).toEqual([
    "Start and end of a mapping: no record has it.",
    "The whole log: an extract shows nothing of what it left out.",
  ]);
});

it("a subscriber's source is asked of neither", async () => {
  const lease =
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context";
  const row = "100.64.0.1,02:00:5e:00:53:01,,3600,1772708400,1,0,0,,0,";
  await world.add("kea", { "kea.csv": `${lease}\n${row}\n` }, { role: "subscriber" });
  await expect(world.run("readiness.source", { source: "kea" })).rejects.toThrow(
    /server's log or a NAT operator's/,
  );
});

it("a log without the external port cannot name a line", () => {
  const facts: OperatorFacts = {
    name: "nat",
    records: 10,
    withAddress: 10,
    withPort: 0,
    withBlock: 0,
    withProtocol: 10,
    withInside: 10,
    withDestination: 0,
    withTime: 10,
    coarsestUs: 60_000_000,
    ambiguousTimes: 0,
    mappings: 5,
    lostStarts: 0,
    openEnds: 0,
    uncertaintyUs: 3,
    retentionUs: null,
    extract: false,
  };
  const judged = judgeOperator(facts);
  expect(judged.port).toBe("no");
  expect(judged.statement).toMatch(/cannot name a line/);
  expect(judged.missing).toEqual([
    "External port or port block: no record has it.",
    "Time: not in every record.",
  ]);
});
