// A million seeded mutations of text files (PORTWITNESS_LONG scales them).
import { it } from "vitest";
import { mutate } from "./mutate";

const scale = Number(process.env.PORTWITNESS_LONG ?? "1");

it("a million damaged text files lose no line and change no record before the damage", () => {
  const rounds = Math.max(1, Math.round(100 * scale));
  for (let round = 0; round < rounds; round++) mutate(10_000, 1 + round);
});
