// Export messages and captures, written byte by byte from what a test says of them.
import type { Parsed } from "../formats-nat/support";

/** [element, length, value]; an element is a number or [PEN, number]; length -1 is variable. */
export type Spec = readonly [number | readonly [number, number], number];
export type Value = number | bigint | string | readonly number[];

export const u = (value: number | bigint, bytes: number): number[] => {
  const out: number[] = [];
  let v = BigInt(value);
  for (let i = 0; i < bytes; i++) {
    out.unshift(Number(v & 255n));
    v >>= 8n;
  }
  return out;
};

export const ip = (text: string): number[] => {
  if (text.includes(".")) return text.split(".").map(Number);
  const [head = "", tail] = text.split("::");
  const part = (s: string): number[] =>
    s === "" ? [] : s.split(":").flatMap((g) => u(Number.parseInt(g, 16), 2));
  if (tail === undefined) return part(head);
  const [a, b] = [part(head), part(tail)];
  return [...a, ...new Array<number>(16 - a.length - b.length).fill(0), ...b];
};

const bytesOf = (value: Value, length: number): number[] => {
  if (typeof value === "string") {
    const raw = /^[\d.]+$|::/.test(value) && length > 0 ? ip(value) : [...new TextEncoder().encode(value)];
    return length < 0 ? [raw.length, ...raw] : raw;
  }
  if (typeof value === "number" || typeof value === "bigint") return u(value, length);
  return [...value];
};

export const field = ([element, length]: Spec, version: 9 | 10): number[] => {
  const [pen, id] = typeof element === "number" ? [0, element] : element;
  const size = length < 0 ? 65_535 : length;
  return pen === 0 || version === 9
    ? [...u(id, 2), ...u(size, 2)]
    : [...u(id + 32_768, 2), ...u(size, 2), ...u(pen, 4)];
};

export const set = (id: number, content: readonly number[]): number[] => [
  ...u(id, 2),
  ...u(content.length + 4, 2),
  ...content,
];

export const templateSet = (id: number, specs: readonly Spec[], version: 9 | 10 = 10): number[] =>
  set(version === 9 ? 0 : 2, [
    ...u(id, 2),
    ...u(specs.length, 2),
    ...specs.flatMap((s) => field(s, version)),
  ]);

export const record = (specs: readonly Spec[], values: readonly Value[]): number[] =>
  specs.flatMap((s, i) => bytesOf(values[i]!, s[1]));

export const dataSet = (id: number, specs: readonly Spec[], rows: readonly (readonly Value[])[]): number[] =>
  set(
    id,
    rows.flatMap((row) => record(specs, row)),
  );

export const T0 = 1_772_704_800;

export interface Head {
  readonly sequence?: number;
  readonly domain?: number;
  readonly seconds?: number;
}

export const ipfix = (sets: readonly (readonly number[])[], h: Head = {}): Uint8Array => {
  const body = sets.flat();
  return Uint8Array.from([
    ...u(10, 2),
    ...u(body.length + 16, 2),
    ...u(h.seconds ?? T0, 4),
    ...u(h.sequence ?? 0, 4),
    ...u(h.domain ?? 1, 4),
    ...body,
  ]);
};

export const v9 = (sets: readonly (readonly number[])[], h: Head = {}, count = sets.length): Uint8Array =>
  Uint8Array.from([
    ...u(9, 2),
    ...u(count, 2),
    ...u(60_000, 4),
    ...u(h.seconds ?? T0, 4),
    ...u(h.sequence ?? 0, 4),
    ...u(h.domain ?? 1, 4),
    ...sets.flat(),
  ]);

export const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((p) => [...p]));

const sum = (b: readonly number[], start = 0): number => {
  let s = start;
  for (let i = 0; i < b.length; i += 2) s += b[i]! * 256 + (b[i + 1] ?? 0);
  while (s > 0xffff) s = (s & 0xffff) + (s >>> 16);
  return s;
};

export const udp = (payload: Uint8Array, source: string, destination: string): number[] => {
  const head = [...u(2055, 2), ...u(2055, 2), ...u(payload.length + 8, 2), 0, 0];
  const all = [...head, ...payload];
  const check = 0xffff - sum(all, sum([...ip(source), ...ip(destination)], 17 + all.length));
  all.splice(6, 2, ...u(check === 0 ? 0xffff : check, 2));
  return all;
};

export const ipv4 = (
  payload: readonly number[],
  source: string,
  fragment = { at: 0, more: false },
  id = 7,
): number[] => {
  const head = [
    0x45,
    0,
    ...u(20 + payload.length, 2),
    ...u(id, 2),
    ...u((fragment.more ? 0x2000 : 0) + fragment.at / 8, 2),
    64,
    17,
    0,
    0,
    ...ip(source),
    ...ip("198.51.100.250"),
  ];
  head.splice(10, 2, ...u(0xffff - sum(head), 2));
  return [...head, ...payload];
};

export const ipv6 = (payload: readonly number[], source: string): number[] => [
  0x60,
  0,
  0,
  0,
  ...u(payload.length, 2),
  17,
  64,
  ...ip(source),
  ...ip("2001:db8::fa"),
  ...payload,
];

export const ethernet = (
  packet: readonly number[],
  type = 0x0800,
  tags: readonly number[] = [],
): number[] => [
  ...new Array<number>(12).fill(2),
  ...tags.flatMap((tag) => [...u(0x8100, 2), ...u(tag, 2)]),
  ...u(type, 2),
  ...packet,
];

const little = (value: number, bytes: number): number[] => u(value, bytes).reverse();

export const pcap = (frames: readonly (readonly number[])[], link = 1): Uint8Array =>
  Uint8Array.from([
    ...little(0xa1b2c3d4, 4),
    ...little(2, 2),
    ...little(4, 2),
    ...new Array<number>(8).fill(0),
    ...little(65_535, 4),
    ...little(link, 4),
    ...frames.flatMap((f, i) => [
      ...little(T0 + 10 + i, 4),
      ...little(250_000, 4),
      ...little(f.length, 4),
      ...little(f.length, 4),
      ...f,
    ]),
  ]);

const block = (type: number, body: readonly number[]): number[] => {
  const padded = [...body, ...new Array<number>((4 - (body.length % 4)) % 4).fill(0)];
  const length = padded.length + 12;
  return [...u(type, 4), ...u(length, 4), ...padded, ...u(length, 4)];
};

/** Big-endian, one interface with nanosecond stamps. */
export const pcapng = (frames: readonly (readonly number[])[], link = 1): Uint8Array =>
  Uint8Array.from([
    ...block(0x0a0d0d0a, [...u(0x1a2b3c4d, 4), ...u(1, 2), 0, 0, ...new Array<number>(8).fill(255)]),
    ...block(1, [...u(link, 2), 0, 0, ...u(65_535, 4), ...u(9, 2), ...u(1, 2), 9, 0, 0, 0, 0, 0, 0, 0]),
    ...frames.flatMap((f, i) =>
      block(6, [
        ...u(0, 4),
        ...u(BigInt(T0 + 10 + i) * 1_000_000_000n + 250_000_000n, 8),
        ...u(f.length, 4),
        ...u(f.length, 4),
        ...f,
      ]),
    ),
  ]);

export const told = (p: Parsed): string[] =>
  p.rows.map((r) => {
    const step = r.port_step === 1 || r.port_step === undefined ? "" : `/${r.port_step}`;
    const port =
      r.port_low === undefined
        ? ""
        : `:${r.port_low}${r.port_high === r.port_low ? "" : `-${r.port_high}`}${step}`;
    const inside = `${r.in_addr ?? "-"}${r.in_port === undefined ? "" : `:${r.in_port}`}`;
    return `${r.line} ${r.event} p${r.protocol ?? "*"} ${inside} > ${r.pub_addr ?? "-"}${port}`;
  });
