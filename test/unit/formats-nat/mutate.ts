// Seeded damage to files of the text formats, and what no damage may do: crash, hang, lose a line, change a record that
// stands before it, or leave a number that cannot be.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "vitest";
import { formatById } from "../../../shared/formats/registry";
import { parseZone } from "../../../shared/time/zone";
import { accounted, parse, type Row } from "./support";

const data = resolve(import.meta.dirname, "../../data");
const options = { zone: parseZone("UTC"), year: 2026, layout: undefined as string | undefined };

export interface Sample {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly options: typeof options;
}

/** Every text format of operators and of subscribers. */
export const SAMPLES: readonly Sample[] = ["nat", "subscriber"].flatMap((role) =>
  readdirSync(join(data, role)).map((name) => {
    const id = name.replace(/\.log$/, "");
    return {
      id,
      bytes: new Uint8Array(readFileSync(join(data, role, name))),
      options: id === "citrix.lsn" ? { ...options, layout: "mdy" } : options,
    };
  }),
);

/** Records of several lines: the line behind one may come to belong to it, so that the last before the damage may change. */
const SPANNING: ReadonlySet<string> = new Set(["freeradius.detail", "isc.leases", "nfdump.json"]);

const physical = (b: Uint8Array): number => {
  let n = 0;
  for (const c of b) if (c === 10) n++;
  return n + (b.length > 0 && b[b.length - 1] !== 10 ? 1 : 0);
};

const port = (v: unknown): boolean =>
  v === undefined || (typeof v === "number" && Number.isInteger(v) && v >= 0 && v <= 65_535);
const possible = (r: Row): boolean =>
  [r.port_low, r.port_high, r.in_port, r.dst_port].every(port) &&
  !(typeof r.port_low === "number" && typeof r.port_high === "number" && r.port_high < r.port_low) &&
  ![r.pub_addr, r.in_addr, r.dst_addr].some((a) => String(a).startsWith("?"));

/** Bytes that the formats give a meaning. */
const TELLING = new TextEncoder().encode("0123456789:.-,|[]\"' =<>/%\n\r\t\0\x80é");

/** Reads `count` damaged files. */
export function mutate(count: number, seed: number): void {
  let state = seed >>> 0;
  const random = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * n);
  };
  const wholes = SAMPLES.map((s) => parse(formatById(s.id)!, s.bytes, s.options));
  for (let i = 0; i < count; i++) {
    const k = i % SAMPLES.length;
    const { id, bytes, options: given } = SAMPLES[k]!;
    const at = random(bytes.length);
    const kind = random(5);
    let mutated: Uint8Array = bytes.slice();
    if (kind === 0) mutated[at] = random(256);
    else if (kind === 1) mutated[at] = TELLING[random(TELLING.length)]!;
    else if (kind === 2)
      mutated = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1 + random(30))]);
    else if (kind === 3)
      mutated = Uint8Array.from([
        ...bytes.subarray(0, at),
        ...bytes.subarray(random(bytes.length)).subarray(0, random(60)),
        ...bytes.subarray(at),
      ]);
    else mutated = bytes.slice(0, at);
    let first = 0;
    while (first < mutated.length && mutated[first] === bytes[first]) first++;
    const told = `mutation ${i} of seed ${seed}: ${id}, byte ${first}`;
    let read: ReturnType<typeof parse>;
    try {
      read = parse(formatById(id)!, mutated, given);
    } catch (error) {
      // A table may be refused as a whole, with words: a zone or a date that is open now.
      expect((error as Error).name, told).toBe("ProductError");
      continue;
    }
    const untouched = wholes[k]!.rows.filter((r) => Number(r.offset) + Number(r.length) < first);
    const before = SPANNING.has(id) ? untouched.slice(0, -1) : untouched;
    expect(read.rows.slice(0, before.length), told).toEqual(before);
    expect(accounted(read), told).toBe(physical(mutated));
    expect(
      read.rows.filter((r) => !possible(r)),
      told,
    ).toEqual([]);
  }
}
