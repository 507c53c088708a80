import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { DRAFT_SLIP, SIXTEEN } from "../../../shared/readiness/table";

const yes = (value: boolean) => (value ? "yes" : "no");

/** The table as the page shows it, a line a server. */
const lines = SIXTEEN.map(
  (r) =>
    `| ${r.title} | ${r.draft.version} | ${yes(r.draft.possible)} | ${yes(r.draft.feasible)} | ${yes(r.draft.byDefault)} | ${r.today.possible} | ${r.today.feasible} | ${r.today.generous} | ${r.today.strict} | ${r.today.how} | ${r.today.source} |`,
);

it("docs/readiness.md shows the program's own table of sixteen servers", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../../../docs/readiness.md"), "utf8");
  for (const line of lines) expect(page).toContain(line);
  // Each once, and no other row: a server listed twice or left out would mislead.
  expect(page.split("\n").filter((l) => SIXTEEN.some((r) => l.startsWith(`| ${r.title} |`)))).toEqual(lines);
  expect(page).toContain(DRAFT_SLIP);
});
