import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layoutsOf, NAMED } from "../../../shared/formats/access-layouts";
import { formatById } from "../../../shared/formats/registry";
import { civilToUs, SECOND, usToCivil } from "../../../shared/time/civil";
import { checkFormat, runFormat, sampleOf, utf8 } from "./harness";

const apache = formatById("apache.access")!;
const nginx = formatById("nginx.access")!;
const squid = formatById("squid")!;
const tomcat = formatById("tomcat.access")!;

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (n: number): string => String(n).padStart(2, "0");

interface Event {
  us: number;
  zone: number;
  ip: string;
  port: number;
  user: string;
  path: string;
  version: string;
  agent: string;
}

const event: fc.Arbitrary<Event> = fc.record({
  us: fc.integer({ min: 946_684_800, max: 4_000_000_000 }).map((s) => s * SECOND),
  zone: fc.integer({ min: -12 * 60, max: 14 * 60 }),
  ip: fc.oneof(fc.ipV4(), fc.constantFrom("2001:db8::1", "2001:db8:0:1::ffff", "::1")),
  port: fc.integer({ min: 1, max: 65_535 }),
  user: fc.stringMatching(/^[a-z@.[\]: ]{1,20}$/),
  path: fc.stringMatching(/^\/[!#-[\]-~]{0,30}$/),
  version: fc.constantFrom("HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/3.0"),
  agent: fc.stringMatching(/^[ !#-[\]-~]{0,60}$/),
});

/** Apache's own escaping of a quote and a backslash. */
const escaped = (text: string): string => text.replace(/["\\]/g, "\\$&");

function clf(e: Event): string {
  const c = usToCivil(e.us + e.zone * 60 * SECOND);
  const zone = Math.abs(e.zone);
  return `${two(c.day)}/${MONTHS[c.month - 1]}/${c.year}:${two(c.hour)}:${two(c.minute)}:${two(c.second)} ${e.zone < 0 ? "-" : "+"}${two(Math.floor(zone / 60))}${two(zone % 60)}`;
}

const PARTS: Readonly<Record<string, (e: Event) => string>> = {
  "%h": (e) => e.ip,
  "%a": (e) => e.ip,
  "%l": () => "-",
  "%u": (e) => e.user,
  "%t": (e) => `[${clf(e)}]`,
  '"%r"': (e) => `"GET ${escaped(e.path)} ${e.version}"`,
  "%>s": () => "200",
  "%b": () => "-",
  '"%{User-agent}i"': (e) => `"${escaped(e.agent)}"`,
  "%{remote}p": (e) => String(e.port),
  "%p": () => "443",
  "%{local}p": () => "8443",
  "%D": () => "1250",
  '"%{X-Forwarded-For}i"': () => '"198.51.100.99"',
};

describe("layout strings", () => {
  test("any order of an Apache layout's fields gives time, client, port and protocol back", () => {
    const names = Object.keys(PARTS).filter((n) => n !== "%a");
    fc.assert(
      fc.property(
        fc.shuffledSubarray(names, { minLength: names.length }),
        fc.array(event, { minLength: 1, maxLength: 6 }),
        (order, events) => {
          // Free text without quotes and without an end of its own cannot be told from what follows a blank: %u stands first.
          const layout = ["%u |", ...order.filter((n) => n !== "%u")].join(" ");
          const lines = events.map((e) =>
            [`${e.user} |`, ...order.filter((n) => n !== "%u").map((n) => PARTS[n]!(e))].join(" "),
          );
          const outcome = checkFormat(apache, utf8(`${lines.join("\n")}\n`), { layout }, [7]);
          expect(outcome.rejects).toEqual([]);
          outcome.rows.forEach((row, i) => {
            const e = events[i]!;
            expect([row.timeUs, row.srcIp, row.srcPort]).toEqual([
              e.us,
              e.ip === "::ffff:1" ? e.ip : e.ip,
              e.port,
            ]);
            expect(row.protocol).toBe(e.version === "HTTP/3.0" ? 17 : 6);
            expect(row.dstPort === 443 || row.dstPort === 8443).toBe(true);
            expect(row.durationUs).toBe(1250);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test("address:port is one token, for IPv4 and IPv6, with brackets and without", () => {
    const text = [
      '203.0.113.7:49152 - - [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1" 200 1',
      '2001:db8::7:49152 - - [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1" 200 1',
      '[2001:db8::7]:9 - - [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1" 200 1',
    ].join("\n");
    const { rows } = checkFormat(apache, utf8(text), { layout: "common_port" });
    expect(rows.map((r) => [r.srcIp, r.srcPort])).toEqual([
      ["203.0.113.7", 49152],
      ["2001:db8::7", 49152],
      ["2001:db8::7", 9],
    ]);
  });

  test("the server's ports are never the client's", () => {
    const line = '203.0.113.7 80 443 8443 [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1"';
    const { rows } = checkFormat(apache, utf8(line), { layout: '%h %p %{canonical}p %{local}p %t "%r"' });
    expect(rows[0]!.srcPort).toBeNull();
    expect(rows[0]!.dstPort).toBe(8443);
  });

  test("behind a proxy the peer's address goes with the peer's port, and a forwarded one stands beside as text", () => {
    const line = '198.51.100.99 203.0.113.7 49152 [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1" "1.2.3.4"';
    const bytes = utf8(line);
    const options = { layout: '%a %{c}a %{remote}p %t "%r" "%{X-Forwarded-For}i"' };
    const { rows } = checkFormat(apache, bytes, options);
    expect([rows[0]!.srcIp, rows[0]!.srcPort]).toEqual(["203.0.113.7", 49152]);
    const { fields, spans } = apache.open(options).explain!(bytes);
    expect(fields["%{X-Forwarded-For}i"]).toBe("1.2.3.4");
    const ip = spans.find((s) => s.kind === "srcIp")!;
    expect(line.slice(ip.from, ip.to)).toBe("203.0.113.7");
  });

  test("with realip only the peer's own port is taken", () => {
    const layout =
      '$remote_addr $remote_port $realip_remote_addr $realip_remote_port [$time_local] "$request"';
    const { rows } = checkFormat(
      nginx,
      utf8('198.51.100.99 5 203.0.113.7 49152 [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1"'),
      { layout },
    );
    expect([rows[0]!.srcIp, rows[0]!.srcPort]).toEqual(["203.0.113.7", 49152]);
  });

  test("a user's name that looks like a time, and a request that looks like the end of one, move nothing", () => {
    const lines = [
      '203.0.113.7:1025 - a [01/Jan/2020:00:00:00 +0000] [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1" 200 1 "-" "-"',
      '203.0.113.7:1026 - - [24/Nov/2026:05:34:12 +0000] "GET /\\" 200 1 \\"1.2.3.4:5 HTTP/1.1" 200 1 "-" "-"',
    ];
    const { rows } = checkFormat(apache, utf8(lines.join("\n")), { layout: "combined_port" });
    expect(rows.map((r) => r.srcPort)).toEqual([1025, 1026]);
    expect(rows.every((r) => r.timeUs === civilToUs(2026, 11, 24, 5, 34, 12))).toBe(true);
  });

  test("times of a layout's own form are read by it, to the digits written", () => {
    const line = "2026-11-24 05:34:12.250 +0100 203.0.113.7 49152";
    const { rows } = checkFormat(tomcat, utf8(line), {
      layout: "%{yyyy-MM-dd HH:mm:ss.SSS Z}t %a %{remote}p",
    });
    expect([rows[0]!.timeUs, rows[0]!.precisionUs, rows[0]!.srcPort]).toEqual([
      civilToUs(2026, 11, 24, 4, 34, 12, 250_000),
      1000,
      49152,
    ]);
    const open = checkFormat(apache, utf8("05:34:12 24.11.2026 203.0.113.7"), {
      layout: "%{%I:%M:%S %d.%m.%Y}t %h",
      zone: { kind: "unknown" },
    });
    expect(open.rows[0]!.slackUs).toBe(12 * 3600 * SECOND);
    const split = checkFormat(apache, utf8("1795498452.250 203.0.113.7"), {
      layout: "%{sec}t.%{msec_frac}t %h",
    });
    expect([split.rows[0]!.timeUs, split.rows[0]!.precisionUs]).toEqual([1_795_498_452_250_000, 1000]);
  });

  test("a layout without an offset asks for the zone and is refused without", () => {
    const bytes = utf8("2026-11-24 05:34:12 203.0.113.7\n");
    const layout = "%{%Y-%m-%d %H:%M:%S}t %h";
    expect(apache.detect(sampleOf(bytes), { layout }).questions?.map((q) => q.kind)).toEqual(["zone"]);
    expect(() => runFormat(apache, bytes, { layout })).toThrow(/no offset/);
  });

  test("whole directives are taken as they stand in a configuration", () => {
    const line = utf8('203.0.113.7:49152 - - [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1" 200 1');
    const directive = 'LogFormat "%h:%{remote}p %l %u %t \\"%r\\" %>s %b" port';
    expect(checkFormat(apache, line, { layout: directive }).rows[0]!.srcPort).toBe(49152);
    const nginxDirective = `log_format port '$remote_addr:$remote_port - $remote_user [$time_local] '\n '"$request" $status $body_bytes_sent';`;
    expect(checkFormat(nginx, line, { layout: nginxDirective }).rows[0]!.srcPort).toBe(49152);
    const squidLine = utf8(
      "1795498452.123     12 203.0.113.7:49152 TCP_MISS/200 512 GET http://example.org:8080/ - HIER_DIRECT/198.51.100.1 text/html",
    );
    expect(
      checkFormat(squid, squidLine, {
        layout: "logformat port %ts.%03tu %6tr %>a:%>p %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt",
      }).rows[0],
    ).toMatchObject({ srcPort: 49152, durationUs: 12_000, timeMeans: "end" });
  });

  test("a trailing number is asked for, never taken", () => {
    const lines = Array.from(
      { length: 20 },
      (_, i) =>
        `203.0.113.7 - - [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1" 200 1 "-" "-" ${40_000 + i * 7}`,
    );
    const bytes = utf8(lines.join("\n"));
    const detection = apache.detect(sampleOf(bytes), {});
    expect(detection.questions?.map((q) => q.kind)).toEqual(["layout"]);
    expect(runFormat(apache, bytes, { layout: detection.layout }).counts.withPort).toBe(0);
    expect(runFormat(apache, bytes, { layout: "combined+port" }).rows[0]!.srcPort).toBe(40_000);
  });

  test("every named layout compiles", () => {
    for (const name of Object.keys(NAMED)) expect(() => apache.open({ layout: name })).not.toThrow();
    expect(layoutsOf("combined_port")).toEqual([NAMED.combined_port]);
    expect(() => apache.open({ layout: "%h%l" })).toThrow(/nothing between/);
  });
});
