// Every format that carries two clocks in a record stores both, and `calibrate --self` states how far they are apart: the
// device's own clock is fast by some seconds, and what reaches the collector comes later by a delay that is never negative.
import { afterAll, beforeAll, expect, it } from "vitest";
import { Random } from "../../simulate/random";
import { dataSet, ip, ipfix, join, type Spec, templateSet } from "../ipfix/support";
import { EngineCase } from "../nat/engine";

/** 2026-03-05T10:00:00Z, seconds. */
const T0 = 1_772_704_800;
const FAST = 7;
const RECORDS = 240;
/** Seconds between records: no multiple of a second, so that truncation is seen at every part of it. */
const STEP = 61.37;

interface Made {
  /** Seconds since the epoch by the device's clock, and when the collector had the record. */
  readonly own: number;
  readonly received: number;
  readonly i: number;
}

const random = new Random(23);
const made: readonly Made[] = Array.from({ length: RECORDS }, (_, i) => {
  const at = T0 + STEP * i;
  return { own: at + FAST, received: at + 0.02 + random.exponential(0.4), i };
});

const two = (n: number): string => String(n).padStart(2, "0");
const parts = (seconds: number): Date => new Date(Math.floor(seconds) * 1000);
const date = (s: number, separator: string): string => {
  const d = parts(s);
  return [d.getUTCFullYear(), two(d.getUTCMonth() + 1), two(d.getUTCDate())].join(separator);
};
const clock = (s: number): string => parts(s).toISOString().slice(11, 19);
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const bsd = (s: number): string => {
  const d = parts(s);
  return `${MONTHS[d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2, " ")} ${clock(s)}`;
};
const port = (i: number): number => 1024 + 16 * i;
const lines = (line: (m: Made) => string): string => `${made.map(line).join("\n")}\n`;

const SPECS: readonly Spec[] = [
  [323, 8],
  [230, 1],
  [8, 4],
  [225, 4],
  [4, 1],
  [7, 2],
  [227, 2],
];
const exported = join(
  ipfix([templateSet(256, SPECS)], { seconds: T0 }),
  ...made.map((m) =>
    ipfix(
      [
        dataSet(256, SPECS, [
          [BigInt(Math.floor(m.own * 1000)), 4, ip("100.64.0.1"), ip("203.0.113.1"), 6, port(m.i), port(m.i)],
        ]),
      ],
      { seconds: Math.floor(m.received), sequence: m.i },
    ),
  ),
);

/** Each format's records, as its vendor writes them; the zone is UTC where a clock states none. */
const FORMATS: Readonly<Record<string, string | Uint8Array>> = {
  "juniper.mx": lines(
    (m) =>
      `${bsd(m.received)} mx1 (FPC Slot 1, PIC Slot 0) ${date(m.own, "-")} ${clock(m.own)} {s}[FWNAT]:ASP_NAT_PORT_BLOCK_ALLOC: 100.64.0.5 -> 203.0.113.3:${port(m.i)}-${port(m.i) + 15}`,
  ),
  "a10.cgn": lines(
    (m) =>
      `${bsd(m.received)} ax NAT:${date(m.own, "")}${clock(m.own).replaceAll(":", "")} 3e2d PortBatchV2Allocated: [100.64.0.5 203.0.113.3 ${port(m.i)} ${port(m.i) + 15}]`,
  ),
  "fortinet.traffic": lines(
    (m) =>
      `${bsd(m.received)} fg date=${date(m.own, "-")} time=${clock(m.own)} devid="FG1" eventtime=${Math.floor(m.own * 1000)}000000 tz="+0000" logid="0000000015" type="traffic" subtype="forward" vd="root" srcip=100.64.0.5 srcport=${port(m.i)} dstip=198.51.100.1 dstport=443 sessionid=${m.i} proto=6 action="start" trandisp="snat" transip=203.0.113.3 transport=${port(m.i)}`,
  ),
  "fortinet.hyperscale": lines(
    (m) =>
      `${bsd(m.received)} 192.0.2.26 date=${date(m.own, "-")} time=${clock(m.own)} sn=F vd=cgn type=sess act=start tran=snat proto=6 ipold=v4 ipnew=v4 sip=100.64.0.5 dip=198.51.100.1 sport=${port(m.i)} dport=80 nsip=203.0.113.3 ndip=198.51.100.1 nsport=${port(m.i)} ndport=80`,
  ),
  "mikrotik.firewall": lines(
    (m) =>
      `${date(m.received, "-")}T${clock(m.received)}Z collector ${bsd(m.own)} mt forward: in:<pppoe-ann> out:ether1, connection-state:new,snat proto UDP, 100.64.0.5:${port(m.i)}->198.51.100.7:53, NAT (100.64.0.5:${port(m.i)}->203.0.113.3:${port(m.i)})->198.51.100.7:53, len 60`,
  ),
  "huawei.usg": lines(
    (m) =>
      `<190>${date(m.received, "-")} ${clock(m.received)} USG %%01SECLOG/6/SESSION_BUILT(l):IPVer=4,Protocol=udp,SourceIP=100.64.0.5,DestinationIP=198.51.100.1,SourcePort=${port(m.i)},DestinationPort=53,SourceNatIP=203.0.113.3,SourceNatPort=${port(m.i)},BeginTime=${Math.floor(m.own)},SourceVpnID=0`,
  ),
  "panos.traffic": lines(
    (m) =>
      `1,${date(m.received, "/")} ${clock(m.received)},0011C1,TRAFFIC,start,2305,${date(m.own, "/")} ${clock(m.own)},100.64.0.5,198.51.100.1,203.0.113.3,198.51.100.1,r,,,dns,vsys1,t,u,e1,e2,f,${date(m.own, "/")} ${clock(m.own)},${m.i},1,${port(m.i)},53,${port(m.i)},53,0x0,udp,allow,1,1,1,1,${date(m.own, "/")} ${clock(m.own)},0,any,0`,
  ),
  "juniper.srx": lines(
    (m) =>
      `<14>1 ${new Date(m.received * 1000).toISOString()} srx RT_NAT - RT_SRC_NAT_PBA_ALLOC [junos@2636.1.1.1.2.129 internal-ip="100.64.0.5" block-port-low="${port(m.i)}" block-port-high="${port(m.i) + 15}" reflexive-ip="203.0.113.3" nat-pool-name="p" epoch-time-64="${Math.floor(m.own).toString(16)}"]`,
  ),
  "freeradius.detail": made
    .map(
      (m) =>
        `${parts(m.received).toUTCString().slice(0, 3)} ${bsd(m.received)} 2026\n\tAcct-Status-Type = Start\n\tUser-Name = "line-${m.i}"\n\tAcct-Session-Id = "${m.i}"\n\tNAS-IP-Address = 192.0.2.11\n\tFramed-IP-Address = 100.64.1.${m.i}\n\tEvent-Timestamp = "${MONTHS[parts(m.own).getUTCMonth()]} ${parts(m.own).getUTCDate()} ${parts(m.own).getUTCFullYear()} ${clock(m.own)} UTC"\n\tAcct-Delay-Time = 0\n\tTimestamp = ${Math.floor(m.received)}\n\n`,
    )
    .join(""),
  ipfix: exported,
};

let world: EngineCase;
beforeAll(async () => {
  world = await EngineCase.create();
});
afterAll(() => world.close());

it.each(Object.keys(FORMATS))(
  "%s stores both, and states their difference by the envelope of the delay",
  async (id) => {
    const as = id.replaceAll(".", "-");
    await world.add(as, { [`${as}.log`]: FORMATS[id]! }, { format: id, zone: "UTC", year: 2026 });
    const { view } = await world.run("records.open", { source: as });
    const page = await world.run("records.page", { view, from: 0, to: RECORDS });
    expect(page.rows.filter((r) => r.timeUs !== null && r.otherTimeUs !== null)).toHaveLength(RECORDS);
    const found = await world.run("clock.calibrate", { source: as, self: true });
    expect(found.reason ?? null).toBeNull();
    expect(found.segments.length).toBeGreaterThan(0);
    for (const segment of found.segments) {
      const off = segment.offsetUs - FAST * 1_000_000;
      expect(Math.abs(off), `offset ${segment.offsetUs}`).toBeLessThanOrEqual(segment.uncertaintyUs);
      // The mean of the differences would be off by the mean delay.
      expect(segment.uncertaintyUs).toBeLessThan(2_500_000);
    }
  },
);
