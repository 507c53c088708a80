// A seeded slice of the ten thousand tamperings (tamper.long.ts): every kind of attack, by every kind of forger.
import { expect, it } from "vitest";
import { ATTACKS } from "./forger";
import { stage, tampering } from "./tamperings";
import { temporaryHome } from "./temporary";

const at = temporaryHome();

it("every tampering of the slice is caught by both verifiers at its place", async () => {
  const made = await stage(at);
  const escaped: string[] = [];
  const kinds = new Set<string>();
  for (let n = 1, done = 0; done < 400; n++) {
    const outcome = await tampering(made, n);
    if (outcome === null) continue;
    done++;
    kinds.add(outcome.what.replace(/^\d+: | \(.*/g, ""));
    if (outcome.escaped !== null) escaped.push(`${outcome.what}: ${outcome.escaped}`);
  }
  expect(escaped).toEqual([]);
  expect(kinds.size).toBe(ATTACKS.length);
});
