// The vendors' own lines (outside the project): each file is told from every other format, every line is accounted for,
// and what does not decode is known. Skipped, visibly, where the samples are not at hand.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { FORMATS } from "../../../shared/formats/registry";
import { parseZone } from "../../../shared/time/zone";
import { accounted, parse, physicalLines } from "./support";

const folder = resolve(import.meta.dirname, "../../../../shared/samples/nat/text");
const present = existsSync(folder);

/** Format, records and rejects of each sample file. Masked addresses (X.X.X.X) and a header alone give no record. */
const EXPECTED: Readonly<Record<string, readonly [string, number, number]>> = {
  "a10.log": ["a10.cgn", 7, 0],
  "cisco_cgv6_syslog.log": ["cisco.cgv6", 1, 1],
  "cisco_iosxe_nat.log": ["cisco.ios", 1, 0],
  "citrix_lsn.log": ["citrix.lsn", 2, 0],
  "conntrack.log": ["linux.conntrack", 2, 0],
  "f5_cgnat_splunk.log": ["f5.lsn", 0, 1],
  "fortinet_hyperscale.log": ["fortinet.hyperscale", 2, 0],
  "h3c_hp_nat444.log": ["h3c.nat444", 2, 0],
  "jool.log": ["jool.nat64", 4, 0],
  "juniper_mx.log": ["juniper.mx", 4, 0],
  "juniper_srx.log": ["juniper.srx", 5, 0],
  "mikrotik_nat.log": ["mikrotik.firewall", 1, 0],
  "nfware.log": ["nfware.cgnat", 4, 0],
  "sixwind.log": ["sixwind.cgnat", 4, 0],
  "vasexperts.txt": ["vasexperts.nat", 0, 0],
};

describe.skipIf(!present)("vendors' sample lines (../shared/samples/nat/text)", () => {
  it("are all known here", () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  for (const [name, [id, records, rejects]] of Object.entries(EXPECTED)) {
    it(`${name} decodes as ${id}`, () => {
      const bytes = readFileSync(join(folder, name));
      const text = bytes.toString("latin1");
      const sample = { bytes, lines: text.replace(/\n$/, "").split("\n"), name, whole: true };
      const found = FORMATS.filter((f) => !f.binary && f.id !== "csv")
        .map((f) => ({ id: f.id, detection: f.detect(sample, {}) }))
        .filter(({ detection }) => detection.score > 0);
      expect(found.map((f) => f.id)).toEqual(records > 0 ? [id] : []);
      const format = FORMATS.find((f) => f.id === id)!;
      const parsed = parse(format, bytes, {
        zone: parseZone("UTC"),
        year: 2026,
        layout: found[0]?.detection.layout,
      });
      expect([parsed.rows.length, parsed.rejects.length]).toEqual([records, rejects]);
      expect(accounted(parsed)).toBe(physicalLines(text));
    });
  }
});
