// The layouts that access logs have without anybody naming them, and how a file's lines choose among them. A bare number
// at a line's end may be a port, a duration or a size: it is asked for, never taken.
// Source: httpd docs/conf (common, combined, combinedio), Debian's apache2.conf (vhost_combined), nginx.conf ("main").

import { canonicalAddress } from "../record/address";
import { tellingLines } from "./detect";
import { detectStampless } from "./detect-layouts";
import type { Detection, ParseOptions, Question, Sample } from "./format";
import { compileLayout, type Dialect } from "./layout";

const COMMON = '%l %u %t "%r" %>s %b';
const COMBINED = `${COMMON} "%{Referer}i" "%{User-agent}i"`;
/** nginx's packaged "main", and what sites append: read as text, left in the evidence. */
const MAIN = `${COMBINED} "%{X-Forwarded-For}i"`;
const MORE = `${COMBINED} %{further}n`;
const COMMON_MORE = `${COMMON} %{further}n`;
/** httpd-ssl.conf's ssl_request_log. */
const SSL_REQUEST = '%t %h %{SSL_PROTOCOL}x %{SSL_CIPHER}x "%r" %b';

/** Names for --layout. */
export const NAMED: Readonly<Record<string, string>> = {
  common: `%h ${COMMON}`,
  combined: `%h ${COMBINED}`,
  combinedio: `%h ${COMBINED} %I %O`,
  main: `%h ${MAIN}`,
  vhost_common: `%v:%p %h ${COMMON}`,
  vhost_combined: `%v:%p %h ${COMBINED}`,
  common_port: `%h:%{remote}p ${COMMON}`,
  combined_port: `%h:%{remote}p ${COMBINED}`,
  vhost_combined_port: `%v:%p %h:%{remote}p ${COMBINED}`,
  ssl_request: SSL_REQUEST,
  "common+port": `%h ${COMMON} %{remote}p`,
  "combined+port": `%h ${COMBINED} %{remote}p`,
};

const family = (client: string): string[] =>
  [COMBINED, COMMON, MAIN, MORE, COMMON_MORE].map((rest) => `${client} ${rest}`);

/**
 * Where nobody named the layout, an "address:port" is the client's only before a dash that nobody fills (%l): of
 * "192.0.2.1:443 203.0.113.7 - -" the first is the virtual host, and 443 the server's port.
 */
const portFamily = (client: string): string[] => family(client).map((text) => text.replace("%l", "-"));

/** Tried in this order on every line where no layout was named. The shortest forms are nginx's, of http and stream. */
export const FAMILIES: Readonly<Record<"plain" | "port", readonly string[]>> = {
  plain: [
    ...family("%h"),
    ...family("%v:%p %h"),
    ...family("%v %h"),
    '%h - %t "%r" %>s %{further}n',
    '%h %t "%r" %>s %{further}n',
    SSL_REQUEST,
  ],
  port: [
    ...portFamily("%h:%{remote}p"),
    ...portFamily("%v:%p %h:%{remote}p"),
    ...portFamily("%v %h:%{remote}p"),
    "%h:%{remote}p - %t %{further}n",
    "%h:%{remote}p %t %{further}n",
  ],
};

/** True where the layouts are found by trying, so that what they take for a client must look like one. */
export const isTried = (option: string | undefined): boolean =>
  option === undefined || option === "plain" || option === "port";

/** The layout strings that an option stands for. */
export function layoutsOf(option: string | undefined): readonly string[] {
  if (option === undefined || option === "plain") return FAMILIES.plain;
  if (option === "port") return FAMILIES.port;
  return [NAMED[option] ?? option];
}

/** A number that ends most lines and lies where client ports lie. */
function trailingNumber(sample: Sample): boolean {
  const lines = tellingLines(sample, 200);
  let n = 0;
  for (const { text } of lines) {
    const m = /"(?: -)? (\d{4,5})$/.exec(text);
    if (m && Number(m[1]) >= 1024 && Number(m[1]) <= 65_535) n++;
  }
  return lines.length > 0 && n >= lines.length * 0.95;
}

/** A number between client and user: `%h %{remote}p %l %u`. */
function secondNumber(sample: Sample): boolean {
  const lines = tellingLines(sample, 200);
  const n = lines.filter(({ text }) => /^\S+ (?:- )?\d{4,5} (?:\S+ ){0,2}\[\d/.test(text)).length;
  return lines.length > 0 && n >= lines.length * 0.95;
}

/** Two addresses at the start: a virtual host and a client, or a client and what a header claims. */
function twoAddresses(sample: Sample): boolean {
  const lines = tellingLines(sample, 200);
  const n = lines.filter(({ text }) => {
    const m = /^(\S+) (\S+) /.exec(text);
    return m !== null && canonicalAddress(m[1]!) !== null && canonicalAddress(m[2]!) !== null;
  }).length;
  return n > 0 && n >= lines.length * 0.2;
}

export function detectAccess(sample: Sample, options: ParseOptions, dialect: Dialect): Detection {
  if (!isTried(options.layout)) {
    const layouts = layoutsOf(options.layout);
    return detectStampless(
      sample,
      options,
      layouts.map((text) => compileLayout(text, dialect)),
      10,
      `the layout ${options.layout}`,
    );
  }
  const compiled = (texts: readonly string[]) => texts.map((text) => compileLayout(text, dialect));
  const plain = detectStampless(
    sample,
    options,
    compiled(FAMILIES.plain),
    2,
    "an access log in a common or combined layout",
    true,
  );
  const port = detectStampless(
    sample,
    options,
    compiled(FAMILIES.port),
    2,
    "an access log with the client's port after its address (address:port)",
    true,
  );
  if (port.score >= plain.score && port.score > 0) return { ...port, layout: "port" };
  if (plain.score === 0) return plain;
  const open: Question[] = [];
  if (trailingNumber(sample) || secondNumber(sample))
    open.push({
      kind: "layout",
      text: "Its lines hold a number that may be the client's port, a duration or a size: give the server's layout string.",
    });
  else if (twoAddresses(sample))
    open.push({
      kind: "layout",
      text: "Its lines begin with two addresses, and nothing says which is the client's: give the server's layout string.",
    });
  return { ...plain, layout: "plain", questions: [...(plain.questions ?? []), ...open] };
}
