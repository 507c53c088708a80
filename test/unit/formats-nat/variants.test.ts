// The same vendors' lines as software versions, relays and exporters also write them. Each was seen in the field in a form
// that a reader made for the vendor's own example passes over.
import { describe, expect, it } from "vitest";
import { formatById } from "../../../shared/formats/registry";
import { parseZone } from "../../../shared/time/zone";
import { accounted, parseText, told } from "./support";

const read = (id: string, ...lines: string[]): string[] => {
  const text = `${lines.join("\n")}\n`;
  const parsed = parseText(formatById(id)!, text, { zone: parseZone("UTC"), year: 2026 });
  expect(accounted(parsed)).toBe(lines.length);
  return [...parsed.rows.map(told), ...parsed.rejects.map((r) => `${r.line}: ${r.reason}`)];
};

describe("Cisco ASA", () => {
  const at = "Mar 05 2026 10:00:00 fw1 : ";

  it("translates ICMP by faddr, gaddr and laddr", () => {
    expect(
      read(
        "cisco.asa",
        `${at}%ASA-6-302020: Built outbound ICMP connection for faddr 198.51.100.20/0(LOCAL\\ann, 99:tag) gaddr 203.0.113.10/7 laddr 10.0.0.30/7 type 8 code 0`,
        `${at}%ASA-6-302021: Teardown ICMP connection for faddr 198.51.100.20/0 gaddr 203.0.113.10/7 laddr 10.0.0.30/7 (ann) type 8 code 0`,
      ),
    ).toEqual([
      "start 03-05T10:00:00Z p1 10.0.0.30:7 > 203.0.113.10:7 to 198.51.100.20:0 dev=fw1",
      "release 03-05T10:00:00Z p1 10.0.0.30:7 > 203.0.113.10:7 to 198.51.100.20:0 dev=fw1",
    ]);
  });

  it("reads users and security tags before and behind the mapped address", () => {
    expect(
      read(
        "cisco.asa",
        `${at}%ASA-6-302013: Built outbound TCP connection 5 for outside:198.51.100.2/443 (198.51.100.2/443)(99:tag) to inside:10.0.0.3/61921(LOCAL\\ann) (203.0.113.3/61922) (ann)`,
        `${at}%ASA-6-302014: Teardown TCP connection 5 for outside:198.51.100.2/443(99:tag) to inside:10.0.0.3/61921(LOCAL\\Ann Lee) duration 0:00:10 bytes 9 TCP FINs`,
        `${at}%ASA-6-302016: Teardown UDP connection 6 for outside:198.51.100.2/53 user1 to inside:10.0.0.3/52925 user2 duration 0:00:10 bytes 9`,
      ),
    ).toEqual([
      "start 03-05T10:00:00Z p6 10.0.0.3:61921 > 203.0.113.3:61922 to 198.51.100.2:443 conn=5 dev=fw1",
      "release 03-05T10:00:00Z p6 10.0.0.3:61921 > - to 198.51.100.2:443 conn=5 dev=fw1 start=03-05T09:59:50Z/2000000 dur=10000000",
      "release 03-05T10:00:00Z p17 10.0.0.3:52925 > - to 198.51.100.2:53 conn=6 dev=fw1 start=03-05T09:59:50Z/2000000 dur=10000000",
    ]);
  });

  it("takes the first side for the subscriber where only that one is translated inbound, in the teardown too", () => {
    expect(
      read(
        "cisco.asa",
        `${at}%ASA-6-302013: Built inbound TCP connection 7 for outside:10.9.9.2/62848 (203.0.113.2/62849)(LOCAL\\ann) to outside:198.51.100.3/443 (198.51.100.3/443)`,
        `${at}%ASA-6-302014: Teardown TCP connection 7 for outside:10.9.9.2/62848(LOCAL\\ann) to outside:198.51.100.3/443 duration 0:01:00 bytes 1`,
        `${at}%ASA-6-302013: Built inbound TCP connection 8 for outside:198.51.100.9/4000 (198.51.100.9/4000) to dmz:10.1.1.1/80 (203.0.113.80/80)`,
      ),
    ).toEqual([
      "start 03-05T10:00:00Z p6 10.9.9.2:62848 > 203.0.113.2:62849 to 198.51.100.3:443 conn=7 dev=fw1",
      "release 03-05T10:00:00Z p6 10.9.9.2:62848 > - to 198.51.100.3:443 conn=7 dev=fw1 start=03-05T09:59:00Z/2000000 dur=60000000",
      "start 03-05T10:00:00Z p6 10.1.1.1:80 > 203.0.113.80:80 to 198.51.100.9:4000 conn=8 dev=fw1",
    ]);
  });
});

describe("MikroTik", () => {
  const nat = "100.64.0.1:4000->198.51.100.1:443, NAT (100.64.0.1:4000->203.0.113.1:5000)->198.51.100.1:443";

  it("reads interfaces with spaces, none, and a source MAC before the protocol", () => {
    expect(
      read(
        "mikrotik.firewall",
        `Jan 16 00:00:04 r1 prerouting: in:<pppoe-a.b> out:(unknown 0), connection-state:established,snat proto TCP (ACK,FIN), ${nat}, len 52`,
        `Jan 16 00:00:05 r1 firewall,info x: in:wg 1 out:Fibre Uplink 2, src-mac 00:00:5e:00:53:01, proto UDP, ${nat}, len 72`,
        `Jan 16 00:00:06 r1 firewall,info forward: in:<pppoe-c> proto TCP (SYN), ${nat}`,
      ),
    ).toEqual([
      "interim 01-16T00:00:04Z p6 100.64.0.1:4000 > 203.0.113.1:5000 to 198.51.100.1:443 sub=pppoe-a.b dev=r1",
      "start 01-16T00:00:05Z p17 100.64.0.1:4000 > 203.0.113.1:5000 to 198.51.100.1:443 dev=r1",
      "start 01-16T00:00:06Z p6 100.64.0.1:4000 > 203.0.113.1:5000 to 198.51.100.1:443 sub=pppoe-c dev=r1",
    ]);
  });

  it("takes the destination behind a destination NAT, where the server's log has it", () => {
    expect(
      read(
        "mikrotik.firewall",
        "Jan 16 00:00:06 r1 forward: in:a out:b, proto TCP (SYN), 10.0.0.1:1->203.0.113.5:80, NAT (10.0.0.1:1->203.0.113.6:3)->(203.0.113.5:80->10.0.0.9:8080), len 60",
      ),
    ).toEqual(["start 01-16T00:00:06Z p6 10.0.0.1:1 > 203.0.113.6:3 to 10.0.0.9:8080 dev=r1"]);
  });

  it("rejects a tuple that is cut short", () => {
    expect(
      read(
        "mikrotik.firewall",
        "in:<pppoe-u1> proto TCP, 10.0.0.1:1->8.8.8.8:2, NAT (10.0.0.1:1->203.0.113.4",
      ),
    ).toEqual(["1: a NAT line of an unknown layout, or one that translates only the destination"]);
  });
});

it("Juniper SRX in plain text: the block's own epoch, and a denied session that needs no NAT fields", () => {
  expect(
    read(
      "juniper.srx",
      "<14>Mar  5 12:00:00 bng1 RT_NAT: RT_SRC_NAT_PBA_ALLOC: Subscriber 100.64.60.74 used/maximum [10/15] blocks, allocates port block [24064-24191] from 203.0.113.100 in source pool P lsys_id: 0 epoch 0x69a95540",
      '<14>1 2026-03-05T10:00:00Z fw1 RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.25 source-address="10.0.0.26" source-port="37233" destination-address="198.51.100.1" destination-port="161" protocol-id="17"]',
    ),
  ).toEqual([
    "start 03-05T10:04:48Z p* 100.64.60.74 > 203.0.113.100:24064-24191 dev=bng1 other=03-05T12:00:00Z start=03-05T10:04:48Z/1000000",
    "other 03-05T10:00:00Z p* - > - dev=fw1",
  ]);
});

it("Cisco IOS before LOG_TRANSLATION, and the router's name before the message's number", () => {
  expect(
    read(
      "cisco.ios",
      "*Jun 30 07:55:35.635: %IPNAT-6-CREATED: tcp 10.0.0.1:54001 203.0.113.2:54002 198.51.100.53:53 198.51.100.53:53",
      "<189>Jun 30 07:55:36 rtr-7 331: Jun 30 07:55:35.635 UTC: %IPNAT-6-DELETED: tcp 10.0.0.1:54001 203.0.113.2:54002 198.51.100.53:53 198.51.100.53:53",
      "<14>123456789: rtr-8: Jun 30 07:55:35.635 gmt: %IOSXE-6-PLATFORM: F0: cpp_cp: QFP:0.0 Thread:105 TS:00000000000000 %NAT-6-LOG_TRANSLATION: Created Translation UDP 10.0.0.1:1 203.0.113.2:2 198.51.100.53:53 198.51.100.53:53 0",
    ),
  ).toEqual([
    "start 06-30T07:55:35.635Z p6 10.0.0.1:54001 > 203.0.113.2:54002 to 198.51.100.53:53",
    "release 06-30T07:55:35.635Z p6 10.0.0.1:54001 > 203.0.113.2:54002 to 198.51.100.53:53 dev=rtr-7 other=06-30T07:55:36Z",
    "start 06-30T07:55:35.635Z p17 10.0.0.1:1 > 203.0.113.2:2 to 198.51.100.53:53 dev=rtr-8",
  ]);
});

it("A10 sessions by both halves; a session whose halves do not tell the NAT's address is refused", () => {
  expect(
    read(
      "a10.cgn",
      "Mar  5 10:00:00 ax NAT-TCP-C: 10.0.0.1:4000<->198.51.100.5:80, 198.51.100.5:80<-->203.0.113.7:5000",
      "Mar  5 10:00:01 ax NAT-TCP-D: 10.0.0.1:4000<->198.51.100.5:80,203.0.113.7:5000<-->198.51.100.5:80",
      "Mar  5 10:00:02 ax NAT-TCP-C: 10.0.0.1:4000<->198.51.100.5:80, 198.51.100.6:80<-->203.0.113.7:5000",
    ),
  ).toEqual([
    "start 03-05T10:00:00Z p6 10.0.0.1:4000 > 203.0.113.7:5000 to 198.51.100.5:80 dev=ax",
    "release 03-05T10:00:01Z p6 10.0.0.1:4000 > 203.0.113.7:5000 to 198.51.100.5:80 dev=ax",
    "3: a session whose halves do not tell which address is the NAT's",
  ]);
});

it("FortiGate with commas and as CEF", () => {
  const plain =
    'devid="FG1",eventtime=1772704920,vd="root",srcip=10.1.1.1,srcport=5,dstip=198.51.100.1,dstport=80,sessionid=7,action=close,proto=6,trandisp=snat,transip=203.0.113.9,transport=50,duration=10';
  const told =
    "release 03-05T10:02:00Z p6 10.1.1.1:5 > 203.0.113.9:50 to 198.51.100.1:80 realm=root conn=7 dev=FG1 start=03-05T10:01:50Z/2000000 dur=10000000";
  expect(
    read(
      "fortinet.traffic",
      `date=2026-03-05,time=11:02:00,logid=0000000013,type=traffic,subtype=forward,${plain}`,
      "CEF:0|Fortinet|Fortigate|v7.4.9|00013|traffic:forward close|3|deviceExternalId=FG1 FTNTFGTeventtime=1772704920 FTNTFGTlogid=0000000013 cat=traffic:forward FTNTFGTvd=root src=10.1.1.1 spt=5 dst=198.51.100.1 dpt=80 externalId=7 proto=6 act=close FTNTFGTtrandisp=snat sourceTranslatedAddress=203.0.113.9 sourceTranslatedPort=50 FTNTFGTduration=10",
    ),
  ).toEqual([told, told]);
});

it("Huawei USG behind a relay: the device by its name, the relay's clock as the second one", () => {
  expect(
    read(
      "huawei.usg",
      "Mar  5 11:00:41 192.0.2.1 2026-03-05 12:00:35 FW-OUT-01 %%01SECLOG/6/SESSION_TEARDOWN(l):IPVer=4,Protocol=udp,SourceIP=10.1.1.7,DestinationIP=198.51.100.8,SourcePort=52451,DestinationPort=53,SourceNatIP=203.0.113.54,SourceNatPort=3711,BeginTime=1772704800,EndTime=1772704835,SourceVpnID=0,CloseReason=aged-out.",
    ),
  ).toEqual([
    "release 03-05T10:00:35Z p17 10.1.1.7:52451 > 203.0.113.54:3711 to 198.51.100.8:53 dev=FW-OUT-01 other=03-05T11:00:41Z start=03-05T10:00:00Z/1000000 end=03-05T10:00:35Z/1000000",
  ]);
});

it("Cisco ASA's EMBLEM form, with a colon behind the priority", () => {
  const body =
    "%ASA-6-305011: Built dynamic UDP translation from inside:10.1.1.5/5353 to outside:203.0.113.2/5354";
  expect(
    read(
      "cisco.asa",
      `<166>:Mar 05 10:00:00 UTC: ${body.replace("ASA-6", "ASA-session-6")}`,
      `<166>:Mar 05 2026 10:00:00.123 UTC: ${body}`,
    ),
  ).toEqual([
    "start 03-05T10:00:00Z p17 10.1.1.5:5353 > 203.0.113.2:5354",
    "start 03-05T10:00:00.123Z p17 10.1.1.5:5353 > 203.0.113.2:5354",
  ]);
});

it("Cisco IOS messages NAT_CREATED and NAT_DELETED, and a platform's prefix that names no router", () => {
  const ends = "203.0.113.9:21129 192.0.2.53:53 192.0.2.53:53";
  expect(
    read(
      "cisco.ios",
      `Mar  5 10:00:00.123: %IPNAT-6-NAT_CREATED: Created tcp 10.0.0.5:44593 ${ends}`,
      `Mar  5 10:00:09.123: %IPNAT-6-NAT_DELETED: Deleted tcp 10.0.0.5:44593 ${ends}`,
      `Mar  5 10:00:09.123: %IOSXE-6-PLATFORM: R0/0: cpp_cp: QFP:0.0 Thread:000 %NAT-6-LOG_TRANSLATION: Created Translation UDP 10.0.0.5:1 ${ends} 0`,
    ),
  ).toEqual([
    "start 03-05T10:00:00.123Z p6 10.0.0.5:44593 > 203.0.113.9:21129 to 192.0.2.53:53",
    "release 03-05T10:00:09.123Z p6 10.0.0.5:44593 > 203.0.113.9:21129 to 192.0.2.53:53",
    "start 03-05T10:00:09.123Z p17 10.0.0.5:1 > 203.0.113.9:21129 to 192.0.2.53:53",
  ]);
});

it("Juniper SRX sessions of older software, which end with the session's number", () => {
  expect(
    read(
      "juniper.srx",
      "Mar  5 10:00:00 srx RT_FLOW: RT_FLOW_SESSION_CREATE: session created 10.0.0.5/53211->198.51.100.1/443 junos-https 203.0.113.1/53328->198.51.100.1/443 src-rule None 6 permit-all trust untrust 92317",
    ),
  ).toEqual([
    "start 03-05T10:00:00Z p6 10.0.0.5:53211 > 203.0.113.1:53328 to 198.51.100.1:443 conn=92317 dev=srx",
  ]);
});

it("A10's fixed NAT with several ranges is as many mappings", () => {
  expect(
    read("a10.cgn", "Mar  5 10:00:00 ax FIXED-NAT-PORTS 100.64.0.2->203.0.113.3:3000-4000,5000-6000"),
  ).toEqual([
    "interim 03-05T10:00:00Z p* 100.64.0.2 > 203.0.113.3:3000-4000",
    "interim 03-05T10:00:00Z p* 100.64.0.2 > 203.0.113.3:5000-6000",
  ]);
});

it("MikroTik's own dates of version 6; a topic is no router's name", () => {
  const body =
    "firewall,info forward: in:<pppoe-ann> out:ether1, connection-state:new,snat proto TCP (SYN), 100.64.0.10:54124->198.51.100.87:443, NAT (100.64.0.10:54124->203.0.113.10:54125)->198.51.100.87:443, len 60";
  const told = "p6 100.64.0.10:54124 > 203.0.113.10:54125 to 198.51.100.87:443 sub=pppoe-ann";
  expect(read("mikrotik.firewall", `mar/05/2026 10:00:00 ${body}`, `mar/05 10:00:01 ${body}`)).toEqual([
    `start 03-05T10:00:00Z ${told}`,
    `start 03-05T10:00:01Z ${told}`,
  ]);
});

it("a forwarded port is no mapping of its client, in whatever format", () => {
  const named = (r: string): boolean => / > 198\.51\.100\.9/.test(r);
  const json = {
    timestamp: "2026-03-05T10:00:00.1+0000",
    "orig.ip.saddr.str": "198.51.100.9",
    "orig.ip.daddr.str": "203.0.113.9",
    "orig.ip.protocol": 6,
    "orig.l4.sport": 5000,
    "orig.l4.dport": 80,
    "reply.ip.saddr.str": "10.0.0.9",
    "reply.ip.daddr.str": "198.51.100.9",
    "reply.l4.sport": 8080,
    "reply.l4.dport": 5000,
    "ct.event": 1,
  };
  const only = ["1: it translates only the destination"];
  expect(read("ulogd2.json", JSON.stringify(json))).toEqual(only);
  expect(
    read(
      "ulogd2.text",
      "Mar  5 10:00:00 host [NEW] ORIG: SRC=198.51.100.9 DST=203.0.113.9 PROTO=TCP SPT=17500 DPT=80 PKTS=0 BYTES=0 , REPLY: SRC=10.0.0.9 DST=198.51.100.9 PROTO=TCP SPT=8080 DPT=17500 PKTS=0 BYTES=0 ",
    ),
  ).toEqual(only);
  const flows = read(
    "juniper.srx",
    '<14>1 2026-03-05T10:00:00Z srx RT_FLOW - RT_FLOW_SESSION_CREATE [junos@2636.1.1.1.2.129 source-address="198.51.100.9" source-port="53211" destination-address="203.0.113.1" destination-port="443" nat-source-address="198.51.100.9" nat-source-port="53211" nat-destination-address="10.0.0.9" nat-destination-port="8443" protocol-id="6" session-id-32="92318"]',
    "Mar  5 10:00:00 srx RT_FLOW: RT_FLOW_SESSION_CREATE: session created 198.51.100.9/53211->203.0.113.1/443 junos-https 198.51.100.9/53211->10.0.0.9/8443 None r1 6 p untrust trust 92317 N/A(N/A) ge-0/0/1.0",
  );
  const panos = read(
    "panos.traffic",
    "1,2026/03/05 10:00:00,0011C1,TRAFFIC,end,2305,2026/03/05 10:00:00,198.51.100.9,203.0.113.1,198.51.100.9,10.0.0.9,r,,,web,vsys1,u,t,e1,e2,f,2026/03/05 10:00:00,12,1,5000,443,5000,8443,0x0,tcp,allow,1,1,1,1,2026/03/05 09:59:30,15,any,0",
  );
  for (const row of [...flows, ...panos]) {
    expect(row).toMatch(/^other /);
    expect(named(row), row).toBe(false);
  }
});

it("a line that a collector keeps in JSON has its writer's time, and the collector's beside it", () => {
  const asa =
    "%ASA-6-305011: Built dynamic UDP translation from inside:10.1.1.5/5353 to outside:203.0.113.2/5354";
  const wrap = (message: string, more = {}): string =>
    JSON.stringify({ "@timestamp": "2026-03-05T12:00:01Z", host: "relay1", ...more, message });
  const named = "p17 10.1.1.5:5353 > 203.0.113.2:5354";
  expect(
    read(
      "cisco.asa",
      wrap(`<166>Mar 05 2026 10:00:00 fw1 : ${asa}`),
      wrap(asa),
      JSON.stringify({ message: asa }),
    ),
  ).toEqual([
    `start 03-05T10:00:00Z ${named} dev=fw1 other=03-05T12:00:01Z`,
    `start 03-05T12:00:01Z ${named} dev=relay1`,
    `start - ${named}`,
  ]);
  expect(
    read(
      "juniper.srx",
      wrap(
        '<14>1 2026-03-05T10:00:00.123Z srx RT_FLOW - RT_FLOW_SESSION_CREATE [junos@2636.1.1.1.2.129 source-address="10.0.0.5" source-port="53211" destination-address="198.51.100.1" destination-port="443" nat-source-address="203.0.113.1" nat-source-port="53328" nat-destination-address="198.51.100.1" nat-destination-port="443" protocol-id="6" session-id-32="92317"]',
      ),
    ),
  ).toEqual([
    "start 03-05T10:00:00.123Z p6 10.0.0.5:53211 > 203.0.113.1:53328 to 198.51.100.1:443 conn=92317 dev=srx",
  ]);
});
