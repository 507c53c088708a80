// The forms that nearly every time and pair has are read without an expression. Whatever they read must be what the
// expression that states the form in whole gives: over written-out cases and seeded faults in them.
import { describe, expect, it } from "vitest";
import { pairs } from "../../../shared/formats/nat/support/pairs";
import { monthOf, readIso, readRfc3164, type Stamp, stampOf } from "../../../shared/time/stamp";
import { random } from "../formats-server/harness";

const RFC3164 =
  /([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: (\d{4})(?= |$|:))?/y;
const ISO =
  /(\d{4})([-/.])(\d{2})\2(\d{2})(?:[T ]| {1,2})(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?: ?(Z|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!:\d)|UTC|GMT)(?![A-Za-z0-9]))?/y;

function byExpression(pattern: RegExp, text: string, at: number): Stamp | null {
  pattern.lastIndex = at;
  const m = pattern.exec(text);
  if (!m) return null;
  const end = pattern.lastIndex;
  const clock = (hour: number) => ({
    hour: Number(m[hour]),
    minute: Number(m[hour + 1]),
    second: Number(m[hour + 2]),
    fraction: m[hour + 3],
  });
  if (pattern === ISO)
    return stampOf(
      { year: Number(m[1]), month: Number(m[3]), day: Number(m[4]), ...clock(5), zone: m[9] },
      end,
    );
  const year = m[3] ?? m[8];
  const month = monthOf(m[1]!);
  if (month === 0) return null;
  return stampOf(
    { year: year === undefined ? null : Number(year), month, day: Number(m[2]), ...clock(4) },
    end,
  );
}

function byPattern(text: string, separator: " " | ","): Map<string, string> {
  const out = new Map<string, string>();
  const re =
    separator === ","
      ? /([A-Za-z][\w.-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))/g
      : /([A-Za-z][\w.-]*)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g;
  for (const m of text.matchAll(re)) out.set(m[1]!, m[2] ?? m[3]!.trim());
  return out;
}

/** Each text as it is, then with one to three characters changed, taken out or doubled. */
function* faulty(
  texts: readonly string[],
  alphabet: string,
  seed: number,
  copies: number,
): Generator<string> {
  const next = random(seed);
  const below = (n: number): number => Math.floor(next() * n);
  for (const text of texts) {
    yield text;
    for (let i = 0; i < copies; i++) {
      let out = text;
      for (let n = below(3); n >= 0; n--) {
        const at = below(out.length + 1);
        const c = alphabet[below(alphabet.length)]!;
        const kind = below(3);
        out = out.slice(0, at) + (kind === 0 ? "" : c) + out.slice(kind === 2 ? at : at + 1);
      }
      yield out;
    }
  }
}

const TIMES = [
  "Nov 24 05:34:12 gate sshd[7]: x",
  "Nov  4 05:34:12",
  "Feb 29 23:59:60 h",
  "Feb 30 00:00:00 h",
  "Nov 24 05:34:12 2026 gate",
  "Nov 24 05:34:12.123456 gate",
  "Nov 24 2026 05:34:12 gate",
  "2026-11-24T05:34:12Z x",
  "2026-11-24T05:34:12.1234567+01:00 gate",
  "2026/11/24 05:34:12 [error]",
  "2026-11-24 05:34:12,123 -0500",
  "2026.11.24 05:34:12 UTC",
  "2024-02-29T24:00:00Z",
  "2026-11-24 05:34:12 CET",
  "2026-11-24T05:34:12+19:00 x",
];

describe("times in their usual forms", () => {
  it("are read as the expressions state them", () => {
    for (const text of faulty(TIMES, "0123456789:-/.,TZ+ NovFebUTC", 11, 3000)) {
      expect(readRfc3164(text), text).toEqual(byExpression(RFC3164, text, 0));
      expect(readIso(text), text).toEqual(byExpression(ISO, text, 0));
      expect(readIso(`ab ${text}`, 3), text).toEqual(byExpression(ISO, `ab ${text}`, 3));
    }
  });
});

describe("pairs of key and value", () => {
  const LINES = [
    'date=2026-11-24 time=05:34:12 devname="FG 1" srcip=10.0.0.1 user="a\\"b" x.y-z=3 9a=1 =2',
    'SourceIP = 10.0.0.1, SourcePort=4711 ,note="a, b", _k=1, empty=, last = x y',
    'a==b c="open d=1 e="" f= g',
    "k=1\u00a0l=2\tm=3",
  ];
  it.each([" ", ","] as const)("are what the expression finds, separated by '%s'", (separator) => {
    for (const text of faulty(LINES, ' ="\\,.-_a1\t\u00a0', 7, 3000))
      expect([...pairs(text, separator)], text).toEqual([...byPattern(text, separator)]);
  });
});
