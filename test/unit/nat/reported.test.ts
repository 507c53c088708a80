// What the records could not show of their mappings is said where the source is added and wherever it is listed.
import { afterAll, beforeAll, expect, it } from "vitest";
import { EngineCase } from "./engine";

let open: EngineCase;
beforeAll(async () => {
  open = await EngineCase.create();
});
afterAll(() => open.close());

const block = (at: string, kind: "A" | "W", inside: string, low: number): string =>
  `<134> 1 2026 Mar 05 ${at} 192.0.2.3 - - NAT44 - [Userbased${kind} - ${inside} - - 203.0.113.9 - ${low} ${low + 511} - -]`;

it("mappings, overlaps of two parties, lost starts and lost ends are counted in the reply and in the list of sources", async () => {
  const lines = [
    block("10:00:00", "A", "10.0.0.1", 1024),
    // Somebody else holds the same block before it is withdrawn: the log contradicts itself.
    block("10:10:00", "A", "10.0.0.2", 1024),
    block("10:20:00", "W", "10.0.0.1", 1024),
    block("10:30:00", "W", "10.0.0.2", 1024),
    // A withdrawal whose assignment is missing, and an assignment whose withdrawal is.
    block("10:40:00", "W", "10.0.0.3", 2048),
    block("10:50:00", "A", "10.0.0.4", 4096),
  ];
  await open.add("nat", { "cgv6.log": `${lines.join("\n")}\n` }, { role: "nat", zone: "UTC" });
  await open.add(
    "web",
    { "web.csv": "time,note\n2026-03-05T10:00:00Z,-\n" },
    { role: "server", format: "csv", map: { time: "time" } },
  );
  const counts = { mappings: 4, overlaps: 2, openEnds: 1, lostStarts: 1 };
  const listed = await open.run("evidence.sources", {});
  expect(listed.map((s) => [s.name, s.mappings])).toEqual([
    ["nat", counts],
    ["web", null],
  ]);
});
