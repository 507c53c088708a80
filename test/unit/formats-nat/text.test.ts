// Each vendor's lines, our own with documentation addresses, in test/data/nat: what a record says, field by field, in one
// line each. "start 03-05T10:00:00Z p6 inside:port > public:low-high to destination", then what else it states.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { FORMATS } from "../../../shared/formats/registry";
import { parseZone } from "../../../shared/time/zone";
import { accounted, parse, told } from "./support";

const folder = resolve(import.meta.dirname, "../../data/nat");

/** What detection still asks without --zone and --year, and what the records say with UTC and 2026. */
const EXPECTED: Readonly<Record<string, { asks: string[]; records: string[] }>> = {
  "a10.cgn": {
    asks: ["year", "zone"],
    records: [
      "start 03-05T10:00:00Z p1 100.65.161.1:48856 > 203.0.113.13:48856 to 198.51.100.8:0",
      "start 03-05T10:00:01Z p17 100.65.140.73 > 203.0.113.12:22016-22271",
      "release 03-05T10:00:02Z p17 100.65.140.73 > 203.0.113.12:22016-22271",
      "start 03-05T10:00:04Z p* 100.104.128.32 > 203.0.113.176:11777-12288 dev=cgn0 other=03-05T10:00:03Z",
      "interim 03-05T10:00:05Z p* 100.104.128.32 > 203.0.113.176:11777-12288 dev=cgn0 other=03-05T10:00:04Z",
      "start 03-05T10:00:05Z p6 100.64.0.1:10000 > 203.0.113.150:10001 dev=cgn0",
      "release 03-05T10:00:06Z p17 100.64.0.1:10000 > 203.0.113.150:10002 to 198.51.100.9:53 dev=cgn0",
      "interim 03-05T10:00:07Z p* 100.64.0.2 > 203.0.113.151:3000-4000",
    ],
  },
  "cisco.asa": {
    asks: ["zone"],
    records: [
      "start 03-05T10:00:00Z p6 10.235.50.55:58159 > 203.0.113.1:58160 dev=fw1",
      "start 03-05T10:00:01Z p6 10.1.1.2:53496 > 203.0.113.2:53497 to 198.51.100.1:22 conn=9 dev=fw1",
      "release 03-05T10:02:31Z p6 10.1.1.2:53496 > - to 198.51.100.1:22 conn=9 dev=fw1 start=03-05T10:00:01Z/2000000 dur=150000000",
      "release 03-05T10:02:33Z p6 10.235.50.55:58159 > 203.0.113.1:58160 dev=fw1 start=03-05T10:00:01Z/2000000 dur=152000000",
      "start 03-05T10:03:00Z p17 10.1.1.2:40000 > 203.0.113.2:40001 to 198.51.100.53:53 conn=10 dev=fw1",
      "start 03-05T10:03:30Z p17 10.1.1.9 > 203.0.113.3:2048-2559 dev=fw1",
    ],
  },
  "cisco.cgv6": {
    asks: ["zone"],
    records: [
      "start 03-05T10:30:45Z p* 10.1.1.1 > 203.0.113.9:22345-23001 realm=vrf1 dev=192.0.2.3",
      "start 03-05T10:31:00Z p6 10.1.1.2:5000 > 203.0.113.9:22400 to 198.51.100.7:443 realm=vrf1 dev=192.0.2.3",
      "start 03-05T10:31:00Z p17 10.1.1.3:5001 > 203.0.113.9:22401 realm=vrf1 dev=192.0.2.3",
      "release 03-05T10:32:00Z p6 2001:db8::b4:5000 > 203.0.113.9:22400 to 198.51.100.7:443 realm=vrf1 dev=192.0.2.3",
      "release 03-05T10:40:45Z p* 10.1.1.1 > 203.0.113.9:22345-23001 realm=vrf1 dev=192.0.2.3",
    ],
  },
  "cisco.ios": {
    asks: ["year"],
    records: [
      "start 03-05T10:00:01.250Z p17 10.0.0.5:44593 > 203.0.113.9:21129 to 192.0.2.53:53 dev=192.0.2.9 other=03-05T10:00:02Z",
      "release 03-05T10:01:01.250Z p17 10.0.0.5:44593 > 203.0.113.9:21129 to 192.0.2.53:53 dev=192.0.2.9 other=03-05T10:01:02Z",
    ],
  },
  "citrix.lsn": {
    asks: [],
    records: [
      "start 03-25T01:13:01Z p6 10.1.1.1:6500 > 203.0.113.8:47902 to 198.51.100.2:80",
      "release 03-26T01:14:57Z p6 10.1.1.1:6500 > 203.0.113.8:47902 to 198.51.100.2:80",
    ],
  },
  "danos.cgnat": {
    asks: [],
    records: [
      "release 03-05T10:10:00Z+456us p* 100.64.0.1 > 203.0.113.10:1024-1535 dev=vr other=03-05T10:10:00Z start=03-05T10:00:00Z+123us/1 end=03-05T10:10:00Z+456us/1",
      "start 03-05T10:10:01Z p17 100.64.0.2:4000 > 203.0.113.10:2000 to 198.51.100.1:53 conn=12000003 dev=vr other=03-05T10:10:01Z start=03-05T10:10:01Z/1",
      "interim 03-05T10:10:02Z p17 100.64.0.2:4000 > 203.0.113.10:2000 to 198.51.100.1:53 conn=12000003 dev=vr other=03-05T10:10:02Z start=03-05T10:10:01Z/1",
    ],
  },
  "f5.lsn": {
    asks: ["year", "zone"],
    records: [
      "start 03-05T10:00:00.047Z p* 10.1.2.3:4000 > 203.0.113.4:5000 sub=310150123 other=03-05T10:00:09Z start=03-05T10:00:00.047Z/1000",
      "release 03-05T10:00:08.127Z p* 10.1.2.3:4000 > 203.0.113.4:5000 other=03-05T10:00:19Z start=03-05T10:00:00.047Z/1000 end=03-05T10:00:08.127Z/2000 dur=8080000",
      "start 03-05T10:00:20Z p6 10.1.2.4:4001 > 203.0.113.4:5001 to 198.51.100.1:443 realm=1",
    ],
  },
  "fortinet.hyperscale": {
    asks: ["zone"],
    records: [
      "start 03-05T10:00:01Z p6 10.1.100.11:40836 > 203.0.113.182:8117 to 198.51.100.155:80 realm=cgn-hw1 dev=F2K0000000000001 other=03-05T10:00:00Z",
      "release 03-05T10:00:04Z p6 10.1.100.11:40836 > 203.0.113.182:8117 to 198.51.100.155:80 realm=cgn-hw1 dev=F2K0000000000001 other=03-05T10:00:03Z start=03-05T10:00:01.064Z/1001000 dur=2936000",
    ],
  },
  "fortinet.traffic": {
    asks: [],
    records: [
      "release 03-05T10:02:00Z p6 10.1.100.11:54190 > 203.0.113.22:54191 to 198.51.100.55:443 realm=root conn=771 dev=FG100F0000000001 start=03-05T10:00:00Z/1000001 dur=120000000",
      "other 03-05T10:02:05Z p6 10.1.100.12:54190 > - to 10.1.100.1:443 realm=root conn=772 dev=FG100F0000000001",
    ],
  },
  "h3c.nat444": {
    asks: ["year", "zone"],
    records: [
      "start 06-07T12:34:08Z p17 10.0.0.1 > 203.0.113.1:10000-11000 dev=192.0.2.1",
      "release 06-07T12:44:08Z p17 10.0.0.1 > 203.0.113.1:10000-11000 dev=192.0.2.1",
    ],
  },
  "h3c.natflow": {
    asks: ["zone"],
    records: [
      // The fields' times are GMT here and the head's are not; the end was written twenty seconds late.
      "start 03-05T10:00:00Z p6 10.0.0.12:40912 > 203.0.113.18:9460 to 198.51.100.12:80 realm=red dev=fw-h3c",
      "release 03-05T10:05:20Z p6 10.0.0.12:40912 > 203.0.113.18:9460 to 198.51.100.12:80 realm=red dev=fw-h3c start=03-05T10:00:00Z/3000000 end=03-05T10:05:00Z/2000000 dur=300000000",
      "interim 03-05T10:05:01Z p17 2001:db8::b4:53 > 203.0.113.18:9461 to 198.51.100.53:53 dev=fw-h3c",
      "other 03-05T10:05:02Z p6 198.51.100.83:46644 > - to 203.0.113.157:22 dev=fw-h3c",
    ],
  },
  "panos.cef": {
    asks: [],
    records: [
      "start 03-05T10:00:00Z p6 10.0.0.7:51000 > 203.0.113.30:23001 to 198.51.100.7:443 realm=vsys1 conn=4711 dev=0123 other=03-05T10:00:01Z",
      "release 03-05T10:01:00Z p6 10.0.0.7:51000 > 203.0.113.30:23001 to 198.51.100.7:443 realm=vsys1 conn=4711 dev=0123 other=03-05T10:01:01Z",
      "other 03-05T10:01:02Z p6 10.0.0.8:51001 > - to 198.51.100.7:23 conn=0 dev=0123 other=03-05T10:01:03Z",
    ],
  },
  "huawei.usg": {
    asks: [],
    records: [
      "start 03-05T10:00:00Z p17 10.1.1.1:5000 > 203.0.113.5:6000 to 198.51.100.2:53 dev=USG6000E other=03-05T18:00:01Z start=03-05T10:00:00Z/1000000",
      "release 03-05T10:01:00Z p17 10.1.1.1:5000 > 203.0.113.5:6000 to 198.51.100.2:53 dev=USG6000E other=03-05T18:01:01Z start=03-05T10:00:00Z/1000000 end=03-05T10:01:00Z/1000000",
    ],
  },
  "jool.nat64": {
    asks: [],
    records: [
      "start 03-05T06:13:02Z p17 2001:db8::5:19945 > 203.0.113.2:8208",
      "release 03-05T06:15:38Z p17 2001:db8::5:19945 > 203.0.113.2:8208",
      "start 03-05T17:01:47Z p6 2001:db8::5:47073 > 203.0.113.2:63527 to 198.51.100.5:80",
      "release 03-05T17:05:48Z p6 2001:db8::5:47073 > 203.0.113.2:63527 to 198.51.100.5:80",
    ],
  },
  "juniper.mx": {
    asks: ["zone"],
    records: [
      "start 03-05T04:46:03Z p* 2001:db8::1 > 203.0.113.3:1050-1099 dev=mx1 other=03-04T21:46:04Z",
      "interim 03-05T05:46:03Z p* 2001:db8::1 > 203.0.113.3:1050-1099 dev=mx1 other=03-04T22:46:04Z start=03-05T04:46:03Z/1000000",
      "release 03-05T06:46:04Z p* 10.0.0.9 > 203.0.113.4:1024-1151 dev=mx1 other=03-04T23:46:04Z",
      "start 03-05T06:46:04Z p17 10.0.0.102:17062 > 203.0.113.202:19062 to 198.51.100.36:55261 dev=mx1 other=03-04T23:46:05Z",
      "release 03-05T06:46:05Z p17 10.0.0.2:18575 > 203.0.113.17:1048 to 198.51.100.2:63 dev=mx1 other=03-04T23:46:06Z",
    ],
  },
  "juniper.srx": {
    asks: ["year", "zone"],
    records: [
      "start 03-05T10:00:01Z p* 10.0.10.10 > 203.0.113.172:48640-48895 dev=srx1 other=03-05T10:00:01.500Z start=03-05T10:00:01Z/1000000",
      "interim 03-05T10:30:01.500Z p* 10.0.10.10 > 203.0.113.172:48640-48895 dev=srx1 start=03-05T10:00:01Z/1000000",
      "release 03-05T11:00:01Z p* 10.0.10.10 > 203.0.113.172:48640-48895 dev=srx1 other=03-05T11:00:01.500Z",
      "start 03-05T11:00:02Z p* 10.0.10.11 > 203.0.113.1:9984-10239 dev=srx1",
      "start 03-05T11:00:03Z p6 10.0.10.10:46776 > 203.0.113.172:53328 to 198.51.100.162:80 conn=92317 dev=srx1",
      "release 03-05T11:00:13Z p6 10.0.10.10:46776 > 203.0.113.172:53328 to 198.51.100.162:80 conn=92317 dev=srx1 start=03-05T11:00:03Z/1001000 dur=10000000",
      "start 03-05T11:01:00Z p17 10.0.1.102:58662 > 203.0.113.1:55893 to 198.51.100.8:53 conn=6316 dev=srx1",
      "release 03-05T11:02:00Z p17 10.0.1.102:58662 > 203.0.113.1:55893 to 198.51.100.8:53 conn=6316 dev=srx1 start=03-05T11:01:01Z/2000000 dur=59000000",
    ],
  },
  "linux.conntrack-table": {
    asks: ["zone"],
    records: [
      "interim 03-05T10:00:00Z p6 192.168.1.4:59783 > 203.0.113.246:59790 to 198.51.100.80:443 start=03-05T09:58:58Z/1000000",
      "interim 03-05T10:00:00Z p17 192.168.1.5:40000 > 203.0.113.246:40001 to 198.51.100.53:53 conn=3735928559 start=03-05T09:59:59Z/1000000",
      "interim 03-05T10:00:00Z p1 192.168.1.6:4660 > 203.0.113.246:4661 to 198.51.100.8 realm=3 start=03-05T09:59:58Z/1000000",
      "release 03-05T09:59:10Z p6 192.168.1.7:50000 > 203.0.113.246:50001 to 198.51.100.80:443 start=03-05T09:59:00Z/1000000 end=03-05T09:59:10Z/1000000",
    ],
  },
  "linux.conntrack": {
    asks: [],
    records: [
      "start 03-05T10:00:00.052Z+626us p6 192.168.1.4:59783 > 203.0.113.246:59790 to 198.51.100.80:22",
      "release 03-05T10:01:00Z+7us p6 192.168.1.4:59783 > 203.0.113.246:59790 to 198.51.100.80:22",
    ],
  },
  "mikrotik.firewall": {
    asks: ["zone"],
    records: [
      "start 03-05T10:00:18Z p6 100.64.0.10:54124 > 203.0.113.10:54124 to 198.51.100.37:21001 sub=pppoe-b162 dev=nas1 other=03-05T10:00:00Z",
    ],
  },
  "nat.rules": {
    asks: [],
    records: [
      "mapping 03-01T00:00:00Z p* 2001:db8::80 > 203.0.113.233:20480-20735 start=03-01T00:00:00Z/1000000 end=04-01T00:00:00Z/1000000",
      "mapping 03-01T00:00:00Z p* 172.16.255.0 > 203.0.113.50:1024-33279 start=03-01T00:00:00Z/1000000",
      "mapping 03-01T00:00:00Z p* 172.16.255.1 > 203.0.113.50:33280-65535 start=03-01T00:00:00Z/1000000",
      "mapping 03-01T00:00:00Z p* 2001:db8:cccc::1 > 203.0.113.9 start=03-01T00:00:00Z/1000000",
    ],
  },
  "nfdump.csv": {
    asks: ["zone"],
    records: [
      "start 03-05T10:00:00.123Z p6 10.0.0.1:4000 > 203.0.113.1:5000 to 198.51.100.1:443 dev=192.0.2.9",
      "release 03-05T10:00:09.123Z p6 10.0.0.1:4000 > 203.0.113.1:5000 to 198.51.100.1:443 dev=192.0.2.9",
      "start 03-05T10:00:01.123Z p* 10.0.0.2 > 203.0.113.2:1024-1535 realm=7 dev=192.0.2.9",
      "release 03-05T10:00:08.123Z p6 10.0.0.4:4000 > 203.0.113.4:6000 to 198.51.100.2:80 conn=77 dev=192.0.2.9 start=03-05T10:00:03.123Z/1000",
      "other 03-05T10:00:30Z p17 - > - to 198.51.100.53:53 dev=192.0.2.9",
    ],
  },
  "nfdump.json": {
    asks: ["zone"],
    records: [
      "start 03-05T10:00:00.123Z p6 10.0.0.1:4000 > 203.0.113.1:5000 to 198.51.100.1:443 dev=127.0.0.1/1 other=11-24T12:11:50.846Z",
      "release 03-05T10:00:09.123Z p6 10.0.0.1:4000 > 203.0.113.1:5000 to 198.51.100.1:443 dev=127.0.0.1/1 other=11-24T12:11:50.846Z",
      "other 03-05T10:00:01.123Z p* - > - dev=127.0.0.1/1",
      "other 03-05T10:00:02.123Z p* - > - dev=127.0.0.1/1",
      "start 03-05T10:00:03.123Z p6 10.0.0.4:4000 > 203.0.113.4:6000 to 198.51.100.2:80 conn=77 dev=127.0.0.1/2 other=11-24T12:11:50.962Z",
      "release 03-05T10:00:08.123Z p6 10.0.0.4:4000 > 203.0.113.4:6000 to 198.51.100.2:80 conn=77 dev=127.0.0.1/2 other=11-24T12:11:50.962Z start=03-05T10:00:03.123Z/1000",
      "start 03-05T10:00:10.007Z p* 100.64.0.7 > 203.0.113.7:4000-6044 realm=12 dev=192.0.2.9/3 other=03-05T10:00:11.040Z",
      "mapping 03-05T10:00:25.500Z p17 2001:db8::7:5000 > 203.0.113.8:6000 to 64:ff9b::c633:6435:53 dev=192.0.2.9/4 other=03-05T10:00:30Z start=03-05T10:00:20Z/1000 end=03-05T10:00:25.500Z/1000",
    ],
  },
  "nfware.cgnat": {
    asks: ["year", "zone"],
    records: [
      "start 03-05T10:00:00Z p* 10.0.0.1 > 203.0.113.1",
      "start 03-05T10:00:01Z p* 10.0.0.1 > 203.0.113.1:1024-1535",
      "start 03-05T10:00:02Z p6 10.0.0.1:57938 > 203.0.113.1:1475 to 198.51.100.206:443 realm=7",
      "release 03-05T10:00:03Z p* 10.0.0.1 > 203.0.113.1:1024-1535",
    ],
  },
  "nokia.sr": {
    asks: ["zone"],
    records: [
      "start 03-05T15:56:41Z p* 10.168.20.29 > 203.0.113.29:2001-2005 realm=203",
      "start 03-05T15:57:41Z p* 10.168.20.29 > 203.0.113.29:2006-2010 realm=203",
      "release 03-05T15:58:41Z p* 10.168.20.29 > 203.0.113.29 realm=203",
    ],
  },
  "panos.traffic": {
    asks: ["zone"],
    records: [
      "release 03-05T10:01:00Z p6 10.0.0.8:54321 > 203.0.113.30:31000 to 198.51.100.9:443 realm=vsys1 conn=33571 dev=007200001056 other=03-05T10:01:01Z start=03-05T10:00:25Z/1000000",
      "other 03-05T10:02:00Z p6 10.0.0.8:54321 > - to 198.51.100.9:23 realm=vsys1 conn=0 dev=007200001056 other=03-05T10:02:01Z",
    ],
  },
  "sixwind.cgnat": {
    asks: ["year", "zone"],
    records: [
      "start 03-05T10:00:00Z p6 100.64.0.1 > 203.0.113.33:1024-1535 dev=vsr",
      "start 03-05T10:00:01Z p6 100.64.0.1:4241 > 203.0.113.33:1030 to 198.51.100.1:443 dev=vsr",
      "release 03-05T10:00:02Z p6 100.64.0.1 > 203.0.113.33:1024-1535 dev=vsr",
    ],
  },
  "ulogd2.json": {
    asks: [],
    records: [
      "release 03-05T10:00:01.250Z+1us p17 192.168.0.170:17500 > 203.0.113.9:40112 to 198.51.100.5:53 conn=991 dev=gw start=03-05T10:00:00.250Z/1 end=03-05T10:00:01.250Z+1us/1",
    ],
  },
  "ulogd2.text": {
    asks: ["year", "zone"],
    records: [
      "release 03-05T10:00:54Z p17 192.168.0.170:17500 > 203.0.113.9:40112 to 198.51.100.5:53 dev=gw",
    ],
  },
  "vasexperts.nat": {
    asks: [],
    records: [
      "start 03-05T10:00:00Z p6 10.0.0.5:4000 > 203.0.113.6:5000 to 198.51.100.4:443 sub=line-77 conn=8812",
      "release 03-05T10:01:00Z p6 10.0.0.5:4000 > 203.0.113.6:5000 to 198.51.100.4:443 sub=line-77 conn=8812",
    ],
  },
  "vpp.nat": {
    asks: [],
    records: [
      "start 03-05T10:00:00.125Z p6 10.0.0.4:4000 > 203.0.113.8:5000 dev=vpp1",
      "start 03-05T10:00:01.125Z p17 2001:db8::b4:4001 > 203.0.113.8:5001 to 198.51.100.3:53 dev=vpp1",
      "release 03-05T10:00:02.125Z p6 10.0.0.4:4000 > 203.0.113.8:5000 dev=vpp1",
    ],
  },
  "vyos.cgnat": {
    asks: ["year", "zone"],
    records: ["start 03-05T10:00:03Z p* 100.64.0.1 > 203.0.113.1:1024-17023 dev=r4"],
  },
};

describe("operators' text formats", () => {
  it("each have a sample", () => {
    const ids = readdirSync(folder)
      .filter((name) => name.endsWith(".log"))
      .map((name) => name.replace(/\.log$/, ""));
    expect(ids.sort()).toEqual(Object.keys(EXPECTED).sort());
    const formats = FORMATS.filter((f) => f.role === "nat" && !f.binary).map((f) => f.id);
    expect(ids).toEqual(expect.arrayContaining(formats));
  });

  for (const [id, { asks, records }] of Object.entries(EXPECTED)) {
    it(`${id} gives what its vendor documents`, () => {
      const bytes = readFileSync(join(folder, `${id}.log`));
      const lines = bytes.toString("latin1").trimEnd().split("\n");
      const sample = { bytes, lines, name: "evidence", whole: true };
      const found = FORMATS.filter((f) => !f.binary)
        .map((f) => ({ id: f.id, detection: f.detect(sample, {}) }))
        .filter(({ detection }) => detection.score > 0);
      expect(found.map((f) => f.id)).toEqual([id]);
      expect(found[0]!.detection.questions?.map((q) => q.kind)).toEqual(asks);
      const format = FORMATS.find((f) => f.id === id)!;
      const options = { zone: parseZone("UTC"), year: 2026, layout: found[0]!.detection.layout };
      const parsed = parse(format, bytes, options);
      expect(parsed.rejects).toEqual([]);
      expect(parsed.rows.map(told)).toEqual(records);
      expect(accounted(parsed)).toBe(lines.length);
      // The same in blocks of any size, and record by record for the raw view.
      expect(parse(format, bytes, options, { blocks: [97, 311, 64], capacity: 3 }).rows).toEqual(parsed.rows);
    });
  }

  it("are refused, not guessed, where the zone that they lack was not given", () => {
    for (const [id, { asks }] of Object.entries(EXPECTED)) {
      if (!asks.includes("zone")) continue;
      const format = FORMATS.find((f) => f.id === id)!;
      const bytes = readFileSync(join(folder, `${id}.log`));
      expect(() => parse(format, bytes, { year: 2026 }), id).toThrow(/offset from UTC/);
    }
  });
});

describe("a crafted or torn line", () => {
  it("never becomes a mapping with a wrong number: it is rejected, or equal to what it was", () => {
    const changes: [string, string][] = [
      ["sixwind.cgnat", "port 1024 - 1535"],
      ["juniper.mx", ":1050-1099"],
    ];
    for (const [id, ports] of changes) {
      const format = FORMATS.find((f) => f.id === id)!;
      const text = readFileSync(join(folder, `${id}.log`), "latin1");
      for (const wrong of ["70000", "99999999", "-5"]) {
        const torn = text.replace(ports, ports.replace(/\d+(?=\D*$)/, wrong)).split("\n")[0]!;
        const parsed = parse(format, new TextEncoder().encode(torn), { zone: parseZone("UTC"), year: 2026 });
        expect(parsed.rows, torn).toEqual([]);
        expect(parsed.rejects, torn).toHaveLength(1);
      }
    }
  });
});
