// httpd.conf: CustomLog, LogFormat, GlobalLog and ErrorLogFormat over includes, conditions and virtual hosts. A virtual
// host with a CustomLog of its own does not write the main server's; behind mod_remoteip the address is the client's but
// the port the proxy's. Source: httpd 2.4 documentation, mod_log_config, mod_remoteip, core.
import { type Advice, type ConfigReader, compareVersions, type LogFinding, type ServerJudge } from "../model";
import { type ConfigLine, configLines, INCLUDE_DEPTH, words } from "../text";

type Tri = boolean | null;

interface Directive extends ConfigLine {
  readonly name: string;
  readonly args: readonly string[];
  /** Null: outside every virtual host. */
  readonly host: number | null;
  /** Null: a condition that the files do not decide. */
  readonly holds: Tri;
}

interface Walk {
  readonly directives: Directive[];
  readonly hosts: { name: string; file: string; line: number }[];
  readonly open: string[];
  readonly defines: Map<string, string>;
  readonly modules: Set<string>;
  root: string;
  host: number | null;
}

export const apache: ServerJudge = {
  id: "apache",
  since: "2.2",
  judge(reader, version) {
    const walk: Walk = {
      directives: [],
      hosts: [],
      open: [],
      defines: new Map(),
      modules: new Set(),
      root: "",
      host: null,
    };
    read(reader, reader.main.path, configLines(reader.main, "backslash"), walk, version, 0, [true]);
    const findings = judgeLogs(walk, reader.main.path);
    return {
      findings,
      open: walk.open,
      advice: findings.every((f) => f.port === "yes") ? [] : advice(walk, findings),
    };
  },
};

function read(
  reader: ConfigReader,
  path: string,
  lines: readonly ConfigLine[],
  walk: Walk,
  version: string | null,
  depth: number,
  conditions: Tri[],
): void {
  const stack: Tri[] = [...conditions];
  const sections: string[] = [];
  for (const line of lines) {
    const opening = /^<\s*([A-Za-z]+)\s*(.*?)\s*>$/.exec(line.text);
    if (opening) {
      const [, name, rest] = opening;
      sections.push(name!.toLowerCase());
      stack.push(condition(name!.toLowerCase(), substitute(rest!, walk), line, walk, version));
      if (name!.toLowerCase() === "virtualhost") {
        walk.host = walk.hosts.push({ name: rest!, file: line.file, line: line.line }) - 1;
      }
      continue;
    }
    if (/^<\//.test(line.text)) {
      if (/^<\/\s*virtualhost/i.test(line.text)) walk.host = null;
      if (stack.length > 1) stack.pop();
      sections.pop();
      continue;
    }
    const [first, ...rest] = words(line.text);
    if (first === undefined) continue;
    const name = first.toLowerCase();
    const args = rest.map((a) => substitute(a, walk));
    const holds: Tri = stack.includes(false) ? false : stack.includes(null) ? null : true;
    if (holds === false) continue;
    if (name === "serverroot") walk.root = args[0] ?? "";
    else if (name === "define" && args[0]) walk.defines.set(args[0], args[1] ?? "");
    else if (name === "undefine" && args[0]) walk.defines.delete(args[0]);
    else if (name === "loadmodule" && args[0]) walk.modules.add(args[0].toLowerCase());
    else if (name === "servername" && walk.host !== null) walk.hosts[walk.host]!.name = args[0] ?? "";
    else if (name === "include" || name === "includeoptional") {
      const pattern = args[0] ?? "";
      const from = walk.root !== "" && !pattern.startsWith("/") ? `${walk.root}/x` : path;
      const files = depth < INCLUDE_DEPTH ? reader.include(pattern, from) : [];
      if (files.length === 0 && name === "include") {
        walk.open.push(`${line.file}:${line.line}: nothing could be read for "Include ${pattern}".`);
      }
      for (const file of files) {
        read(reader, file.path, configLines(file, "backslash"), walk, version, depth + 1, stack);
      }
      continue;
    }
    const perRequest = sections.find((section) => PER_REQUEST.has(section));
    if (LOGS.has(name) && perRequest !== undefined) {
      walk.open.push(
        `${line.file}:${line.line}: ${first} stands inside <${perRequest}>, where httpd does not take it; it was passed over.`,
      );
      continue;
    }
    walk.directives.push({ ...line, name, args, host: walk.host, holds });
  }
}

/** Sections that are judged request by request; logs are set up outside them (context "server config, virtual host"). */
const PER_REQUEST: ReadonlySet<string> = new Set([
  "if",
  "elseif",
  "else",
  "directory",
  "directorymatch",
  "location",
  "locationmatch",
  "files",
  "filesmatch",
  "proxy",
  "proxymatch",
]);
const LOGS: ReadonlySet<string> = new Set(["customlog", "transferlog", "globallog", "logformat"]);

const substitute = (text: string, walk: Walk): string =>
  text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => walk.defines.get(name) ?? whole);

function condition(
  name: string,
  argument: string,
  line: ConfigLine,
  walk: Walk,
  version: string | null,
): Tri {
  const negated = argument.startsWith("!");
  const what = negated ? argument.slice(1) : argument;
  const given = (value: Tri): Tri => (value === null ? null : value !== negated);
  const undecided = (): null => {
    walk.open.push(
      `${line.file}:${line.line}: whether <${name} ${argument}> applies is not decided by these files.`,
    );
    return null;
  };
  if (name === "ifmodule") {
    // Without any LoadModule in sight the modules may be built in; mod_log_config always is, in practice.
    const id = what.replace(/^mod_(.*)\.c$/, "$1_module").toLowerCase();
    if (id === "log_config_module" || walk.modules.has(id)) return given(true);
    return walk.modules.size > 0 ? given(false) : undecided();
  }
  if (name === "ifdefine") return walk.defines.has(what) ? given(true) : undecided();
  if (name === "ifversion") {
    const parts = /^(=|==|>|>=|<|<=)?\s*([\d.]+)$/.exec(what.trim());
    const order = version === null || parts === null ? null : compareVersions(version, parts[2]!);
    if (order === null) return undecided();
    const test: Record<string, boolean> = {
      ">": order > 0,
      ">=": order >= 0,
      "<": order < 0,
      "<=": order <= 0,
    };
    return given(test[parts![1] ?? "="] ?? order === 0);
  }
  return true;
}

/** `%{remote}p` with any modifiers: `%>{remote}p`, `%!200,304{remote}p`. */
const REMOTE_PORT = /(?<!%)(?:%%)*%[!<>\d,]*\{remote\}p/;
/** The same condition on a status turns it into "for some requests". */
const SOME_STATUS = /%[!]?\d[\d,]*\{remote\}p/;

function judgeLogs(walk: Walk, main: string): LogFinding[] {
  const findings: LogFinding[] = [];
  const of = (host: number | null, ...names: string[]) =>
    walk.directives.filter((d) => d.host === host && names.includes(d.name));
  const scope = (host: number | null) =>
    host === null ? "main server" : `virtual host ${walk.hosts[host]!.name}`;
  const formats = new Map<string, Directive>();
  for (const d of walk.directives)
    if (d.name === "logformat" && d.args[1]) formats.set(`${d.host}/${d.args[1]}`, d);
  const formatOf = (host: number | null, name: string): string | null =>
    name.includes("%")
      ? name
      : (formats.get(`${host}/${name}`)?.args[0] ?? formats.get(`null/${name}`)?.args[0] ?? null);
  const remoteIp = (host: number | null) =>
    [...of(null, "remoteipheader"), ...of(host, "remoteipheader")].length > 0 &&
    ![...of(null, "remoteipproxyprotocol"), ...of(host, "remoteipproxyprotocol")].some(
      (d) => d.args[0]?.toLowerCase() === "on",
    );

  const judge = (host: number | null, d: Directive): LogFinding => {
    const at = { log: d.args[0] ?? "", scope: scope(host), file: d.file, line: d.line };
    const name = d.name === "transferlog" ? lastUnnamedFormat(walk, host) : (d.args[1] ?? "");
    const format = d.name === "transferlog" ? name : formatOf(host, name);
    if (/^\/dev\/null$/i.test(at.log))
      return { ...at, port: "no", why: "the log is thrown away (/dev/null)" };
    if (format === null)
      return { ...at, port: "unknown", why: `the format "${name}" is not defined in these files` };
    if (!REMOTE_PORT.test(format)) {
      const local = /%(?:\{(?:local|canonical)\})?p/.test(format);
      return {
        ...at,
        port: "no",
        why: local ? "its only port (%p) is the server's own" : "the format has no %{remote}p",
      };
    }
    if (remoteIp(host)) {
      return {
        ...at,
        port: "no",
        why: "mod_remoteip replaces the address by a forwarded one, while %{remote}p stays the proxy's port: the two do not belong together",
      };
    }
    if (d.holds === null)
      return { ...at, port: "unknown", why: "%{remote}p is logged if its condition applies" };
    const conditional = d.args.slice(2).find((a) => /^(env|expr)=/i.test(a));
    if (conditional)
      return {
        ...at,
        port: "partly",
        why: `%{remote}p is logged, but only for requests with ${conditional}`,
      };
    if (SOME_STATUS.test(format))
      return { ...at, port: "partly", why: "%{remote}p is logged for some response codes only" };
    return { ...at, port: "yes", why: "the format has %{remote}p" };
  };

  const global = of(null, "globallog").map((d) => judge(null, d));
  const mainLogs = of(null, "customlog", "transferlog");
  const hosts: (number | null)[] = [null, ...walk.hosts.map((_, i) => i)];
  for (const host of hosts) {
    const own = host === null ? mainLogs : of(host, "customlog", "transferlog");
    // The main server answers only where no virtual host does; its logs count through the hosts that inherit them.
    if (host === null && walk.hosts.length > 0 && own.length === 0) continue;
    const logs = own.length > 0 ? own : mainLogs;
    for (const d of logs) findings.push(judge(host, d));
    if (logs.length === 0 && global.length === 0) {
      findings.push({
        log: "(none)",
        scope: scope(host),
        port: "no",
        why: "no access log is set up",
        file: main,
        line: null,
      });
    }
  }
  findings.push(...global);
  return findings;
}

/** TransferLog uses the last LogFormat without a nickname, else Common Log Format. */
function lastUnnamedFormat(walk: Walk, host: number | null): string {
  const own = walk.directives.filter(
    (d) => d.name === "logformat" && d.args.length === 1 && (d.host === host || d.host === null),
  );
  return own[own.length - 1]?.args[0] ?? '%h %l %u %t "%r" %>s %b';
}

function advice(walk: Walk, findings: readonly LogFinding[]): Advice[] {
  const lines = [
    'LogFormat "%{%Y-%m-%dT%H:%M:%S}t.%{usec_frac}t%{%z}t %{c}a %{remote}p %A %{local}p %{UNIQUE_ID}e" connections',
    "GlobalLog logs/connection.log connections",
  ];
  const older =
    walk.hosts.length > 0
      ? " Before 2.4.19 there is no GlobalLog: put CustomLog with the same arguments into each virtual host."
      : "";
  const proxied: Advice[] = findings.some((f) => f.why.startsWith("mod_remoteip"))
    ? [
        {
          kind: "setting",
          why: "Only the proxy has the client's connection: log its source port there, or let it pass address and port on by the PROXY protocol.",
          place: "the virtual hosts behind the proxy, once it sends the PROXY protocol",
          lines: ["RemoteIPProxyProtocol On"],
        },
      ]
    : [];
  return [
    ...proxied,
    {
      kind: "parallel log",
      why: `A log of its own leaves the formats that other tools read untouched; GlobalLog writes for every virtual host.${older}`,
      place: "the main server's configuration, outside every <VirtualHost>",
      lines,
    },
  ];
}
