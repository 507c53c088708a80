// From a vendor's lines to mappings: in each text format a start finds its release by the key that the format has, and it
// makes no difference whether the lines come in one file or in two files of one source.
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EngineCase } from "./engine";

const folder = resolve(import.meta.dirname, "../../data/nat");
let open: EngineCase;
beforeAll(async () => {
  open = await EngineCase.create();
});
afterAll(() => open.close());

/** Mappings of each sample: all, those whose end no record shows, those whose start none shows. */
const EXPECTED: Readonly<Record<string, readonly [mappings: number, openEnds: number, lostStarts: number]>> =
  {
    "a10.cgn": [6, 4, 2],
    "cisco.asa": [4, 2, 0],
    "cisco.cgv6": [4, 2, 1],
    "cisco.ios": [1, 0, 0],
    "citrix.lsn": [1, 0, 0],
    "danos.cgnat": [2, 1, 0],
    "f5.lsn": [2, 1, 0],
    "fortinet.hyperscale": [1, 0, 0],
    "fortinet.traffic": [1, 0, 0],
    "h3c.nat444": [1, 0, 0],
    "h3c.natflow": [2, 1, 1],
    "huawei.usg": [1, 0, 0],
    "jool.nat64": [2, 0, 0],
    "juniper.mx": [4, 1, 2],
    "juniper.srx": [4, 1, 0],
    "linux.conntrack": [1, 0, 0],
    "linux.conntrack-table": [4, 3, 0],
    "mikrotik.firewall": [1, 1, 0],
    "nfware.cgnat": [2, 1, 0],
    "nfdump.csv": [3, 1, 0],
    "nfdump.json": [4, 1, 0],
    "nokia.sr": [2, 0, 0],
    "panos.cef": [1, 0, 0],
    "panos.traffic": [1, 0, 0],
    "sixwind.cgnat": [2, 1, 0],
    "ulogd2.json": [1, 0, 0],
    "ulogd2.text": [1, 0, 0],
    "vasexperts.nat": [1, 0, 0],
    "vpp.nat": [2, 1, 0],
    "vyos.cgnat": [1, 1, 0],
  };

/** Lines put to a sample whose own show no mapping from its start to its end; VyOS and MikroTik write no end at all. */
const MORE: Readonly<Record<string, (lines: readonly string[]) => string[]>> = {
  "juniper.mx": (lines) => [
    ...lines,
    lines[0]!
      .replace("ALLOC", "RELEASE")
      .replace(/\d{2}:(\d{2}:\d{2})(?= {2})/, "23:$1")
      .replace(/\d{4}-\d{2}-\d{2} \d{2}/, "2026-03-05 08"),
  ],
  "ulogd2.text": (lines) => [
    lines[0]!.replace("[DESTROY]", "[NEW]").replace(/10:00:54/g, "09:59:54"),
    ...lines,
  ],
};

async function added(id: string, as: string, files: Readonly<Record<string, string>>) {
  await open.add(as, files, { role: "nat", format: id, zone: "UTC", year: 2026 });
  const listed = await open.run("evidence.sources", {});
  const { view, rows } = await open.run("records.open", { source: as });
  const page = await open.run("records.page", { view, from: 0, to: rows });
  const { mappings, openEnds, lostStarts } = listed.find((s) => s.name === as)!.mappings!;
  return {
    counts: [mappings, openEnds, lostStarts],
    rows: page.rows.map((r) => [r.event, r.timeUs, r.startUs, r.endUs, r.publicIp, r.portLow, r.portHigh]),
  };
}

it.each(
  readdirSync(folder)
    .filter((name) => name.endsWith(".log") && name !== "nat.rules.log")
    .map((name) => name.replace(/\.log$/, "")),
)(
  "%s: starts and releases are one mapping each, in one file or two",
  async (id) => {
    const sample = readFileSync(resolve(folder, `${id}.log`), "latin1")
      .trimEnd()
      .split("\n");
    const lines = MORE[id]?.(sample) ?? sample;
    const as = id.replaceAll(".", "-");
    const whole = await added(id, as, { [`${as}.log`]: `${lines.join("\n")}\n` });
    let half = Math.ceil(lines.length / 2);
    // A record of several lines stays whole, and a table has its header in each of its files.
    if (id === "nfdump.json") half = lines.indexOf("{", half);
    const header = id === "nfdump.csv" ? [lines[0]!] : [];
    const parted = await added(id, `${as}-two`, {
      [`${as}-1.log`]: `${lines.slice(0, half).join("\n")}\n`,
      [`${as}-2.log`]: `${[...header, ...lines.slice(half)].join("\n")}\n`,
    });
    expect(parted).toEqual(whole);
    expect(whole.counts).toEqual(EXPECTED[id]);
  },
  60_000,
);
