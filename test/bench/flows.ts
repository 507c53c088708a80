// import.ipfix, import.netflow9.pcap, import.nfcapd: the binary readers against the access log, each from 64 MB, so that
// what is compared is the cost of a byte of evidence.
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  dataSet,
  ethernet,
  ip,
  ipfix,
  ipv4,
  pcap,
  type Spec,
  templateSet,
  udp,
  v9,
} from "../unit/ipfix/support";
import { type BenchCase, cpuSeconds, scaled } from "./bench-case";
import { ACCESS_LAYOUT, accessLog } from "./data";
import { importOnce } from "./import";

const SIZE = scaled(64_000_000);
/** An access line of `accessLog` is 257.5 bytes on average. */
const ACCESS_ROWS = Math.round(SIZE / 257.5);
/** Head of a pcap file, and of one of nfdump's with layout 2. */
const PCAP_HEAD = 24;
const NFCAPD_HEAD = 40;
const RECORDS_A_MESSAGE = 24;

/** A NAT44 session with its time, event, both endpoints and its destination (RFC 8158). */
const SPECS: readonly Spec[] = [
  [323, 8],
  [230, 1],
  [8, 4],
  [225, 4],
  [12, 4],
  [4, 1],
  [7, 2],
  [227, 2],
  [11, 2],
];

const data = (): number[] =>
  dataSet(
    256,
    SPECS,
    Array.from({ length: RECORDS_A_MESSAGE }, (_, i) => [
      BigInt(1_772_704_800_000 + 40 * i),
      i % 2 === 0 ? 4 : 5,
      ip(`100.64.0.${i >> 1}`),
      ip("203.0.113.7"),
      ip("198.51.100.80"),
      6,
      40_000 + (i >> 1),
      20_000 + (i >> 1),
      443,
    ]),
  );

const frame = (message: Uint8Array): number[] =>
  ethernet(ipv4(udp(message, "192.0.2.1", "198.51.100.250"), "192.0.2.1"));

/** What stands once at the beginning, and what is repeated behind it. */
const PARTS: Readonly<Record<string, () => { head: Uint8Array; block: Uint8Array }>> = {
  ipfix: () => ({ head: ipfix([templateSet(256, SPECS)]), block: ipfix([data()]) }),
  "netflow9.pcap": () => {
    const head = pcap([frame(v9([templateSet(256, SPECS, 9)]))]);
    const block = pcap([frame(v9([data()]))]).subarray(PCAP_HEAD);
    return { head, block };
  },
  nfcapd: () => {
    const sample = readFileSync(resolve(import.meta.dirname, "../test/data/nfcapd/plain.nfcapd"));
    const end = NFCAPD_HEAD + 12 + sample.readUInt32LE(NFCAPD_HEAD + 4);
    return { head: sample.subarray(0, NFCAPD_HEAD), block: sample.subarray(NFCAPD_HEAD, end) };
  },
};

function flowFile(folder: string, name: string): string {
  const path = join(folder, `flows-${name}-${SIZE}.bin`);
  if (existsSync(path)) return path;
  const { head, block } = PARTS[name]!();
  const many = Buffer.concat(new Array(Math.ceil(1_000_000 / block.length)).fill(Buffer.from(block)));
  const fd = openSync(`${path}.partial`, "w");
  writeSync(fd, head);
  for (let n = 0; n < SIZE; n += many.length) writeSync(fd, many);
  closeSync(fd);
  renameSync(`${path}.partial`, path);
  return path;
}

const benchOf = (name: string): BenchCase => ({
  name: `import.${name}`,
  unit: "s",
  peer: "import.access, as many bytes",
  prepare: async (folder) => {
    flowFile(folder, name);
    accessLog(folder, ACCESS_ROWS);
  },
  ours: (folder, run) =>
    cpuSeconds(() =>
      importOnce(run, flowFile(folder, name), null, {
        format: name === "nfcapd" ? "nfcapd" : "ipfix",
        role: "nat",
        options: {},
      }),
    ),
  theirs: (folder, run) =>
    cpuSeconds(() =>
      importOnce(run, accessLog(folder, ACCESS_ROWS), ACCESS_ROWS, {
        format: "apache.access",
        role: "server",
        options: { layout: ACCESS_LAYOUT },
      }),
    ),
});

export const flowBenches: readonly BenchCase[] = Object.keys(PARTS).map(benchOf);
