// Damaged evidence in the text formats. A file that ends in the middle of a line is the damage that happens every day.
import { describe, expect, it } from "vitest";
import { formatById } from "../../../shared/formats/registry";
import { mutate, SAMPLES } from "./mutate";
import { parse, type Row } from "./support";

/** What a record states of a mapping; where a cut took something away it may be missing, never be another. */
const FACTS = [
  "pub_addr",
  "port_low",
  "port_high",
  "in_addr",
  "in_port",
  "protocol",
  "event",
  "time_us",
  "start_us",
  "end_us",
  "dst_addr",
  "dst_port",
];

describe("a file that ends in the middle of a line", () => {
  it.each(SAMPLES.map((s) => [s.id, s] as const))(
    "%s: the record is rejected, flagged, or true",
    (_id, sample) => {
      const format = formatById(sample.id)!;
      const text = Buffer.from(sample.bytes).toString("latin1");
      const lines = text.trimEnd().split("\n");
      const wrong: string[] = [];
      let head = "";
      for (const line of lines) {
        const truth = parse(format, Buffer.from(`${head}${line}\n`, "latin1"), sample.options).rows;
        for (let end = 1; end < line.length; end++) {
          const cut = head + line.slice(0, end);
          const read = parse(format, Buffer.from(cut, "latin1"), sample.options);
          const at = head.length;
          const mine = (r: Row) => r.offset === at;
          const flagged = read.partials.some((p) => p.offset === at);
          if (flagged) continue;
          const whole = truth.filter(mine);
          read.rows.filter(mine).forEach((row, i) => {
            for (const fact of FACTS)
              if (row[fact] !== undefined && row[fact] !== whole[i]?.[fact])
                wrong.push(`${fact} ${row[fact]} for ${whole[i]?.[fact]}: ${line.slice(0, end)}`);
          });
        }
        // A table's header line stands before every other.
        if (sample.id === "vasexperts.nat" && head === "") head = `${line}\n`;
      }
      expect(wrong.slice(0, 10)).toEqual([]);
    },
  );
});

it("two thousand damaged files lose no line and change no record before the damage", () => {
  mutate(2_000, 20_260_305);
});
