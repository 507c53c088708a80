// A layout that is a regular expression: what its groups take, what it refuses and where, and that the same comes out again.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Re2Matcher } from "../../../electron/engine/import/line-matcher";
import { scanFile } from "../../../electron/engine/import/scan";
import { pack } from "../../../electron/engine/import/shipment";
import { patternSpans } from "../../../electron/engine/records/pattern-spans";
import type { Reply } from "../../../shared/contract/contract";
import format from "../../../shared/formats/any/regex";
import { isPattern, patternOf } from "../../../shared/formats/any/regex/pattern";
import { AddressBook } from "../../../shared/record/address";
import { ColumnBatch, TextDictionary, zeroCounts } from "../../../shared/record/batch";
import { EngineCase } from "../nat/engine";

let open: EngineCase;
beforeAll(async () => {
  open = await EngineCase.create();
});
afterAll(() => open.close());

const preview = (name: string, text: string, more: object) => {
  const file = join(open.folder, name);
  writeFileSync(file, Buffer.from(text, "latin1"));
  return open.run("evidence.preview", { file, ...more });
};

async function records(source: string, to: number): Promise<Reply<"records.page">> {
  const { view } = await open.run("records.open", { source });
  return open.run("records.page", { view, from: 0, to });
}

const APP = String.raw`re(%d.%m.%Y %H:%M:%S.%f):\[(?<time>[^\]]+)\] (?:login|logout) (?<x_user>.*) from (?<src_ip>[0-9a-f.:]+)#(?P<src_port>\d+) on (?<dst_ip>\S+)/(?<dst_port>\d+)(?: via (?<protocol>\w+))?`;
const APP_LOG = [
  "[24.11.2026 05:34:12.250] login anna from 203.0.113.7#49152 on 192.0.2.1/443 via tcp",
  "",
  "[24.11.2026 05:34:13.000] login eve from 192.0.2.66#1 from 203.0.113.8#49153 on 192.0.2.1/443",
  "service restarted",
  "[24.11.2026 05:34:14.000] login m\xfcller from 2001:db8::5#70000 on 192.0.2.1/443",
  "[31.02.2026 05:34:14.000] login otto from 203.0.113.9#5 on 192.0.2.1/443",
  "[24.11.2026 05:34:15.000] logout m\xc3\xbcller from 2001:db8::5#50000 on 192.0.2.1/443  \r",
  "[24.11.2026 05:34:16.000] logout m\xfcller from 2001:db8::6#50001 on 192.0.2.1/443",
].join("\n");

describe("a server's log by a regular expression", () => {
  it("gives address, port, time and fields; a line that does not fit, or whose groups are none, is a reject with its reason", async () => {
    const shown = await preview("app.log", APP_LOG, { layout: APP, zone: "Europe/Berlin" });
    expect(shown.problem).toBeNull();
    expect(shown.chosen).toBe("regex");
    expect(shown.candidates.map((c) => c.format)).toEqual(["regex"]);
    expect(shown.lines.map((l) => [l.line, l.kind, l.srcIp, l.srcPort, l.reason])).toEqual([
      [1, "record", "203.0.113.7", 49152, null],
      [2, "blank", null, null, null],
      // The name that a client chose ends where the expression says: at the last " from ".
      [3, "record", "203.0.113.8", 49153, null],
      [4, "reject", null, null, "does not fit the layout's regular expression"],
      [5, "reject", null, null, '"70000" is no srcPort'],
      [6, "reject", null, null, '"31.02.2026 05:34:14.000" is no time'],
      [7, "record", "2001:db8::5", 50000, null],
      [8, "record", "2001:db8::6", 50001, null],
    ]);
    // 05:34:12.25 in Berlin's winter.
    expect(shown.lines[0]!.timeUs).toBe(Date.UTC(2026, 10, 24, 4, 34, 12, 250) * 1000);
  });

  it("asks for the zone where the format has none, and names the layout where nothing fits", async () => {
    expect((await preview("app.log", APP_LOG, { layout: APP })).questions).toMatchObject([
      { kind: "zone", line: 1 },
    ]);
    const none = await preview("app.log", APP_LOG, { layout: "re:(?<src_ip>\\S+)" });
    expect(none.problem?.message).toContain("fits none of the first 7 lines of app.log");
  });

  it("is added, keeps its account, and a rebuild gives the same", async () => {
    const [added] = await open.add("app", { "added.log": APP_LOG }, { layout: APP, zone: "UTC" });
    expect(added).toMatchObject({ format: "regex", role: "server", layout: APP, lines: 8, records: 4 });
    expect(added).toMatchObject({ rejects: 3, blank: 1, withPort: 4, headers: 0 });
    const page = await records("app", 4);
    expect(page.rows.map((r) => [r.srcIp, r.srcPort, r.dstPort, r.protocol, r.fields])).toEqual([
      ["203.0.113.7", 49152, 443, 6, { user: "anna" }],
      ["203.0.113.8", 49153, 443, null, { user: "eve from 192.0.2.66#1" }],
      ["2001:db8::5", 50000, 443, null, { user: "müller" }],
      ["2001:db8::6", 50001, 443, null, { user: "müller" }],
    ]);
    expect(await open.run("case.rebuild", {})).toMatchObject({ differences: [] });
  });
});

describe("an operator's text by a regular expression", () => {
  const SESSIONS = String.raw`re:(?<time>\S+) (?<device>\w+) (?:(?<event_start>MAKE)|(?<event_release>DROP)) #(?<conn>\d+) (?<protocol>\w+) (?<inside_ip>[\d.]+):(?<inside_port>\d+) as (?<public_ip>[\d.]+):(?<port_low>\d+)(?: for (?<subscriber>.+))?`;
  const BLOCKS = String.raw`re:(?<time>\S+ \S+) (?<event>\w+) (?<subscriber>\S+) (?<inside_ip>\S+) (?<public_ip>\S+) (?<port_low>\d+)\.\.(?<port_high>\d+)`;
  const ENDED = String.raw`re:(?<end>\S+) closed (?<inside_ip>\S+) (?<public_ip>\S+):(?<port_low>\d+) after (?<duration_seconds>[\d.]+)s`;

  it("create and delete by connection make one mapping, and name its subscriber", async () => {
    const [added] = await open.add(
      "sessions",
      {
        "sessions.log": [
          "2026-11-24T05:00:00Z cgn1 MAKE #7 tcp 10.0.0.1:4000 as 203.0.113.9:40000 for line-17",
          "2026-11-24T05:00:00Z cgn1 MAKE #8 udp 10.0.0.2:4000 as 203.0.113.9:40000 for line-18",
          "2026-11-24T05:10:00Z cgn1 DROP #7 tcp 10.0.0.1:4000 as 203.0.113.9:40000",
          "2026-11-24T05:20:00Z cgn1 DROP #8 udp 10.0.0.2:4000 as 203.0.113.9:40000",
          "",
        ].join("\n"),
      },
      { layout: SESSIONS },
    );
    expect(added).toMatchObject({ format: "regex", role: "nat", records: 4, rejects: 0, partial: 0 });
    const page = await records("sessions", 4);
    const at = (minute: number) => Date.UTC(2026, 10, 24, 5, minute) * 1000;
    expect(page.rows.map((r) => [r.event, r.startUs, r.endUs, r.subscriber])).toEqual([
      ["start", at(0), at(10), "line-17"],
      ["start", at(0), at(20), "line-18"],
      ["release", at(0), at(10), null],
      ["release", at(0), at(20), null],
    ]);
  });

  it("blocks are held from their assignment to their release; a word that says neither is a reject", async () => {
    await open.add(
      "blocks",
      {
        "blocks.log": [
          "2026-11-24 05:00:00+00:00 allocated line-1 10.0.0.1 203.0.113.20 1024..2047",
          "2026-11-24 05:00:00+00:00 allocated line-2 10.0.0.2 203.0.113.20 2048..3071",
          "2026-11-24 06:00:00+00:00 released line-1 10.0.0.1 203.0.113.20 1024..2047",
          "2026-11-24 07:00:00+00:00 frobbed line-1 10.0.0.1 203.0.113.20 1024..2047",
          "2026-11-24 07:00:00+00:00 released line-2 10.0.0.2 203.0.113.20 4000..3071",
          "2026-11-24 07:00:00+00:00 released line-2 10.0.0.2 203.0.113.20 2048..3071",
        ].join("\n"),
      },
      { layout: BLOCKS, role: "nat" },
    );
    const rejects = await open.run("evidence.rejects", { source: "blocks" });
    expect(rejects.rejects.map((r) => [r.line, r.reason])).toEqual([
      [4, '"frobbed" is no event'],
      [5, "the port block ends (3071) before it begins (4000)"],
      [6, "the file ends here without a line break: the line may be cut short"],
    ]);
    const page = await records("blocks", 4);
    const at = (hour: number) => Date.UTC(2026, 10, 24, hour) * 1000;
    expect(page.rows.map((r) => [r.portLow, r.portHigh, r.startUs, r.endUs, r.subscriber])).toEqual([
      [1024, 2047, at(5), at(6), "line-1"],
      [2048, 3071, at(5), at(7), "line-2"],
      [1024, 2047, at(5), at(6), "line-1"],
      [2048, 3071, at(5), at(7), "line-2"],
    ]);
  });

  it("a record of a session's end alone gives its start by the duration, as precisely as both are written", async () => {
    await open.add(
      "ended",
      { "ended.log": "2026-11-24T05:00:10Z closed 10.0.0.1 203.0.113.9:40000 after 2.5s\n" },
      { layout: ENDED },
    );
    const page = await records("ended", 1);
    expect(page.rows[0]).toMatchObject({
      event: "mapping",
      startUs: Date.UTC(2026, 10, 24, 5, 0, 7, 500) * 1000,
      endUs: Date.UTC(2026, 10, 24, 5, 0, 10) * 1000,
    });
  });
});

describe("a regular expression that is wrong", () => {
  const message = async (layout: string): Promise<string> => {
    const shown = await preview("app.log", APP_LOG, { layout });
    return shown.problem?.message ?? "";
  };
  it.each([
    [
      "re:(?<src_ip>\\S+",
      'at character 4 of the layout, before "(?<src_ip>\\S+": this parenthesis is not closed',
    ],
    ["re:(?<src_ip>\\S+)) x", 'at character 18 of the layout, before ") x": no parenthesis is open here'],
    [
      "re:(?<src_ip>\\S+) (?<scr_port>\\d+)",
      'at character 19 of the layout, before "(?<scr_port>\\d+)": there is no group "scr_port"',
    ],
    ["re:(?<src_ip>\\S+) [a-", 'at character 19 of the layout, before "[a-": this bracket is not closed'],
    [
      "re:(?<src_ip>\\S+) [b-a]",
      'at character 20 of the layout, before "b-a]": invalid character class range',
    ],
    ["re:(?<src_ip>\\S+) a**", 'at character 20 of the layout, before "**": bad repetition operator'],
    ["re:(?<src_ip>\\S+) (?=x)", 'at character 19 of the layout, before "(?=x)": it looks ahead or behind'],
    ["re:(?<src_ip>\\S+) \\1", 'at character 19 of the layout, before "\\1": \\1 points back'],
    ["re:(\\S+)", "has no named group"],
    ["re:(?<time>\\S+)", "takes no address"],
    ["re(%H:%M:%S):(?<src_ip>\\S+)", 'The time format "%H:%M:%S" names no day'],
    ["re(%d %q):(?<src_ip>\\S+)", 'has "%q", which is not known, at character 7'],
  ])("%s is refused with its place", async (layout, told) => {
    expect(await message(layout)).toContain(told);
  });

  it("is no layout of a server's own format", async () => {
    const shown = await preview("app.log", APP_LOG, { layout: APP, format: "apache.access" });
    expect(shown.problem?.message).toBe("A regular expression is no layout of apache.access.");
  });

  it("takes parentheses in a set, after a backslash and in a quotation for themselves", () => {
    const { expression, groups } = patternOf(
      "re:[()[:alpha:])]\\((a)\\Q((\\E(?:b)(?i)(?<src_ip>c)(?P<src_ip>d)",
    );
    expect(expression).toBe("\\A([()[:alpha:])]\\((?:a)\\Q((\\E(?:b)(?i)(c)(d))\\z");
    expect(groups.map((g) => g.key)).toEqual(["srcIp", "srcIp"]);
    expect(isPattern("%h re: %t")).toBe(false);
  });

  it("shows where its groups stand in the record's bytes, and nothing where that is not certain", async () => {
    await open.add("places", { "places.log": APP_LOG }, { layout: APP, zone: "UTC" });
    const at = async (row: number) => {
      const { base64, spans } = await open.run("records.raw", { source: "places", row });
      const bytes = Buffer.from(base64, "base64");
      return spans.map(({ from, to, kind }) => [kind, from, bytes.subarray(from, to).toString("latin1")]);
    };
    // The address that the name holds is not marked, the client's is.
    expect(await at(1)).toEqual([
      ["time", 1, "24.11.2026 05:34:13.000"],
      ["other", 32, "eve from 192.0.2.66#1"],
      ["srcIp", 59, "203.0.113.8"],
      ["srcPort", 71, "49153"],
      ["dstIp", 80, "192.0.2.1"],
      ["dstPort", 90, "443"],
    ]);
    // The protocol, in an alternative of its own, occurs once.
    expect((await at(0)).at(-1)).toEqual(["protocol", 81, "tcp"]);
    // Bytes, not characters: as UTF-8, and as latin1.
    expect((await at(3))[2]).toEqual(["srcIp", 46, "2001:db8::6"]);
    const latin = await patternSpans(
      "re:(?<x_user>\\S+) (?<src_ip>\\S+)",
      Buffer.from("m\xfcller 192.0.2.1", "latin1"),
    );
    expect(latin.map((s) => s.from)).toEqual([0, 7]);
  });

  it.each([
    // Taken from the expression's own order although the text stands there twice.
    ["(?<dst_ip>\\S+) (?<src_ip>\\S+)", "192.0.2.1 192.0.2.1", ["dstIp 0", "srcIp 10"]],
    // An alternative, a repetition and a flag: only what occurs once.
    ["(?:a (?<src_ip>\\S+)|b) (?<src_port>\\d+)", "a 192.0.2.1 2", ["srcIp 2", "srcPort 12"]],
    [
      "a (?<src_ip>\\S+) (?<src_port>\\d+)|b (?<src_ip>\\S+) (?<src_port>\\d+)",
      "b 192.0.2.1 50",
      ["srcIp 2", "srcPort 12"],
    ],
    ["(?:x)(?<src_ip>[0-9.]+ )+(?<src_port>\\d+)", "x1.1.1.1 1.1.1.1 5", ["srcPort 17"]],
    ["(?i)A (?<src_ip>\\S+) (?<src_port>\\d+)", "a 192.0.2.1 2", ["srcIp 2"]],
    ["(?<src_ip>\\S+)(?: port (?<src_port>\\d+))?.*", "192.0.2.1 port 92", ["srcIp 0"]],
    ["(?<src_ip>\\S+) .*", "no address", ["srcIp 0"]],
    ["(?<src_ip>\\d+)", "no number", []],
  ] as const)("of re:%s in %j", async (expression, text, expected) => {
    const spans = await patternSpans(`re:${expression}`, Buffer.from(text));
    expect(spans.map((s) => `${s.kind} ${s.from}`)).toEqual(expected);
  });

  it("of a kind that costs others an eternity takes time in proportion to the text", async () => {
    const matcher = new Re2Matcher();
    try {
      const evil = patternOf("re:(?<src_ip>(?:a|a?)+)(?:a|aa)+b");
      const columns = await matcher.match(evil, ["a".repeat(100_000), `${"a".repeat(1000)}b`]);
      expect(columns[0]!.map((text) => text.length)).toEqual([0, 1001]);
    } finally {
      await matcher.close();
    }
  });
});

it("every line is accounted for, whatever stands in it and wherever a batch ends", async () => {
  const lines = Array.from({ length: 5000 }, (_, i) =>
    i % 7 === 0
      ? ""
      : i % 5 === 0
        ? `noise \0 \xff ${i}`
        : `2026-11-24T05:00:00Z 192.0.2.1 ${i} ${"\xe9".repeat(i % 3)}`,
  );
  const path = join(open.folder, "many.log");
  writeFileSync(path, Buffer.from(lines.join("\r\n"), "latin1"));
  const matcher = new Re2Matcher();
  const layout =
    "re:(?<time>\\S+) (?<src_ip>\\S+) (?<src_port>\\d+) (?<x_rest>.*)|(?<time>\\S+) (?<src_ip>\\S+) (?<src_port>\\d+)";
  const batch = new ColumnBatch("server", new AddressBook(), new TextDictionary(), 100);
  const counts = zeroCounts();
  const ports: number[] = [];
  try {
    const end = await scanFile(
      { path, name: "many.log", hashes: [] },
      format,
      format.open({ layout, matcher }),
      batch,
      {
        ship: async () => {
          for (let r = 0; r < batch.rows; r++)
            ports.push((batch.columns[batch.slot("src_port")]!.data as Int32Array)[r]!);
          for (const key of Object.keys(counts) as (keyof typeof counts)[]) counts[key] += batch.counts[key];
          pack(batch, { file: 0, position: 0, line: 0 }, undefined);
        },
        breathe: async () => {},
      },
    );
    expect(end.lines).toBe(5000);
  } finally {
    await matcher.close();
  }
  expect(counts.recordLines + counts.rejects + counts.blanks).toBe(5000);
  expect(ports).toEqual(lines.flatMap((line, i) => (line.startsWith("2026") ? [i] : [])));
});
