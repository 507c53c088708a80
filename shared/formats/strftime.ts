// Reads a time by a strftime string out of bytes, so that a configured time format is read as configured and no other
// way. What the string leaves out (year, zone, AM/PM) stays open. Source: POSIX strftime; httpd mod_log_config (%{...}t);
// nginx, Squid (%tl{...}), PostgreSQL and Exim use the same letters.
import { monthOf, type Parts, type Stamp, stampOf } from "../time/stamp";

const EXPANSIONS: Readonly<Record<string, string>> = {
  T: "%H:%M:%S",
  R: "%H:%M",
  D: "%m/%d/%y",
  F: "%Y-%m-%d",
  r: "%I:%M:%S %p",
  c: "%a %b %e %H:%M:%S %Y",
  h: "%b",
};

export class TimeFormat {
  private readonly tokens: readonly string[];

  /** Throws nothing: an unknown letter is taken as a word without meaning. */
  constructor(readonly format: string) {
    const expanded = format.replace(/%([TRDFrch])/g, (_, c: string) => EXPANSIONS[c]!);
    this.tokens = expanded.match(/%[-_0^#]?\d?[A-Za-z%]|[^%]+/g) ?? [];
  }

  /** The stamp at `at`, or null where the text is not of this form. */
  read(text: string, at: number): Stamp | null {
    let i = at;
    const p: { -readonly [K in keyof Parts]: Parts[K] } = {
      year: null,
      month: 1,
      day: 1,
      hour: 0,
      minute: 0,
      second: 0,
    };
    let epoch: number | null = null;
    let twelve = false;
    const digits = (least: number, most: number): number => {
      while (most > 1 && text[i] === " ") i++;
      let n = 0;
      let value = 0;
      while (n < most) {
        const c = text.charCodeAt(i) - 48;
        if (!(c >= 0 && c <= 9)) break;
        value = value * 10 + c;
        i++;
        n++;
      }
      return n >= least ? value : -1;
    };
    for (const token of this.tokens) {
      if (token[0] !== "%") {
        if (!text.startsWith(token, i)) return null;
        i += token.length;
        continue;
      }
      let value = 0;
      switch (token[token.length - 1]) {
        case "Y":
          p.year = value = digits(4, 4);
          break;
        case "y":
          value = digits(2, 2);
          p.year = value < 69 ? 2000 + value : 1900 + value;
          break;
        case "m":
          p.month = value = digits(1, 2);
          break;
        case "d":
        case "e":
          p.day = value = digits(1, 2);
          break;
        case "H":
        case "k":
          p.hour = value = digits(1, 2);
          break;
        case "I":
        case "l":
          twelve = true;
          p.hour = value = digits(1, 2);
          break;
        case "M":
          p.minute = value = digits(2, 2);
          break;
        case "S":
          p.second = value = digits(2, 2);
          break;
        case "s":
          epoch = value = digits(9, 12);
          break;
        case "N":
        case "f": {
          const from = i;
          value = digits(1, 9);
          p.fraction = text.slice(from, i);
          break;
        }
        case "b":
        case "B": {
          p.month = value = monthOf(text.slice(i, i + 3)) || -1;
          i += 3;
          if (token === "%B") while (/[a-z]/.test(text[i] ?? "")) i++;
          break;
        }
        case "a":
        case "A":
        case "Z": {
          const word = /^[A-Za-z+\-0-9]+/.exec(text.slice(i, i + 40));
          if (!word) return null;
          if (token === "%Z") p.zone = word[0];
          i += word[0].length;
          break;
        }
        case "z": {
          const zone = /^(?:[+-]\d{2}:?\d{2}|Z)/.exec(text.slice(i, i + 6));
          if (!zone) return null;
          p.zone = zone[0];
          i += zone[0].length;
          break;
        }
        case "p":
        case "P": {
          const half = text.slice(i, i + 2).toLowerCase();
          if (half !== "am" && half !== "pm") return null;
          p.half = half;
          i += 2;
          break;
        }
        case "n":
        case "t":
          i++;
          break;
        case "%":
          if (text[i++] !== "%") return null;
          break;
        default:
          return null;
      }
      if (value < 0) return null;
    }
    if (epoch !== null)
      return {
        wallUs: epoch * 1_000_000,
        precisionUs: 1_000_000,
        offsetUs: 0,
        yearless: null,
        slackUs: 0,
        end: i,
      };
    if (twelve && p.half === undefined) p.half = "open";
    return stampOf(p, i);
  }
}
