// Ten thousand tamperings of an exhibit, half of them by a forger who makes every sum right again, some sealed anew with
// another key: both verifiers catch each, and name the place. PORTWITNESS_LONG scales the number (1 = 10,000).
import { expect, it } from "vitest";
import { stage, tampering } from "./tamperings";
import { temporaryHome } from "./temporary";

const at = temporaryHome();
const RUNS = Math.ceil(10_000 * Number(process.env.PORTWITNESS_LONG ?? 1));

it("every tampering is caught by both verifiers at its place", async () => {
  const made = await stage(at);
  const escaped: string[] = [];
  const counts = new Map<string, number>();
  for (let n = 1, done = 0; done < RUNS; n++) {
    const outcome = await tampering(made, n);
    if (outcome === null) continue;
    done++;
    const by = outcome.what.slice(outcome.what.lastIndexOf(",") + 2);
    counts.set(by, (counts.get(by) ?? 0) + 1);
    if (done % 1000 === 0) process.stdout.write(`${done} tamperings, ${escaped.length} escaped\n`);
    if (outcome.escaped !== null) escaped.push(`${outcome.what}: ${outcome.escaped}`);
  }
  process.stdout.write(`${RUNS} tamperings: ${JSON.stringify(Object.fromEntries(counts))}\n`);
  expect(escaped).toEqual([]);
});
