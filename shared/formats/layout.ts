// Layout strings of access logs, compiled once into steps that a byte parser runs (./layout-parser.ts): Apache
// LogFormat, Tomcat AccessLogValve, nginx log_format, Squid logformat. What a directive means decides what is taken: the client's port is
// `%{remote}p`, `$remote_port`, `%>p`; `%p`, `%{local}p`, `$server_port` and a virtual host's port are the server's; an
// address out of a header (X-Forwarded-For) is a claim and never the peer's.
// Sources: httpd mod_log_config, mod_remoteip; Tomcat AbstractAccessLogValve; nginx ngx_http_core, ngx_http_log,
// ngx_http_realip, ngx_http_proxy_protocol variables; squid.conf logformat.
import { ProductError } from "../errors";
import { analogLayout, awstatsLayout } from "./layout-foreign";

export type Part =
  | "literal"
  | "peer" // address of the TCP peer
  | "client" // address as the server sees the client (the peer's, unless a module replaced it)
  | "port"
  | "local"
  | "localPort"
  | "clf" // 24/Nov/2026:05:34:12 +0000, with or without brackets (the literal holds them)
  | "iso"
  | "epochSeconds"
  | "epochMillis"
  | "epochMicros"
  | "millis" // fraction to be added to whole seconds
  | "micros"
  | "strftime"
  | "request"
  | "proto"
  | "durationMicros"
  | "durationMillis"
  | "durationSeconds"
  | "number" // digits or "-"
  | "skip";

export interface Step {
  readonly part: Part;
  /** Directive as written, the key in `fields`. */
  readonly name: string;
  /** Literal text; for strftime its format. */
  readonly text: string;
  /** The value stands in double quotes, in which a backslash escapes. */
  quoted: boolean;
  /** May hold any text, spaces too, though it is not quoted. */
  readonly free: boolean;
}

export type Dialect = "apache" | "tomcat" | "nginx" | "squid";

export interface Layout {
  readonly dialect: Dialect;
  readonly steps: readonly Step[];
}

const step = (part: Part, name: string, text = "", free = false): Step => ({
  part,
  name,
  text,
  quoted: false,
  free,
});

const usage = (text: string, mend: string): ProductError => new ProductError("usage", text, mend);

/** A whole directive (`LogFormat "..." name`, `log_format name '...' '...';`, `pattern="..."`) or the bare string. */
export function layoutText(given: string): { text: string; dialect: Dialect | null } {
  const trimmed = given.trim();
  const foreign = awstatsLayout(trimmed) ?? analogLayout(trimmed);
  if (foreign !== null) return { text: foreign, dialect: "apache" };
  const apache = /^(?:LogFormat|CustomLog\s+\S+)\s+"((?:[^"\\]|\\.)*)"/i.exec(trimmed);
  if (apache) return { text: unescaped(apache[1]!), dialect: "apache" };
  const nginx =
    /^log_format\s+\S+\s+(?:escape=\S+\s+)?((?:'(?:[^'\\]|\\.)*'\s*|"(?:[^"\\]|\\.)*"\s*)+);?$/s.exec(
      trimmed,
    );
  if (nginx) {
    const parts = [...nginx[1]!.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)];
    return { text: parts.map((m) => unescaped(m[1] ?? m[2]!)).join(""), dialect: "nginx" };
  }
  const squid = /^logformat\s+\S+\s+(.+)$/s.exec(trimmed);
  if (squid) return { text: squid[1]!, dialect: "squid" };
  const tomcat = /^pattern="([^"]*)"$/.exec(trimmed);
  if (tomcat)
    return {
      text: tomcat[1]!
        .replaceAll("&quot;", '"')
        .replaceAll("&gt;", ">")
        .replaceAll("&lt;", "<")
        .replaceAll("&amp;", "&"),
      dialect: "tomcat",
    };
  return { text: unescaped(trimmed), dialect: null };
}

const unescaped = (text: string): string =>
  text.replace(/\\(["'\\tn])/g, (_, c: string) => (c === "t" ? "\t" : c === "n" ? "\n" : c));

export function compileLayout(given: string, fallback: Dialect): Layout {
  const { text, dialect: said } = layoutText(given);
  const dialect = said ?? (/\$[a-z_{]/.test(text) && !/%[a-zA-Z{<>]/.test(text) ? "nginx" : fallback);
  const raw =
    dialect === "nginx"
      ? nginxSteps(text)
      : dialect === "squid"
        ? squidSteps(text)
        : apacheSteps(text, dialect);
  const steps = join(raw);
  if (!steps.some((s) => s.part !== "literal"))
    throw usage(`"${given}" names no field.`, "Give the layout string of the server's configuration.");
  for (let i = 1; i < steps.length; i++) {
    const before = steps[i - 1]!;
    const here = steps[i]!;
    if (before.part !== "literal" && here.part !== "literal" && !(isFraction(here) && isTime(before)))
      throw usage(
        `In the layout ${before.name} and ${here.name} stand together with nothing between them.`,
        "Such a log cannot be told apart into its fields.",
      );
    if (here.part !== "literal" && before.part === "literal" && before.text.endsWith('"')) {
      const after = steps[i + 1];
      here.quoted = after?.part === "literal" && after.text.startsWith('"');
    }
  }
  return { dialect, steps };
}

const isFraction = (s: Step): boolean => s.part === "millis" || s.part === "micros";
const isTime = (s: Step): boolean => ["clf", "iso", "epochSeconds", "strftime"].includes(s.part);

/** Neighbouring literals as one. */
function join(steps: readonly Step[]): Step[] {
  const out: Step[] = [];
  for (const s of steps) {
    const last = out[out.length - 1];
    if (s.part === "literal" && last?.part === "literal")
      out[out.length - 1] = step("literal", "", last.text + s.text);
    else if (!(s.part === "literal" && s.text === "")) out.push(s);
  }
  return out;
}

// --- Apache and Tomcat ---------------------------------------------------------------------------------------------

const APACHE = /%(?:!?\d{3}(?:,\d{3})*)?([<>]?)(?:\{([^}]*)\})?([<>]?)(\^t[io]|[A-Za-z%])/y;

function apacheSteps(text: string, dialect: Dialect): Step[] {
  const out: Step[] = [];
  let literal = "";
  for (let i = 0; i < text.length; ) {
    if (text[i] !== "%") {
      literal += text[i++];
      continue;
    }
    APACHE.lastIndex = i;
    const m = APACHE.exec(text);
    if (!m)
      throw usage(
        `The layout has "${text.slice(i, i + 8)}", which is no directive.`,
        "Write %% for a percent sign.",
      );
    i = APACHE.lastIndex;
    if (m[4] === "%") {
      literal += "%";
      continue;
    }
    const steps = apacheDirective(m[4]!, m[2] ?? "", m[0], dialect);
    out.push(step("literal", "", literal), ...steps);
    literal = "";
  }
  out.push(step("literal", "", literal));
  return out;
}

function apacheDirective(letter: string, argument: string, name: string, dialect: Dialect): Step[] {
  const bracketed = (s: Step): Step[] => [step("literal", "", "["), s, step("literal", "", "]")];
  switch (letter) {
    case "h":
      return [step("client", name)];
    case "a":
      return [step(argument === "c" ? "peer" : "client", name)];
    case "A":
      return [step("local", name)];
    case "p":
      return [
        step(
          argument === "remote" ? "port" : argument === "local" || argument === "" ? "localPort" : "skip",
          name,
        ),
      ];
    case "t":
      return argument === "" ? bracketed(step("clf", name)) : [timeDirective(argument, name, dialect)];
    case "r":
      return [step("request", name, "", true)];
    case "H":
      return [step("proto", name)];
    // %D: httpd microseconds; Tomcat milliseconds, microseconds from 10.1 on: its unit is not sure.
    case "D":
      return [step(dialect === "tomcat" ? "skip" : "durationMicros", name)];
    case "T":
      if (argument === "ms") return [step("durationMillis", name)];
      if (argument === "us") return [step("durationMicros", name)];
      return [step("durationSeconds", name)];
    case "s":
    case "b":
    case "B":
      return [step("number", name)];
    case "I":
    case "O":
      return [step(dialect === "apache" ? "number" : "skip", name)];
    case "u":
    case "l":
    case "U":
    case "q":
    case "f":
    case "i":
    case "o":
    case "e":
    case "n":
    case "C":
    case "c":
      return [step("skip", name, "", letter !== "l")];
    default:
      return [step("skip", name)];
  }
}

function timeDirective(argument: string, name: string, dialect: Dialect): Step {
  const format = argument.replace(/^(?:begin|end):/, "").replace(/^begin$|^end$/, "");
  switch (format) {
    case "":
      return step("clf", name);
    case "sec":
      return step("epochSeconds", name);
    case "msec":
      return step("epochMillis", name);
    case "usec":
      return step("epochMicros", name);
    case "msec_frac":
      return step("millis", name);
    case "usec_frac":
      return step("micros", name);
    default:
      return step(
        "strftime",
        name,
        dialect === "tomcat" && !format.includes("%") ? simpleDateFormat(format) : format,
      );
  }
}

/** java.text.SimpleDateFormat as a strftime string. */
function simpleDateFormat(format: string): string {
  const words: Record<string, string> = {
    yyyy: "%Y",
    yy: "%y",
    MMM: "%b",
    MM: "%m",
    dd: "%d",
    d: "%d",
    HH: "%H",
    H: "%H",
    hh: "%I",
    mm: "%M",
    ss: "%S",
    SSS: "%3N",
    Z: "%z",
    X: "%z",
    XX: "%z",
    XXX: "%z",
    z: "%Z",
    a: "%p",
    EEE: "%a",
  };
  return format.replace(/'((?:[^']|'')*)'|([A-Za-z])\2*/g, (all, quoted: string | undefined) => {
    if (quoted !== undefined) return quoted === "" ? "'" : quoted.replaceAll("''", "'");
    const found = words[all];
    if (found === undefined)
      throw usage(
        `The time pattern has "${all}", which is not known.`,
        "Use SimpleDateFormat letters for date and time.",
      );
    return found;
  });
}

// --- nginx ---------------------------------------------------------------------------------------------------------

const NGINX_PARTS: Readonly<Record<string, Part>> = {
  remote_addr: "client",
  realip_remote_addr: "peer",
  remote_port: "port",
  realip_remote_port: "port",
  server_addr: "local",
  server_port: "localPort",
  time_local: "clf",
  time_iso8601: "iso",
  msec: "epochSeconds",
  request: "request",
  server_protocol: "proto",
  request_time: "durationSeconds",
  session_time: "durationSeconds",
  status: "number",
  body_bytes_sent: "number",
  bytes_sent: "number",
};

function nginxSteps(text: string): Step[] {
  const realip = text.includes("realip_remote_port");
  const out: Step[] = [];
  let at = 0;
  for (const m of text.matchAll(/\$(?:\{([a-z0-9_]+)\}|([a-z0-9_]+))/gi)) {
    out.push(step("literal", "", text.slice(at, m.index)));
    const name = (m[1] ?? m[2])!.toLowerCase();
    let part = NGINX_PARTS[name] ?? "skip";
    // With realip, $remote_port belongs to the address out of the header; the peer's own stands beside it.
    if (name === "remote_port" && realip) part = "skip";
    const free = /^(?:remote_user|http_|sent_http_|arg_|cookie_|uri|request_uri|args|request)/.test(name);
    out.push(step(part, `$${name}`, "", free));
    at = m.index + m[0].length;
  }
  out.push(step("literal", "", text.slice(at)));
  return out;
}

// --- Squid ---------------------------------------------------------------------------------------------------------

const SQUID =
  /%(["'[#/]?)(-?0?\d*)(?:\.(\d+))?(?:\{([^}]*)\})?([<>]?[a-zA-Z_]+(?:::)?[<>]?[a-zA-Z_]*|%)(?:\{([^}]*)\})?/y;

function squidSteps(text: string): Step[] {
  const out: Step[] = [];
  let literal = "";
  for (let i = 0; i < text.length; ) {
    if (text[i] !== "%") {
      literal += text[i++];
      continue;
    }
    SQUID.lastIndex = i;
    const m = SQUID.exec(text);
    if (!m)
      throw usage(
        `The layout has "${text.slice(i, i + 8)}", which is no code.`,
        "Write %% for a percent sign.",
      );
    i = SQUID.lastIndex;
    if (m[5] === "%") {
      literal += "%";
      continue;
    }
    out.push(step("literal", "", literal), squidCode(m[5]!, m[4] ?? m[6] ?? "", m[0]));
    literal = "";
  }
  out.push(step("literal", "", literal));
  // "%ts.%03tu": whole seconds and their milliseconds are one time.
  const steps = out.filter((s) => !(s.part === "literal" && s.text === ""));
  for (let k = 0; k + 2 < steps.length; k++) {
    if (steps[k]!.part === "epochSeconds" && steps[k + 1]!.text === "." && steps[k + 2]!.part === "millis")
      steps.splice(k, 3, step("epochSeconds", "%ts.%03tu"));
  }
  return steps;
}

function squidCode(code: string, argument: string, name: string): Step {
  switch (code) {
    case ">a":
      return step("client", name);
    case ">p":
      return step("port", name);
    case "<p":
    case "<lp":
      return step("skip", name);
    case "la":
    case ">la":
      return step("local", name);
    case "lp":
    case ">lp":
      return step("localPort", name);
    case "ts":
      return step("epochSeconds", name);
    case "tu":
      return step("millis", name);
    case "tl":
    case "tg":
      return argument === "" ? step("clf", name) : step("strftime", name, argument);
    case "tr":
      return step("durationMillis", name);
    case "rv":
      return step("skip", name);
    default:
      return step("skip", name, "", /^(?:ru|un|ul|ue|ui|us|mt|[<>]?h|rp)$/.test(code));
  }
}
