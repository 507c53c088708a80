// A parsed filter to SQL with parameters, for either engine. Every test is wrapped so that an unknown value makes it
// false rather than NULL, which `not` would hide.
import type { SqlValue } from "../database";
import { type Groups, parseIpv4, parseIpv6, signed64 } from "../record/address";
import { type Field, type Fields, type MarkKind, nearest, ownFieldOf } from "./fields";
import { parseInstant } from "./instant";
import { type CompareOp, type FilterExpr, filterError, parseFilter, type Word } from "./parse";

export interface CompiledFilter {
  /** A boolean expression; "TRUE" for the empty filter. */
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

export interface CompileOptions {
  /** SQL of the text that one of the format's own fields has; without it they are an error. */
  readonly own?: (name: string) => string;
  /** SQL that holds for the rows whose raw bytes contain a text; without it `text ~` is an error. */
  readonly text?: (needle: string) => string;
  /** SQL that holds for the rows with a mark of this kind whose text fits; without it marks are an error. */
  readonly marks?: (kind: MarkKind, fits: (text: string) => boolean) => string;
}

/** The test of a mark that any text passes: whether there is one at all. */
export const ANY_TEXT = (): boolean => true;

/** Parses and compiles. Throws "usage" with the column of what is wrong. */
export function compileFilter(source: string, fields: Fields, options: CompileOptions = {}): CompiledFilter {
  return compileExpr(parseFilter(source), source, fields, options);
}

export function compileExpr(
  expr: FilterExpr,
  source: string,
  fields: Fields,
  options: CompileOptions = {},
): CompiledFilter {
  const compiler = new Compiler(source, fields, options);
  return { sql: compiler.sql(expr), params: compiler.params };
}

class Compiler {
  readonly params: SqlValue[] = [];

  constructor(
    private readonly source: string,
    private readonly fields: Fields,
    private readonly options: CompileOptions,
  ) {}

  sql(e: FilterExpr): string {
    switch (e.kind) {
      case "all":
        return "TRUE";
      case "and":
      case "or":
        return `(${e.parts.map((part) => this.sql(part)).join(` ${e.kind.toUpperCase()} `)})`;
      case "not":
        return `(NOT ${this.sql(e.of)})`;
      case "compare":
        return known(this.compare(e.field, e.op, e.value));
      case "in":
        return known(`(${e.items.map((item) => this.member(e.field, item)).join(" OR ")})`);
      case "contains":
        return known(this.contains(e.field, e.value));
      case "null":
        return this.isNull(e.field, e.not);
    }
  }

  private field(word: Word): Field {
    const field = Object.hasOwn(this.fields, word.text) ? this.fields[word.text] : undefined;
    if (field) return field;
    const own = ownFieldOf(word.text);
    if (own !== null) return { kind: "own", name: own };
    const names = Object.keys(this.fields);
    const near = nearest(word.text, names);
    return this.fail(
      word,
      `there is no field "${word.text}".`,
      near ? `Did you mean "${near}"?` : `The fields are: ${names.join(", ")}.`,
    );
  }

  private compare(name: Word, op: CompareOp, value: Word): string {
    const field = this.field(name);
    switch (field.kind) {
      case "int":
        return `${field.sql} ${op} ${this.put(this.int(value, field.names))}`;
      case "time":
        return this.time(field.sql, op, value);
      case "address": {
        if (op !== "=" && op !== "!=") this.fail(value, "addresses have no order.", "Use =, != or in.");
        const any = this.member(name, value);
        return op === "=" ? any : `(${this.someKnown(field.sql)} AND NOT ${known(any)})`;
      }
      case "ports": {
        if (op !== "=" && op !== "!=")
          this.fail(value, "a port set has no order.", "Use =, in, portLow or portHigh.");
        const any = this.member(name, value);
        return op === "=" ? any : `(${field.low} IS NOT NULL AND NOT ${known(any)})`;
      }
      case "name":
        if (op !== "=" && op !== "!=")
          this.fail(value, `"${name.text}" has no order.`, "Use =, !=, in or ~.");
        return `${this.text(field.sql)} ${op} ${this.put(value.text)}`;
      case "text":
        if (op !== "=" && op !== "!=")
          this.fail(value, `"${name.text}" has no order.`, "Use =, !=, in or ~.");
        return `${field.sql} ${op} ${this.put(this.oneOf(value, field.values))}`;
      case "own": {
        const sql = this.own(name, field.name);
        if (op === "=" || op === "!=") return `${sql} ${op} ${this.put(value.text)}`;
        return `${finite(sql)} ${op} ${this.put(this.decimal(value))}`;
      }
      case "code":
        if (op !== "=" && op !== "!=") this.fail(value, `"${name.text}" has no order.`, "Use =, != or in.");
        return `${field.sql} ${op} ${this.put(this.code(value, field.codes))}`;
      case "mark":
        return this.mark(name, field.of, op, value);
      case "raw":
        return this.fail(name, '"text" is only searched.', 'Write text ~ "what it contains".');
    }
  }

  private member(name: Word, item: Word): string {
    const field = this.field(name);
    switch (field.kind) {
      case "int": {
        const range = item.quoted ? null : /^(\d+)-(\d+)$/.exec(item.text);
        if (!range) return `${field.sql} = ${this.put(this.int(item, field.names))}`;
        return `${field.sql} BETWEEN ${this.put(this.bound(item, range[1]!))} AND ${this.put(this.bound(item, range[2]!))}`;
      }
      case "time": {
        const [from, to, more] = item.text.split("/");
        if (to === undefined || more !== undefined) return this.time(field.sql, "=", item);
        const low = this.instant(item, from!);
        const high = this.instant(item, to);
        return `(${field.sql} >= ${this.put(low.us)} AND ${field.sql} < ${this.put(high.us)})`;
      }
      case "address": {
        const range = this.network(item);
        return `(${field.sql.map((sql) => this.inNetwork(sql, range)).join(" OR ")})`;
      }
      case "ports": {
        const range = /^(\d+)-(\d+)$/.exec(item.text);
        const low = range ? this.bound(item, range[1]!) : this.int(item);
        const high = range ? this.bound(item, range[2]!) : low;
        // The least port of the set that is not below `low` must not pass `high`.
        const a = `greatest(${field.low}, ${this.put(low)})`;
        const step = `coalesce(${field.step}, 1)`;
        const first = `(${a} + (${step} - (${a.replace("?", this.put(low))} - ${field.low}) % ${step}) % ${step})`;
        return `(${first} <= least(${field.high}, ${this.put(high)}))`;
      }
      case "own": {
        const range = item.quoted ? null : /^(\d+)-(\d+)$/.exec(item.text);
        if (!range) return this.compare(name, "=", item);
        const low = this.bound(item, range[1]!);
        return `(${finite(this.own(name, field.name))} BETWEEN ${this.put(low)} AND ${this.put(this.bound(item, range[2]!))})`;
      }
      case "name":
      case "text":
      case "code":
      case "mark":
        return this.compare(name, "=", item);
      case "raw":
        return this.fail(name, '"text" is only searched.', 'Write text ~ "what it contains".');
    }
  }

  private contains(name: Word, value: Word): string {
    const field = this.field(name);
    if (value.text === "") this.fail(value, "there is nothing to search for.", "Give a text.");
    if (field.kind === "raw") {
      if (!this.options.text) this.fail(name, "the raw text cannot be searched here.", "Filter by fields.");
      return this.options.text(value.text);
    }
    if (field.kind === "name") return `contains(${this.text(field.sql)}, ${this.put(value.text)})`;
    if (field.kind === "text") return `contains(${field.sql}, ${this.put(value.text)})`;
    if (field.kind === "own") return `contains(${this.own(name, field.name)}, ${this.put(value.text)})`;
    if (field.kind === "mark" && field.of !== "bookmark")
      return this.marks(name, field.of, (text) => text.includes(value.text));
    return this.fail(name, `"${name.text}" is no text.`, "Use =, < or in.");
  }

  private isNull(name: Word, not: boolean): string {
    const field = this.field(name);
    const is = not ? "IS NOT NULL" : "IS NULL";
    if (field.kind === "raw") return not ? "TRUE" : "FALSE";
    if (field.kind === "ports") return `(${field.low} ${is})`;
    if (field.kind === "mark") {
      const some = this.marks(name, field.of, ANY_TEXT);
      return not ? some : `(NOT ${some})`;
    }
    if (field.kind === "own") return `(${this.own(name, field.name)} ${is})`;
    if (field.kind !== "address") return `(${field.sql} ${is})`;
    return not ? this.someKnown(field.sql) : `(NOT ${this.someKnown(field.sql)})`;
  }

  /** A record may have several tags: `=` holds where one is the text, `!=` where it has some and none is. */
  private mark(name: Word, kind: MarkKind, op: CompareOp, value: Word): string {
    if (op !== "=" && op !== "!=") this.fail(value, `"${name.text}" has no order.`, "Use =, !=, in or ~.");
    if (kind === "bookmark") {
      const yes = this.oneOf(value, ["yes", "no"]) === "yes";
      const has = this.marks(name, kind, ANY_TEXT);
      return yes === (op === "=") ? has : `(NOT ${has})`;
    }
    const has = this.marks(name, kind, (text) => text === value.text);
    return op === "=" ? has : `(${this.marks(name, kind, ANY_TEXT)} AND NOT ${has})`;
  }

  private own(word: Word, name: string): string {
    if (this.options.own) return this.options.own(name);
    return this.fail(
      word,
      "a format's own fields are not known here.",
      "Tag the records that they keep, and filter by the tag.",
    );
  }

  private marks(name: Word, kind: MarkKind, fits: (text: string) => boolean): string {
    const { marks } = this.options;
    if (!marks)
      return this.fail(name, `"${name.text}" is not known here.`, "Filter by fields of the records.");
    return marks(kind, fits);
  }

  private someKnown(sql: readonly string[]): string {
    return `(${sql.map((one) => `${one} IS NOT NULL`).join(" OR ")})`;
  }

  private text(sql: string): string {
    return `(SELECT t.text FROM text_value t WHERE t.id = ${sql})`;
  }

  private time(sql: string, op: CompareOp, value: Word): string {
    const { us, precisionUs } = this.instant(value, value.text);
    // A written second is a whole one: `> 12:00:00` begins behind it, `<= 12:00:00` ends with it.
    const end = us + precisionUs;
    switch (op) {
      case "=":
        return `(${sql} >= ${this.put(us)} AND ${sql} < ${this.put(end)})`;
      case "!=":
        return `(${sql} < ${this.put(us)} OR ${sql} >= ${this.put(end)})`;
      case "<":
        return `${sql} < ${this.put(us)}`;
      case "<=":
        return `${sql} < ${this.put(end)}`;
      case ">":
        return `${sql} >= ${this.put(end)}`;
      case ">=":
        return `${sql} >= ${this.put(us)}`;
    }
  }

  private inNetwork(sql: string, n: Network): string {
    if (n.family === 4) return `(${sql} BETWEEN ${this.put(n.from)} AND ${this.put(n.to)})`;
    const big = (text: string) => `CAST(${this.put(text)} AS BIGINT)`;
    const range =
      n.bits <= 64
        ? `hi BETWEEN ${big(n.hiFrom)} AND ${big(n.hiTo)}`
        : `hi = ${big(n.hiFrom)} AND lo BETWEEN ${big(n.loFrom)} AND ${big(n.loTo)}`;
    return `(${sql} IN (SELECT id FROM address WHERE family = 6 AND ${range}))`;
  }

  private network(item: Word): Network {
    const [text, bitsText, more] = item.text.split("/");
    const bad = (): never =>
      this.fail(
        item,
        `"${item.text}" is no address or network.`,
        "Write 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32.",
      );
    if (more !== undefined || (bitsText !== undefined && !/^\d{1,3}$/.test(bitsText))) bad();
    const [lowText, highText] = text!.includes(".") ? text!.split("-") : [text!];
    const v4 = parseIpv4(lowText!);
    if (v4 !== null) {
      if (highText !== undefined) {
        const high = parseIpv4(highText);
        return high === null || bitsText !== undefined ? bad() : { family: 4, from: v4, to: high };
      }
      return v4Network(v4, bitsText === undefined ? 32 : Number(bitsText)) ?? bad();
    }
    const groups = parseIpv6(text!);
    const bits = bitsText === undefined ? 128 : Number(bitsText);
    if (groups === null || bits > 128) return bad();
    if (bits >= 96 && groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff) {
      return v4Network(groups[6]! * 65_536 + groups[7]!, bits - 96) ?? bad();
    }
    const from = masked(groups, bits, 0);
    const to = masked(groups, bits, 0xffff);
    return {
      family: 6,
      bits,
      hiFrom: signed64(from, 0),
      hiTo: signed64(to, 0),
      loFrom: signed64(from, 4),
      loTo: signed64(to, 4),
    };
  }

  private instant(word: Word, text: string): { us: number; precisionUs: number } {
    const instant = parseInstant(text);
    if (instant) return instant;
    return this.fail(
      word,
      `"${text}" is no time with an offset.`,
      "Write it with its offset (2026-11-24T12:00:00Z, 2026-11-24T13:00:00.5+01:00), or as microseconds since the epoch.",
    );
  }

  private int(word: Word, names?: Readonly<Record<string, number>>): number {
    const named = names?.[word.text.toLowerCase()];
    if (named !== undefined) return named;
    return this.bound(word, word.text);
  }

  private decimal(word: Word): number {
    if (/^-?\d{1,15}(?:\.\d{1,9})?$/.test(word.text)) return Number(word.text);
    return this.fail(word, `"${word.text}" is no number.`, "Texts are compared by =, !=, in or ~.");
  }

  private bound(word: Word, text: string): number {
    const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value)) return value;
    return this.fail(word, `"${text}" is no whole number.`, "Write digits only.");
  }

  private code(word: Word, codes: Readonly<Record<string, number>>): number {
    const code = Object.hasOwn(codes, word.text) ? codes[word.text] : undefined;
    return code ?? this.unknownValue(word, Object.keys(codes));
  }

  private oneOf(word: Word, values: readonly string[] | undefined): string {
    if (!values || values.includes(word.text)) return word.text;
    return this.unknownValue(word, values);
  }

  private unknownValue(word: Word, values: readonly string[]): never {
    const near = nearest(word.text, values);
    return this.fail(
      word,
      `"${word.text}" is not a value here.`,
      near ? `Did you mean "${near}"?` : `The values are: ${values.join(", ")}.`,
    );
  }

  private put(value: SqlValue): string {
    this.params.push(value);
    return "?";
  }

  private fail(word: Word, message: string, mend: string): never {
    throw filterError(this.source, word.at, message, mend);
  }
}

type Network =
  | { readonly family: 4; readonly from: number; readonly to: number }
  | {
      readonly family: 6;
      readonly bits: number;
      readonly hiFrom: string;
      readonly hiTo: string;
      readonly loFrom: string;
      readonly loTo: string;
    };

/** The number that a text is, NULL where it is none: what merely reads "nan" or "inf" would be above every number. */
export const finite = (sql: string): string => {
  const number = `try_cast(${sql} AS DOUBLE)`;
  return `(CASE WHEN isfinite(${number}) THEN ${number} END)`;
};

const known = (sql: string): string => `coalesce(${sql}, FALSE)`;

function v4Network(address: number, bits: number): Network | null {
  if (bits > 32) return null;
  const size = 2 ** (32 - bits);
  const from = Math.floor(address / size) * size;
  return { family: 4, from, to: from + size - 1 };
}

/** The groups with all bits behind `bits` set to those of `fill`. */
const masked = (groups: Groups, bits: number, fill: number): Groups =>
  groups.map((group, i) => {
    const kept = Math.min(16, Math.max(0, bits - 16 * i));
    const mask = (0xffff << (16 - kept)) & 0xffff;
    return (group & mask) | (fill & ~mask & 0xffff);
  });
