// A NAT's line behind the heads that relays and collectors put before it: it is still told from every other format, and
// its own time stays the time of its record. A relay's time read as the NAT's would move the mapping.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { FORMATS, formatById } from "../../../shared/formats/registry";
import { parseZone } from "../../../shared/time/zone";
import { accounted, parseText, type Row, told } from "./support";

const folder = resolve(import.meta.dirname, "../../data/nat");
const NOON = Date.parse("2026-03-05T12:00:00Z") * 1000;

const HEADS: Readonly<Record<string, string>> = {
  "RFC 3164": "Mar  5 12:00:00 relay1 ",
  "RFC 3164 with PRI": "<134>Mar  5 12:00:00 relay1 ",
  "RFC 3164 with a space behind PRI": "<134> Mar  5 12:00:00 relay1 ",
  "two relays": "Mar  5 12:00:00 collector1 Mar  5 12:00:00 relay1 ",
  "a program's tag": "Mar  5 12:00:00 relay1 nat[12]: ",
  "a bare colon": "<134>Mar  5 2026 12:00:00 relay1 : ",
  "RFC 5424": "<134>1 2026-03-05T12:00:00.000Z relay1 app 1 - - ",
  "RFC 5424 with structured data": '<134>1 2026-03-05T12:00:00Z relay1 - - - [meta sequenceId="5"] ',
  "rsyslog's RFC 3339": "2026-03-05T12:00:00.000+00:00 relay1 ",
  "a collector's columns": "2026-03-05 12:00:00\tLocal0.Info\t192.0.2.1\t",
};

/** What a relay may not change: all but the second clock, and the device where the line itself does not name it. */
const kept = (row: Row): string => told(row).replace(/ (?:dev|other)=\S+/g, "");

const ids = readdirSync(folder)
  .map((name) => name.replace(/\.log$/, ""))
  // Tables with a header line of their own, listings, and rules that an operator writes: none comes through a relay.
  .filter(
    (id) =>
      !["vasexperts.nat", "nat.rules", "linux.conntrack-table", "nfdump.csv", "nfdump.json"].includes(id),
  );

describe.each(Object.entries(HEADS))("behind %s", (_name, head) => {
  it.each(ids)("%s says the same", (id) => {
    const format = formatById(id)!;
    const lines = readFileSync(join(folder, `${id}.log`), "utf8")
      .split("\n")
      .filter((line) => line !== "");
    const text = `${lines.map((line) => head + line).join("\n")}\n`;
    const sample = {
      bytes: new TextEncoder().encode(text),
      lines: text.split("\n").slice(0, -1),
      name: "nat.log",
      whole: true,
    };
    const found = FORMATS.map((f) => ({ id: f.id, detection: f.detect(sample, {}) }))
      .filter(({ detection }) => detection.score > 0.5)
      .sort(
        (a, b) => b.detection.score - a.detection.score || b.detection.specificity - a.detection.specificity,
      );
    expect(found[0]?.id).toBe(id);
    const options = { zone: parseZone("UTC"), year: 2026, layout: found[0]?.detection.layout };
    const alone = parseText(format, `${lines.join("\n")}\n`, options);
    const relayed = parseText(format, text, options);
    expect(accounted(relayed)).toBe(lines.length);
    expect(relayed.rejects).toEqual([]);
    // A line without any time of its own has the relay's.
    const bare = alone.rows.map((row) => row.time_us === undefined || row.time_us === null);
    expect(relayed.rows.map((row, i) => (bare[i] ? kept({ ...row, time_us: null }) : kept(row)))).toEqual(
      alone.rows.map(kept),
    );
    for (const [i, row] of relayed.rows.entries()) if (bare[i]) expect(row.time_us).toBe(NOON);
  });
});
