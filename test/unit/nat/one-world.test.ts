// One world - who held which ports of one address, and when - told in every way an operator can tell it. However it is
// told, attribution answers with the world's truth, and names nobody for a port that no one was given.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AttributionRow } from "../../../shared/contract/attribution";
import { Random } from "../../simulate/random";
import { dataSet, ipfix, join, type Spec, templateSet, type Value, v9 } from "../ipfix/support";
import { EngineCase } from "./engine";

const T0 = 1_772_704_800;
const CHANGE = T0 + 4 * 3600;
const END = T0 + 8 * 3600;
const PUBLIC = "203.0.113.50";
const HOSTS = 16;
const EACH = 64_512 / HOSTS;
/** The server is fast by this; the examiner declares it to within a second. */
const FAST = 5;

interface Act {
  readonly at: number;
  readonly port: number;
}
type Scheme = "blocks" | "scattered";

/** Place of a port's holder among the hosts, or null: below 1024 nobody was given any. */
const placeOf = (scheme: Scheme, port: number): number | null =>
  port < 1024 ? null : scheme === "blocks" ? Math.floor((port - 1024) / EACH) : (port - 1024) % HOSTS;
/** At the change every port set goes to another host. */
const host = (place: number, at: number): string => `172.16.0.${place + (at < CHANGE ? 0 : HOSTS)}`;
const truthOf = (scheme: Scheme, act: Act): string | null => {
  const place = placeOf(scheme, act.port);
  return place === null ? null : host(place, act.at);
};

const random = new Random(20_260_305);
const acts: Act[] = Array.from({ length: 240 }, (_, i) => ({
  at: Math.floor(random.between(T0 + 120, END - 120)),
  // Every twelfth comes from a port that the NAT gives to nobody.
  port: i % 12 === 0 ? 300 + i : 1024 + Math.floor(random.between(0, 64_512)),
})).sort((a, b) => a.at - b.at || a.port - b.port);

const iso = (t: number): string => new Date(t * 1000).toISOString();
const serverLog = ["time,ip,port,protocol", ...acts.map((a) => `${iso(a.at + FAST)},198.51.100.9,x,tcp`)]
  .map((line, i) => (i === 0 ? line : line.replace("198.51.100.9,x", `${PUBLIC},${acts[i - 1]!.port}`)))
  .join("\n");

interface Holding {
  readonly place: number;
  readonly from: number;
  readonly to: number;
}
const holdings: Holding[] = [T0, CHANGE].flatMap((from) =>
  Array.from({ length: HOSTS }, (_, place) => ({ place, from, to: from === T0 ? CHANGE : END })),
);
const low = (place: number): number => 1024 + place * EACH;

/** A session around each act that passed the NAT. */
const sessions = acts.flatMap((a) => {
  const place = placeOf("blocks", a.port);
  return place === null ? [] : [{ ...a, inside: host(place, a.at), from: a.at - 20, to: a.at + 40 }];
});

const ordered = (lines: readonly { at: number; text: string }[]): string =>
  `${[...lines]
    .sort((a, b) => a.at - b.at)
    .map((l) => l.text)
    .join("\n")}\n`;

const pba = (h: Holding, kind: "ALLOC" | "RELEASE"): { at: number; text: string } => {
  const at = kind === "ALLOC" ? h.from : h.to;
  return {
    at,
    text: `<14>1 ${iso(at)} cgn-1 RT_NAT - RT_SRC_NAT_PBA_${kind} [junos@2636.1.1.1.2.129 internal-ip="${host(h.place, h.from)}" block-port-low="${low(h.place)}" block-port-high="${low(h.place) + EACH - 1}" reflexive-ip="${PUBLIC}" epoch-time-64="${at.toString(16)}"]`,
  };
};
const flow = (
  s: (typeof sessions)[number],
  i: number,
  kind: "CREATE" | "CLOSE",
): { at: number; text: string } => ({
  at: kind === "CREATE" ? s.from : s.to,
  text: `<14>1 ${iso(kind === "CREATE" ? s.from : s.to)} cgn-1 RT_FLOW - RT_FLOW_SESSION_${kind} [junos@2636.1.1.1.2.129 ${kind === "CLOSE" ? 'reason="TCP FIN" ' : ""}source-address="${s.inside}" source-port="${20_000 + i}" destination-address="192.0.2.80" destination-port="443" nat-source-address="${PUBLIC}" nat-source-port="${s.port}" nat-destination-address="192.0.2.80" nat-destination-port="443" protocol-id="6" session-id-32="${i + 1}"${kind === "CLOSE" ? ` elapsed-time="${s.to - s.from}"` : ""}]`,
});

const SESSION: readonly Spec[] = [
  [323, 8],
  [230, 1],
  [8, 4],
  [225, 4],
  [7, 2],
  [227, 2],
  [4, 1],
];
const BLOCK: readonly Spec[] = [
  [323, 8],
  [230, 1],
  [8, 4],
  [225, 4],
  [361, 2],
  [362, 2],
];

/** Messages of at most 20 records, each at the time of its last. */
function messages(
  specs: readonly Spec[],
  rows: readonly { at: number; values: readonly Value[] }[],
  version: 9 | 10,
): Uint8Array {
  const sorted = [...rows].sort((a, b) => a.at - b.at);
  const out: Uint8Array[] = [];
  for (let i = 0; i < sorted.length; i += 20) {
    const part = sorted.slice(i, i + 20);
    const sets = [
      ...(i === 0 ? [templateSet(256, specs, version)] : []),
      dataSet(
        256,
        specs,
        part.map((r) => r.values),
      ),
    ];
    const seconds = Math.ceil(part[part.length - 1]!.at);
    out.push(
      version === 10
        ? ipfix(sets, { seconds, sequence: i })
        : v9(sets, { seconds, sequence: i / 20 }, part.length + (i === 0 ? 1 : 0)),
    );
  }
  return join(...out);
}

interface Telling {
  readonly scheme: Scheme;
  readonly file: string;
  readonly content: string | Uint8Array;
  readonly add?: object;
}

const tellings: Readonly<Record<string, Telling>> = {
  blocks: {
    scheme: "blocks",
    file: "blocks.log",
    content: ordered(holdings.flatMap((h) => [pba(h, "RELEASE"), pba(h, "ALLOC")])),
  },
  sessions: {
    scheme: "blocks",
    file: "sessions.log",
    content: ordered(sessions.flatMap((s, i) => [flow(s, i, "CREATE"), flow(s, i, "CLOSE")])),
  },
  "end-only": {
    scheme: "blocks",
    file: "ends.log",
    content: ordered(sessions.map((s, i) => flow(s, i, "CLOSE"))),
  },
  "scattered sets": {
    scheme: "scattered",
    file: "sets.csv",
    content: [
      "from,to,public,low,high,step,inside",
      ...holdings.map(
        (h) =>
          `${iso(h.from)},${iso(h.to)},${PUBLIC},${1024 + h.place},${1024 + h.place + HOSTS * (EACH - 1)},${HOSTS},${host(h.place, h.from)}`,
      ),
    ].join("\n"),
    add: {
      format: "csv",
      map: {
        from: "from",
        to: "to",
        publicIp: "public",
        portLow: "low",
        portHigh: "high",
        portStep: "step",
        insideIp: "inside",
      },
    },
  },
  "NetFlow v9": {
    scheme: "blocks",
    file: "v9.bin",
    content: messages(
      SESSION,
      sessions.flatMap((s, i) =>
        (["from", "to"] as const).map((side) => ({
          at: s[side],
          values: [s[side] * 1000, side === "from" ? 1 : 2, s.inside, PUBLIC, 20_000 + i, s.port, 6],
        })),
      ),
      9,
    ),
  },
  IPFIX: {
    scheme: "blocks",
    file: "ipfix.bin",
    content: messages(
      BLOCK,
      holdings.flatMap((h) =>
        (["to", "from"] as const).map((side) => ({
          at: h[side],
          values: [
            h[side] * 1000,
            side === "from" ? 16 : 17,
            host(h.place, h.from),
            PUBLIC,
            low(h.place),
            low(h.place) + EACH - 1,
          ],
        })),
      ),
      10,
    ),
  },
  "a layout of the operator's own": {
    scheme: "blocks",
    file: "own.txt",
    content: ordered(
      holdings.flatMap((h) =>
        (["free", "take"] as const).map((act) => ({
          at: act === "take" ? h.from : h.to,
          text: `${iso(act === "take" ? h.from : h.to)} nat7 ${act} <${host(h.place, h.from)}> ${PUBLIC} ${low(h.place)}+${low(h.place) + EACH - 1}`,
        })),
      ),
    ),
    add: {
      layout:
        "re:(?<time>\\S+) (?<device>\\w+) (?:(?<event_start>take)|(?<event_release>free)) <(?<inside_ip>[^>]+)> (?<public_ip>\\S+) (?<port_low>\\d+)\\+(?<port_high>\\d+)",
    },
  },
  "computed rules": {
    scheme: "blocks",
    file: "rules.txt",
    content: `det44 inside=172.16.0.0/28 outside=${PUBLIC}/32 from=${iso(T0)} to=${iso(CHANGE)}\ndet44 inside=172.16.0.16/28 outside=${PUBLIC}/32 from=${iso(CHANGE)} to=${iso(END)}\n`,
  },
};

const lineOf = (inside: string): string => `line-${inside.split(".")[3]}`;
/** The operator's RADIUS: each inside address belongs to one line, from a minute before its ports to a minute after. */
const radius = ordered(
  holdings.flatMap((h) =>
    (["Start", "Stop"] as const).map((status) => {
      const at = status === "Start" ? h.from - 60 : h.to + 60;
      const inside = host(h.place, h.from);
      return {
        at,
        text: `${new Date(at * 1000).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/, "$1 $3 $2 $5 $4")}\n\tUser-Name = "${lineOf(inside)}"\n\tNAS-IP-Address = 192.0.2.11\n\tFramed-IP-Address = ${inside}\n\tAcct-Status-Type = ${status}\n\tAcct-Session-Id = "S${inside}"\n\tTimestamp = ${at}\n`,
      };
    }),
  ),
);

/** How a telling fares: acts named rightly, wrongly and not at all, those near the change of hands apart. */
function score(
  rows: readonly AttributionRow[],
  truth: (act: Act) => string | null,
  named: "insideIp" | "subscriber",
) {
  const out = { right: 0, wrong: 0, missed: 0, nobody: 0 };
  for (const [i, row] of rows.entries()) {
    const act = acts[i]!;
    const true_ = truth(act);
    const answer = row.verdict === "unique" || row.verdict === "only" ? row[named] : null;
    if (answer !== null && answer !== true_) out.wrong++;
    else if (true_ === null) out.nobody++;
    else if (answer === true_) out.right++;
    else if (Math.abs(act.at - CHANGE) > 10) out.missed++;
  }
  return out;
}

describe("one world", () => {
  let engine: EngineCase;
  beforeAll(async () => {
    engine = await EngineCase.create();
    await engine.add(
      "web",
      { "web.csv": serverLog },
      {
        role: "server",
        format: "csv",
        map: { time: "time", srcIp: "ip", srcPort: "port", protocol: "protocol" },
      },
    );
    const [report] = await engine.add(
      "radius",
      { "detail.txt": radius },
      { role: "subscriber", zone: "+00:00" },
    );
    expect(report).toMatchObject({ rejects: 0, records: holdings.length * 2 });
    await engine.run("clock.calibrate", {
      source: "radius",
      declare: "0 s +/- 1 s",
      reason: "same NTP server",
    });
  }, 60_000);
  afterAll(() => engine.close());

  const strangers = acts.filter((a) => a.port < 1024).length;
  const nearChange = acts.filter((a) => a.port >= 1024 && Math.abs(a.at - CHANGE) <= 10).length;

  it.each(Object.entries(tellings))(
    "told as %s, is answered with its truth",
    async (name, telling) => {
      const as = name.replace(/[^A-Za-z0-9]/g, "-");
      const [report] = await engine.add(
        as,
        { [telling.file]: telling.content },
        { role: "nat", ...telling.add },
      );
      expect(report).toMatchObject({ rejects: 0, partial: 0 });
      // Declared again for each telling: a declaration stands beside what the evidence itself shows.
      await engine.run("clock.calibrate", {
        source: "web",
        declare: `${FAST} s +/- 1 s`,
        reason: "seized clock",
      });
      const rows = await engine.attribute("web", as);
      const found = score(rows, (a) => truthOf(telling.scheme, a), "insideIp");
      expect(found).toMatchObject({ wrong: 0, missed: 0, nobody: strangers });
      expect(found.right).toBeGreaterThanOrEqual(acts.length - strangers - nearChange);
      // With the operator's RADIUS behind it, the line that had the inside address.
      const truth = (a: Act): string | null => {
        const inside = truthOf(telling.scheme, a);
        return inside === null ? null : lineOf(inside);
      };
      const named = await engine.attribute("web", as, "radius");
      expect(score(named, truth, "subscriber")).toEqual(found);
    },
    60_000,
  );
});
