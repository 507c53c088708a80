// A layout that is a regular expression: `re:EXPRESSION`, or `re(TIMEFORMAT):EXPRESSION`. Its named groups say what is
// taken; a name that is not known is an error, since a misspelt group would be a column that is silently empty. The
// expression itself is RE2's and is run by the database, never here (rule of evidence 13): only its parentheses are read,
// to number the groups and to say where a mistake stands. Source: RE2's syntax page (google/re2, wiki/Syntax).
import { ProductError } from "../../../errors";
import { TimeFormat } from "../../strftime";
import { isMapKey, MAP_KEYS, type MapKey } from "../csv/columns";

/** What a group may be beside the keys of --map. */
const MORE_KEYS = [
  "device",
  "realm",
  "conn",
  "sequence",
  "durationSeconds",
  "durationMs",
  "eventStart",
  "eventRelease",
  "eventInterim",
] as const;
type MoreKey = (typeof MORE_KEYS)[number];
export type GroupKey = MapKey | MoreKey;

export interface Group {
  /** What the group is; null for one that is kept under `field`. */
  readonly key: GroupKey | null;
  /** Name of a field of the record's own: a group `x_user` gives the field `user`. */
  readonly field: string;
}

export interface LinePattern {
  /** For RE2: group 1 is the whole line, the groups of `groups` follow in order; nothing else is captured. */
  readonly expression: string;
  readonly groups: readonly Group[];
  /** How the groups `time`, `start` and `end` are written; null: in any of the forms that are told without help. */
  readonly time: TimeFormat | null;
  /** The layout's text, and the position in it of each character of `expression`. */
  readonly layout: string;
  readonly origin: readonly number[];
  /** Groups that stand by themselves, where all before each is one piece of the expression: the group's number, and where it begins. */
  readonly pieces: readonly { readonly group: number; readonly at: number }[];
}

/** True for a layout of this kind. */
export const isPattern = (layout: string | undefined): layout is string => /^re[:(]/.test(layout ?? "");

const usage = (text: string, mend: string): ProductError => new ProductError("usage", text, mend);

/** "at character 12 of the layout, before "(?P<tim"". */
export const placeIn = (layout: string, at: number): string =>
  at >= layout.length
    ? "at the end of the layout"
    : `at character ${at + 1} of the layout, before "${layout.slice(at, at + 16)}"`;

const snake = (key: string): string => key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
/** Keys by how they may be written: srcIp and src_ip are one. */
const KEYS = new Map<string, GroupKey>(
  [...MAP_KEYS, ...MORE_KEYS].flatMap((key) => [
    [key, key],
    [snake(key), key],
  ]),
);
const listed = [...MAP_KEYS, ...MORE_KEYS].map(snake).join(", ");

/** What makes the expression fit a line in whole. */
export const BEFORE = "\\A(";
const BEHIND = ")\\z";

/** Reads the layout. Throws "usage" with the place where it cannot be one. */
export function patternOf(layout: string): LinePattern {
  const { time, from } = timeOf(layout);
  const scan = new Scan(layout, from);
  scan.run();
  if (scan.groups.length === 0)
    throw usage(
      "The layout's regular expression has no named group, so nothing would be taken.",
      `Name what is to be taken: (?<src_ip>...), (?<src_port>...). Names: ${listed}, and x_NAME for a field.`,
    );
  return {
    expression: `${BEFORE}${scan.out}${BEHIND}`,
    groups: scan.groups,
    pieces: scan.whole ? scan.pieces.map(({ group, at }) => ({ group, at: at + BEFORE.length })) : [],
    time,
    layout,
    origin: [from, from, from, ...scan.origin, layout.length, layout.length, layout.length],
  };
}

function timeOf(layout: string): { time: TimeFormat | null; from: number } {
  if (layout.startsWith("re:")) return { time: null, from: 3 };
  const end = layout.indexOf("):");
  const format = end < 0 ? "" : layout.slice(3, end);
  if (end < 0)
    throw usage(
      'The layout begins with "re(" and has no "):" behind a time format.',
      "Write re:EXPRESSION, or re(%d.%m.%Y %H:%M:%S):EXPRESSION.",
    );
  if (!/%[-_0^#]?(?:s|c|D|F|[de])/.test(format))
    throw usage(
      `The time format "${format}" names no day.`,
      "Use strftime's letters, date and clock: %d.%m.%Y %H:%M:%S; %s for seconds since 1970.",
    );
  const unknown = /%(?![-_0^#]?\d?[YymdeHkIlMSsNfbBhaAZzpPntTRDFrc%])(?:.|$)/.exec(format);
  if (unknown)
    throw usage(
      `The time format has "${unknown[0]}", which is not known, ${placeIn(layout, 3 + unknown.index)}.`,
      "Use strftime's letters: %Y %m %d %H %M %S %f %z and the like.",
    );
  return { time: new TimeFormat(format), from: end + 2 };
}

/** One pass over the expression: named groups become plain ones, plain ones are no longer captured. */
class Scan {
  out = "";
  readonly origin: number[] = [];
  readonly groups: Group[] = [];
  readonly pieces: { group: number; at: number }[] = [];
  /** False where alternatives or flags for what follows make it no row of pieces. */
  whole = true;
  /** Where the parentheses that are open stand. */
  private readonly opened: number[] = [];
  /** Number of the named group that is open by itself. */
  private last: number | null = null;
  private i: number;

  constructor(
    private readonly text: string,
    from: number,
  ) {
    this.i = from;
  }

  run(): void {
    const { text } = this;
    while (this.i < text.length) {
      const c = text[this.i]!;
      if (c === "\\") this.escape();
      else if (c === "[") this.set();
      else if (c === "(") {
        this.opened.push(this.i);
        this.open();
      } else {
        if (c === ")") this.close();
        else if (c === "|" && this.opened.length === 0) this.whole = false;
        this.copy(1);
      }
    }
    const left = this.opened.pop();
    if (left !== undefined) throw this.wrong(left, "this parenthesis is not closed");
  }

  private close(): void {
    if (this.opened.pop() === undefined) throw this.wrong(this.i, "no parenthesis is open here");
    // Of a group that is repeated only the last turn is kept: it does not begin where the group does.
    if (this.opened.length === 0 && this.last !== null && /[*+{]/.test(this.text[this.i + 1] ?? ""))
      this.pieces.pop();
    if (this.opened.length === 0) this.last = null;
  }

  private copy(n: number): void {
    this.put(this.text.slice(this.i, this.i + n), this.i, true);
    this.i += n;
  }

  private put(text: string, at: number, each = false): void {
    this.out += text;
    for (let k = 0; k < text.length; k++) this.origin.push(each ? at + k : at);
  }

  private escape(): void {
    const { text, i } = this;
    const next = text[i + 1];
    if (next !== undefined && /[1-9]/.test(next))
      throw this.wrong(i, `\\${next} points back to a group, which RE2 does not do`);
    if (next === "C") throw this.wrong(i, "\\C would take a part of a character");
    if (next !== "Q") {
      this.copy(2);
      return;
    }
    const end = text.indexOf("\\E", i + 2);
    this.copy((end < 0 ? text.length : end + 2) - i);
  }

  /** A set in brackets, in which parentheses are themselves. */
  private set(): void {
    const { text } = this;
    let at = this.i + 1;
    if (text[at] === "^") at++;
    if (text[at] === "]") at++;
    while (at < text.length && text[at] !== "]") {
      if (text[at] === "\\") at++;
      else if (text.startsWith("[:", at)) {
        const end = text.indexOf(":]", at + 2);
        if (end > 0) at = end + 1;
      }
      at++;
    }
    if (at >= text.length) throw this.wrong(this.i, "this bracket is not closed");
    this.copy(at + 1 - this.i);
  }

  private open(): void {
    const { text, i } = this;
    if (text[i + 1] !== "?") {
      this.put("(?:", i);
      this.i++;
      return;
    }
    const named = /\(\?P?<([^>=!]*)>/y;
    named.lastIndex = i;
    const m = named.exec(text);
    if (m) {
      if (this.opened.length === 1) {
        this.last = this.groups.length;
        this.pieces.push({ group: this.groups.length, at: this.out.length });
      }
      this.groups.push(this.group(m[1]!, i));
      this.put("(", i);
      this.i += m[0].length;
      return;
    }
    if (/^\(\?<?[=!]/.test(text.slice(i, i + 4)))
      throw this.wrong(i, "it looks ahead or behind, which RE2 does not do");
    if (/^\(\?P?[<'=>]/.test(text.slice(i, i + 4))) throw this.wrong(i, "the group's name does not end");
    if (/^\(\?[A-Za-z-]*\)/.test(text.slice(i, i + 12))) this.whole = false;
    this.copy(2);
  }

  private group(name: string, at: number): Group {
    if (/^x_[A-Za-z]\w*$/.test(name)) return { key: null, field: name.slice(2) };
    const key = KEYS.get(name);
    if (key === undefined) {
      throw usage(
        `The layout's regular expression is wrong ${placeIn(this.text, at)}: there is no group "${name}".`,
        `Names: ${listed}. A field of your own is x_NAME.`,
      );
    }
    return { key: key === "from" ? "start" : key === "to" ? "end" : key, field: "" };
  }

  private wrong(at: number, why: string): ProductError {
    return usage(
      `The layout's regular expression is wrong ${placeIn(this.text, at)}: ${why}.`,
      "Write it in RE2's syntax.",
    );
  }
}

/** RE2's complaint ("missing ): (abc") with the place in the layout that it is about. Always "usage". */
export function refusal(pattern: LinePattern, complaint: string): ProductError {
  const m = /^(.*?): (.*)$/s.exec(complaint);
  const text = m?.[2] ?? "";
  // The wrapping is ours: a fragment that runs to the end holds it.
  const own = text.endsWith(")\\z") ? text.slice(0, -3) : text;
  const found = own === "" ? -1 : pattern.expression.indexOf(own);
  const place = found < 0 ? "" : ` ${placeIn(pattern.layout, pattern.origin[found] ?? 0)}`;
  return usage(
    `The layout's regular expression is wrong${place}: ${m?.[1] ?? complaint}.`,
    "Write it in RE2's syntax; a parenthesis or bracket that stands for itself has a backslash before it.",
  );
}

/** What the groups of a pattern can be records of; null where they name no address. */
export function roleOf(groups: readonly Group[]): "server" | "nat" | "subscriber" | null {
  const has = (key: GroupKey): boolean => groups.some((g) => g.key === key);
  if (has("publicIp")) return "nat";
  if (has("insideIp")) return has("subscriber") && !has("portLow") ? "subscriber" : "nat";
  return has("srcIp") ? "server" : null;
}

/** True where a key is one of --map's, which the table's reader of cells knows. */
export const isCell = (key: GroupKey): key is MapKey => isMapKey(key);
