// Layout strings of log analysers, where the operator kept those and not the server's own: AWStats' LogFormat and Analog's
// LOGFORMAT, turned into the LogFormat that writes such lines. Neither has a word for the client's port: a field that
// they call %other or %j stays text.
// Source: AWStats documentation, awstats.conf, LogFormat; Analog 6.0 documentation, "Log formats".
import { ProductError } from "../errors";

/** AWStats' numbers for the usual ones, and its tags. */
const AWSTATS_NUMBERS: Readonly<Record<string, string>> = {
  "1": '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"',
  "4": '%h %l %u %t "%r" %>s %b',
};
const AWSTATS: Readonly<Record<string, string>> = {
  host: "%h",
  host_proxy: "%{host_proxy}n",
  logname: "%u",
  lognamequot: '"%u"',
  time1: "%t",
  time2: "%{%Y-%m-%d %H:%M:%S}t",
  time3: "%{%b %e %H:%M:%S}t",
  time4: "%{sec}t",
  time5: "%{%Y-%m-%dT%H:%M:%S%z}t",
  methodurl: '"%r"',
  methodurlnoprot: '"%r"',
  method: "%m",
  url: "%U",
  query: "%q",
  code: "%>s",
  bytesd: "%b",
  referer: "%{Referer}i",
  refererquot: '"%{Referer}i"',
  ua: "%{User-Agent}i",
  uaquot: '"%{User-Agent}i"',
  virtualname: "%v",
  virtualnamequot: '"%v"',
  otherquot: '"%{other}n"',
};

/** The Apache LogFormat that an AWStats LogFormat describes; null where the text is none. */
export function awstatsLayout(given: string): string | null {
  const text = /^LogFormat\s*=\s*"?(.*?)"?$/.exec(given)?.[1] ?? given;
  const numbered = given === text ? undefined : AWSTATS_NUMBERS[text];
  if (numbered !== undefined) return numbered;
  if (!/%(?:host\b|time[1-5]\b|methodurl|logname)/.test(text)) return null;
  return text.replace(/%([a-z_]+\d*)/g, (_, tag: string) => AWSTATS[tag] ?? `%{${tag}}n`);
}

const ANALOG_TIME: Readonly<Record<string, string>> = {
  d: "%d",
  m: "%m",
  M: "%b",
  y: "%y",
  Y: "%Y",
  h: "%H",
  n: "%M",
  a: "%p",
};
const ANALOG: Readonly<Record<string, string>> = {
  S: "%h",
  s: "%h",
  r: "%U",
  q: "%q",
  B: "%{User-Agent}i",
  A: "%{User-Agent}i",
  f: "%{Referer}i",
  u: "%u",
  v: "%v",
  b: "%b",
  t: "%T",
  T: "%{ms}T",
  D: "%D",
  c: "%>s",
  C: "%{status}n",
  U: "%{sec}t",
  j: "%{junk}n",
  w: " ",
  W: "",
  "%": "%%",
};

/** The Apache LogFormat that an Analog LOGFORMAT describes; null where the text is none. Throws "usage" for an unknown code. */
export function analogLayout(given: string): string | null {
  const apache = /^APACHELOGFORMAT\s+\(?(.*?)\)?$/s.exec(given);
  if (apache) return apache[1]!;
  const named = /^LOGFORMAT\s+\(?(.*?)\)?$/s.exec(given);
  if (!named && !(/%[Ss]\b/.test(given) && /%n/.test(given) && /%[jw]/.test(given))) return null;
  const text = (named?.[1] ?? given)
    .replace(/\\n$/, "")
    .replaceAll("\\t", "\t")
    // Analog takes no notice of seconds and offset: the usual forms say where they stand.
    .replace(/\[%d\/%M\/%Y:%h:%n:%j\]/g, "\u0001")
    .replace(/%j%w%r%wHTTP\/%j|%j %r %j|%j%w%r%w%j/g, "\u0002");
  // A date and a clock with nothing but separators between their parts are one time.
  const timed = text.replace(/%[dmMyYhna](?:[/:.,\sT-]*%[dmMyYhna])+(?::%j)?/g, (run) => {
    const format = run
      .replace(/:%j$/, ":\u0003")
      .replace(/%([dmMyYhna])/g, (_, c: string) => ANALOG_TIME[c]!);
    return `\u0004${format.replaceAll("%", "\u0005").replace("\u0003", "\u0005S")}\u0006`;
  });
  return timed
    .replace(/%(.)/gs, (all, c: string) => {
      const found = ANALOG[c];
      if (found === undefined)
        throw new ProductError(
          "usage",
          `Analog's LOGFORMAT has no code ${all}.`,
          "Give the format as its configuration has it.",
        );
      return found;
    })
    .replace(/\u0004([^\u0006]*)\u0006/g, (_, format: string) => `%{${format.replaceAll("\u0005", "%")}}t`)
    .replaceAll("\u0001", "%t")
    .replaceAll("\u0002", "%r");
}
