import { describe, expect, it } from "vitest";
import { actorField, actorOf } from "../../../electron/engine/attribution/actor-values";
import { actorEvents, readActors } from "../../../electron/engine/attribution/actors";
import { runTables } from "../../../electron/engine/attribution/results";
import { type ActorEvent, intersect } from "../../../shared/attribution/actor";
import { ADDR, attribute, build, type GivenEvent, type GivenMapping } from "./support";

const list = (everyone: boolean, ...parties: string[]): ActorEvent => ({
  parties: new Set(parties),
  everyone,
});

describe("the intersection of one actor's events", () => {
  it("proves a line only through lists that leave nobody out", () => {
    expect(intersect([list(true, "a", "b"), list(true, "b", "c")])).toMatchObject({
      verdict: "unique",
      parties: ["b"],
      roles: ["proves", "proves"],
    });
    expect(intersect([list(true, "a", "b"), list(false, "b", "c")])).toMatchObject({
      verdict: "only",
      parties: ["b"],
      roles: ["proves", "narrows"],
    });
    expect(intersect([list(false, "b"), list(false, "b")])).toMatchObject({ verdict: "only" });
  });

  it("names nobody where an event speaks against the rest, whatever their number", () => {
    const found = intersect([list(true, "a"), list(true, "a"), list(false, "b"), list(true, "a")]);
    expect(found).toEqual({
      verdict: "contradicted",
      parties: [],
      roles: ["proves", "proves", "contradicts", "proves"],
    });
    expect(intersect([list(false, "b"), list(true, "a")]).roles).toEqual(["contradicts", "proves"]);
  });

  it("lets events without candidates neither prove nor exclude", () => {
    expect(intersect([list(false), list(true, "a"), list(true)])).toMatchObject({
      verdict: "unique",
      roles: ["silent", "proves", "silent"],
    });
    expect(intersect([list(false), list(false)])).toMatchObject({ verdict: "none", parties: [] });
  });

  it("never proves a line that some list of everyone lacks, and never names one that some event lacks", () => {
    // Every world of three parties and four events.
    const sets = [[], ["a"], ["b"], ["a", "b"], ["b", "c"], ["a", "b", "c"]];
    for (let code = 0; code < (2 * sets.length) ** 3; code++) {
      const events: ActorEvent[] = [];
      for (let k = 0, rest = code; k < 3; k++) {
        const own = rest % (2 * sets.length);
        rest = Math.floor(rest / (2 * sets.length));
        events.push(list(own >= sets.length, ...sets[own % sets.length]!));
      }
      const found = intersect(events);
      const speaking = events.filter((e) => e.parties.size > 0);
      const everywhere = ["a", "b", "c"].filter((p) => speaking.every((e) => e.parties.has(p)));
      if (found.verdict === "unique") {
        const proofs = speaking.filter((e) => e.everyone);
        expect(["a", "b", "c"].filter((p) => proofs.every((e) => e.parties.has(p)))).toEqual(found.parties);
      }
      if (speaking.length === 0) expect(found.verdict).toBe("none");
      else if (everywhere.length === 0) expect(found.verdict).toBe("contradicted");
      else expect(found.parties).toEqual(everywhere);
    }
  });
});

describe("an actor's value", () => {
  it("is a field, or one cookie of a header; blanks and dashes are none", () => {
    expect(actorOf({ user: "alice" }, actorField("user"))).toBe("alice");
    expect(actorOf({ user: "-" }, actorField("user"))).toBeNull();
    expect(actorOf({ other: "x" }, actorField("user"))).toBeNull();
    const header = { cookie: "theme=dark; sid=ab=c; lang=de" };
    expect(actorOf(header, actorField("cookie:sid"))).toBe("ab=c");
    expect(actorOf(header, actorField("cookie:id"))).toBeNull();
    expect(actorOf({ "cookie:sid": "whole", cookie: "sid=part" }, actorField("cookie:sid"))).toBe("whole");
  });
});

const SECOND = 1_000_000;
const mapping = (low: number, subscriber: number, from: number, to: number, sure = true): GivenMapping => ({
  low,
  subscriber,
  possible: [from * SECOND, to * SECOND],
  certain: sure ? [from * SECOND, to * SECOND] : [null, null],
});
const event = (at: number, port: number, user: string): GivenEvent => ({
  at: at * SECOND,
  width: SECOND,
  port,
  fields: { user },
});

describe("a run with actors", () => {
  it("intersects the events that share a field's value, and leaves their own verdicts as they are", async () => {
    const mappings = [
      // Port 5000 changes hands within the second 100; both ports of alice's events leave nobody out.
      mapping(5000, 1, 0, 100.5),
      mapping(5000, 2, 100.5, 300),
      mapping(5001, 2, 0, 200.5),
      mapping(5001, 3, 200.5, 400),
      mapping(5002, 1, 0, 300),
      mapping(5003, 2, 0, 300),
      mapping(5004, 1, 0, 300, false),
    ];
    const events = [
      event(100, 5000, "alice"),
      event(200, 5001, "alice"),
      event(50, 5002, "bob"),
      event(60, 5003, "bob"),
      event(70, 5004, "carol"),
      event(80, 5004, "carol"),
      event(90, 6000, "carol"),
      event(90, 5002, "dave"),
    ];
    const world = await build(events, [{ mappings }]);
    try {
      const { rows, outputs, seq } = await attribute(world, { actor: "user" });
      expect(rows.map((r) => r.verdict)).toEqual([
        "ambiguous",
        "ambiguous",
        "unique",
        "unique",
        "only",
        "only",
        "none",
        "unique",
      ]);
      expect(outputs.actors).toMatchObject({ field: "user", actors: 3, single: 1 });
      const tables = runTables(seq);
      const actors = await readActors(world.db, 1, tables.actors, 0, 10);
      expect(actors).toMatchObject([
        { value: "alice", verdict: "unique", subscriber: "subscriber 2", proves: 2, contradicts: 0 },
        { value: "bob", verdict: "contradicted", subscriber: null, candidates: [], contradicting: [4] },
        { value: "carol", verdict: "only", subscriber: "subscriber 1", narrows: 2, silent: 1 },
      ]);
      const carol = await actorEvents(world.db, tables.actors, tables.results, 2, 0, 10);
      expect(carol).toEqual({ total: 3, positions: [4, 5, 6], roles: ["narrows", "narrows", "silent"] });
    } finally {
      await world.db.close();
    }
  });

  it("proves nothing through a clock that may not prove, nor through a lost start", async () => {
    const declared = await build(
      [event(10, 5000, "a"), event(20, 5000, "a")],
      [{ mappings: [mapping(5000, 1, 0, 100)], clock: { offset: 0, guard: 0, never: true } }],
    );
    const ends = async (world: typeof declared) => {
      try {
        const { seq } = await attribute(world, { actor: "user" });
        return (await readActors(world.db, 1, runTables(seq).actors, 0, 1))[0]!.verdict;
      } finally {
        await world.db.close();
      }
    };
    expect(await ends(declared)).toBe("only");
    const gap = await build(
      [event(100, 5000, "a"), event(200, 5001, "a")],
      [
        {
          mappings: [mapping(5000, 1, 0, 100.2), mapping(5000, 2, 100.5, 300), mapping(5001, 2, 0, 300)].map(
            (m) => ({ ...m, addr: ADDR }),
          ),
        },
      ],
    );
    // Nobody is known to have held port 5000 for 0.3 s: that event may exclude, but what is proved is proved by the other.
    expect(await ends(gap)).toBe("unique");
  });
});
