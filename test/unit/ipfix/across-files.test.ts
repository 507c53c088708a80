// Templates that stand in another file of the same import, through the engine: a rotated collector, or messages saved one
// by one. Whatever another exporter could have meant is refused.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EngineCase } from "../nat/engine";
import { dataSet, ethernet, ipfix, ipv4, join, pcap, type Spec, T0, templateSet, udp, v9 } from "./support";

const SESSION: readonly Spec[] = [
  [323, 8],
  [230, 1],
  [8, 4],
  [225, 4],
  [7, 2],
  [227, 2],
  [4, 1],
];
/** The same fields with inside and outside the other way round: read with it, the wrong host would be named. */
const TURNED: readonly Spec[] = [
  [323, 8],
  [230, 1],
  [225, 4],
  [8, 4],
  [227, 2],
  [7, 2],
  [4, 1],
];
const data = (...ports: number[]) =>
  dataSet(
    256,
    SESSION,
    ports.map((port) => [BigInt(T0) * 1000n, 4, "10.0.0.1", "203.0.113.1", 4000, port, 6]),
  );
const from = (exporter: string, ...payloads: Uint8Array[]) =>
  pcap(payloads.map((p) => ethernet(ipv4(udp(p, exporter, "198.51.100.250"), exporter))));

describe("templates of other files of one import", () => {
  let open: EngineCase;
  let sources = 0;
  beforeAll(async () => {
    open = await EngineCase.create();
  });
  afterAll(() => open.close());

  const added = async (files: Readonly<Record<string, Uint8Array>>) => {
    const as = `nat-${++sources}`;
    const reports = await open.add(as, files, { role: "nat", format: "ipfix" });
    return { as, told: reports.map((f) => [f.lines, f.records, f.rejects, f.noTemplate]) };
  };

  it("serve the files before and behind theirs", async () => {
    const { as, told } = await added({
      "1.dat": ipfix([data(1, 2)]),
      "2.dat": ipfix([templateSet(256, SESSION)], { sequence: 2 }),
      "3.dat": ipfix([data(3)], { sequence: 2 }),
    });
    expect(told).toEqual([
      [2, 2, 0, 0],
      [0, 0, 0, 0],
      [1, 1, 0, 0],
    ]);
    const view = await open.run("records.open", { source: as });
    const page = await open.run("records.page", { view: view.view, from: 0, to: 3 });
    expect(page.rows.map((r) => [r.insideIp, r.publicIp, r.portLow])).toEqual([
      ["10.0.0.1", "203.0.113.1", 1],
      ["10.0.0.1", "203.0.113.1", 2],
      ["10.0.0.1", "203.0.113.1", 3],
    ]);
  });

  it("yield to one of the file itself, even behind the data", async () => {
    const { told, as } = await added({
      "a.dat": ipfix([templateSet(256, TURNED)]),
      "b.dat": join(ipfix([data(5)]), ipfix([templateSet(256, SESSION)], { sequence: 1 })),
    });
    expect(told[1]).toEqual([1, 1, 0, 0]);
    const view = await open.run("records.open", { source: as });
    const page = await open.run("records.page", { view: view.view, from: 0, to: 1 });
    expect(page.rows[0]).toMatchObject({ insideIp: "10.0.0.1", publicIp: "203.0.113.1", portLow: 5 });
  });

  it("are not used where files without an exporter's address disagree", async () => {
    const { told } = await added({
      "a.dat": ipfix([templateSet(256, SESSION)]),
      "b.dat": ipfix([templateSet(256, TURNED)]),
      "c.dat": ipfix([data(7)]),
    });
    expect(told[2]).toEqual([1, 0, 1, 1]);
  });

  it("are not used for another domain, version or exporter", async () => {
    expect(
      (await added({ "a.dat": ipfix([templateSet(256, SESSION)]), "b.dat": ipfix([data(7)], { domain: 9 }) }))
        .told[1],
    ).toEqual([1, 0, 1, 1]);
    expect(
      (await added({ "a.dat": v9([templateSet(256, SESSION, 9)]), "b.dat": ipfix([data(7)]) })).told[1],
    ).toEqual([1, 0, 1, 1]);
    const told = (
      await added({
        "a.pcap": from("192.0.2.1", ipfix([templateSet(256, SESSION)])),
        "b.pcap": from("192.0.2.2", ipfix([data(7)])),
        "c.pcap": from("192.0.2.1", ipfix([data(8)])),
      })
    ).told;
    expect(told).toEqual([
      [0, 0, 0, 0],
      [1, 0, 1, 1],
      [1, 1, 0, 0],
    ]);
  });

  it("are not used where their records do not fill the set", async () => {
    const longer: readonly Spec[] = [...SESSION, [234, 4]];
    const { told } = await added({ "a.dat": ipfix([templateSet(256, longer)]), "b.dat": ipfix([data(7)]) });
    expect(told[1]).toEqual([1, 0, 1, 1]);
  });
});
