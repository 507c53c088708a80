// Entries of a cloud, many on a line: each is read as if it stood alone, and none is counted as a line of its own.
import { describe, expect, test } from "vitest";
import { bundled } from "../../../shared/formats/bundle";
import { FORMATS, formatById } from "../../../shared/formats/registry";
import { checkFormat, sampleOf, utf8 } from "./harness";

const UNKNOWN = { zone: { kind: "unknown" } as const, year: 2026 };
const subscription = (...messages: string[]): string =>
  JSON.stringify({
    messageType: "DATA_MESSAGE",
    owner: "123456789012",
    logGroup: "/var/log/secure",
    logStream: "i-0",
    subscriptionFilters: ["all"],
    logEvents: messages.map((message, i) => ({ id: String(i), timestamp: 1_795_498_452_000 + i, message })),
  });
const sshd = (port: number): string =>
  `Nov 24 05:34:12 gate sshd[7]: Invalid user a from 203.0.113.9 port ${port}`;
const access = (port: number): string =>
  `203.0.113.7:${port} - - [24/Nov/2026:05:34:12 +0000] "GET /?q=\u00e9 HTTP/1.1" 200 512`;
const best = (text: string) =>
  FORMATS.map((format) => ({ id: format.id, ...format.detect(sampleOf(utf8(text)), UNKNOWN) })).sort(
    (a, b) => b.score - a.score || b.specificity - a.specificity,
  )[0]!;

describe("CloudWatch's log events", () => {
  test("of a syslog program are a record each, on the one line", () => {
    const text = `${subscription(sshd(1), sshd(2))}${subscription(sshd(3))}\n${sshd(4)}\n`;
    expect(best(text).id).toBe("openssh");
    const { rows, counts } = checkFormat(formatById("openssh")!, utf8(text), UNKNOWN, [5]);
    expect(rows.map((r) => [r.line, r.srcIp, r.srcPort])).toEqual([
      [1, "203.0.113.9", 1],
      [1, "203.0.113.9", 2],
      [1, "203.0.113.9", 3],
      [2, "203.0.113.9", 4],
    ]);
    expect(counts).toMatchObject({ recordLines: 2, rejects: 0, partial: 0, withPort: 4 });
  });

  test("of an access log are a record each, whatever the batch has room for; what does not fit is told", () => {
    const entries = Array.from({ length: 40 }, (_, i) => access(1000 + i));
    const text = `${subscription(...entries, "restarted")}\n${access(9)}\n`;
    const found = best(text);
    expect(found.id).toBe("apache.access");
    const options = { ...UNKNOWN, layout: found.layout };
    const { rows, counts, partials } = checkFormat(formatById("apache.access")!, utf8(text), options, [5]);
    expect(rows.map((r) => r.srcPort)).toEqual([...entries.map((_, i) => 1000 + i), 9]);
    expect(rows.slice(0, 40).every((r) => r.line === 1)).toBe(true);
    expect(rows[39]!.fields).toMatchObject({ "%r": "GET /?q=\u00e9 HTTP/1.1" });
    expect(counts).toMatchObject({ recordLines: 2, rejects: 0, partial: 1, withPort: 41 });
    expect(partials.map((p) => p.reason)).toEqual(["1 of its 41 entries do not fit the layout"]);
  });

  test("none of which is a record are a reject with the first one's reason", () => {
    const text = `${sshd(1)}\n${subscription("CWL CONTROL MESSAGE: Checking health of destination Firehose.")}\n`;
    const { counts, rejects } = checkFormat(formatById("openssh")!, utf8(text), UNKNOWN, [5]);
    expect(counts).toMatchObject({ recordLines: 1, rejects: 1 });
    expect(rejects[0]!.reason).toBe("what wraps the line names no program");
  });
});

test("a list of that name inside an entry of another kind is that entry's", () => {
  expect(
    bundled('{"time":"2026-11-24T05:34:12Z","remote_addr":"203.0.113.7","events":[{"a":1}]}'),
  ).toBeNull();
  expect(bundled('{"nextToken":"x","events":[{"message":"a"},{"message":"b"}]}')).toHaveLength(2);
  expect(bundled('{"records":[{"time":"2026-11-24T05:34:12Z"},7]}')).toBeNull();
  expect(bundled('{"logEvents":[{"message":"a"}')).toBeNull();
});

test("blanks at a line's end do not hide a layout from detection", () => {
  const layout = '$remote_addr:$remote_port [$time_local] "$request" $status';
  const text = '203.0.113.7:49152 [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1" 200 \t\n'.repeat(3);
  const nginx = formatById("nginx.access")!;
  const found = nginx.detect(sampleOf(utf8(text)), { layout });
  expect(found).toMatchObject({ score: 1, specificity: 10 });
  expect(checkFormat(nginx, utf8(text), { layout }, [5]).rows.map((r) => r.srcPort)).toEqual([
    49152, 49152, 49152,
  ]);
});

describe("objects that are printed over several lines", () => {
  const list = (...messages: string[]) =>
    messages.map((message, i) => ({ timestamp: 1_795_498_452_000 + i, message, ingestionTime: 1 }));
  const pretty = (value: unknown): string => `${JSON.stringify(value, null, 4)}\n`;
  const PRINTED: readonly (readonly [what: string, text: string, headers: number])[] = [
    [
      "aws logs get-log-events",
      pretty({ events: list(sshd(1), sshd(2)), nextForwardToken: "f/1", nextBackwardToken: "b/1" }),
      6,
    ],
    ["a subscription's message", pretty(JSON.parse(subscription(sshd(1), sshd(2)))), 11],
    [
      "gcloud logging read",
      pretty(
        [1, 2].map((n) => ({
          insertId: "x",
          textPayload: sshd(n),
          timestamp: "2026-11-24T05:34:12.5Z",
          labels: { a: "b" },
        })),
      ),
      2,
    ],
    [
      "az monitor log-analytics query",
      pretty(
        [1, 2].map((n) => ({
          Computer: "gate",
          ProcessName: "sshd",
          SyslogMessage: `Invalid user a from 203.0.113.9 port ${n}`,
          TimeGenerated: "2026-11-24T05:34:12Z",
        })),
      ),
      2,
    ],
    [
      "Elasticsearch",
      pretty({
        took: 1,
        hits: {
          total: { value: 2 },
          hits: [1, 2].map((n) => ({
            _id: "x",
            _source: { "@timestamp": "2026-11-24T05:34:12Z", message: sshd(n) },
          })),
        },
      }),
      10,
    ],
    [
      "journalctl -o json-pretty",
      [1, 2]
        .map(
          (n) =>
            `${JSON.stringify({ SYSLOG_IDENTIFIER: "sshd", _PID: "7", __REALTIME_TIMESTAMP: "1795498452000000", MESSAGE: `Invalid user a from 203.0.113.9 port ${n}` }, null, "\t")}\n`,
        )
        .join(""),
      0,
    ],
    [
      "an array with an object on each line",
      `[\n${list(sshd(1), sshd(2))
        .map((e) => JSON.stringify(e))
        .join(",\n")}\n]\n`,
      2,
    ],
  ];

  for (const [what, text, headers] of PRINTED)
    test(`as ${what} does`, () => {
      expect(best(text)).toMatchObject({ id: "openssh", score: 1 });
      const { rows, counts } = checkFormat(formatById("openssh")!, utf8(text), UNKNOWN, [3, 4, 5]);
      expect(rows.map((r) => [r.srcIp, r.srcPort])).toEqual([
        ["203.0.113.9", 1],
        ["203.0.113.9", 2],
      ]);
      expect(rows.map((r) => r.fields.program)).toEqual(["sshd", "sshd"]);
      expect(counts).toMatchObject({ headers, rejects: 0, blanks: 0 });
      // The record's bytes say the same again.
      const bytes = utf8(text);
      const parser = formatById("openssh")!.open(UNKNOWN);
      for (const row of rows)
        expect(parser.explain!(bytes.slice(row.offset, row.offset + row.length)).fields).toEqual(row.fields);
    });

  test("the journal's export is an entry between blank lines; one with a value in binary form is a reject", () => {
    const entry = (port: number, more = "") =>
      `__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795498452000000\nSYSLOG_IDENTIFIER=sshd\n_PID=7\n${more}MESSAGE=Invalid user a from 203.0.113.9 port ${port}\n\n`;
    const binary = "MESSAGE\n\x05\0\0\0\0\0\0\0a\nb\n";
    const text =
      entry(1) + entry(2, "MESSAGE=Invalid user a from 1.2.3.4 port 5\n") + entry(3, binary) + entry(4);
    expect(best(text).id).toBe("openssh");
    const { rows, counts } = checkFormat(formatById("openssh")!, utf8(text), UNKNOWN, [3, 4, 5]);
    expect(rows.map((r) => [r.line, r.srcPort, r.timeUs])).toEqual([
      [1, 1, 1_795_498_452_000_000],
      [23, 4, 1_795_498_452_000_000],
    ]);
    expect(counts).toMatchObject({ blanks: 4, rejects: 14, recordLines: 10 });
  });

  test("of an access log are a record each", () => {
    const text = pretty({ events: list(access(1), access(2), "restarted") });
    const found = best(text);
    expect(found.id).toBe("apache.access");
    const options = { ...UNKNOWN, layout: found.layout };
    const parser = formatById("apache.access")!;
    const { rows, counts } = checkFormat(parser, utf8(text), options, [3, 4, 5]);
    expect(rows.map((r) => [r.srcPort, r.fields["%r"]])).toEqual([
      [1, "GET /?q=\u00e9 HTTP/1.1"],
      [2, "GET /?q=\u00e9 HTTP/1.1"],
    ]);
    expect(counts).toMatchObject({ recordLines: 10, rejects: 5, headers: 4 });
    const bytes = utf8(text);
    const [row] = rows;
    expect(parser.open(options).explain!(bytes.slice(row!.offset, row!.offset + row!.length)).fields).toEqual(
      row!.fields,
    );
  });

  test("that do not end, or are none, are rejects line by line", () => {
    const text = `{\n  "message": "${sshd(1)}"\n`;
    expect(checkFormat(formatById("openssh")!, utf8(text), UNKNOWN, [3]).counts).toMatchObject({
      rejects: 2,
    });
    const broken = `{\n  "message": "${sshd(1)}",,\n}\n${sshd(2)}\n`;
    const { counts, rows } = checkFormat(formatById("openssh")!, utf8(broken), UNKNOWN, [3]);
    expect(counts).toMatchObject({ rejects: 3, recordLines: 1 });
    expect(rows[0]!.srcPort).toBe(2);
  });

  test("a bracket in a statement stays the statement's", () => {
    const text =
      "2026-11-24 05:34:12 UTC [7] LOG:  statement: SELECT '\n{\n  \"a\": 1\n}\n'\n2026-11-24 05:34:13 UTC [7] LOG:  x\n";
    const { rows } = checkFormat(formatById("postgresql")!, utf8(text), UNKNOWN, [3]);
    expect(rows.map((r) => r.line)).toEqual([1, 6]);
  });
});
