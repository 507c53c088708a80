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
