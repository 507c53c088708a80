// nginx.conf: access_log and log_format through http, server and location, and the stream and mail logs. A level with an
// access_log of its own does not write the outer ones; behind the realip module $remote_port is not the peer's any more.
// Source: nginx documentation, ngx_http_log_module, ngx_http_realip_module, ngx_stream_log_module.
import type { Advice, ConfigReader, LogFinding, ServerJudge } from "../model";
import { INCLUDE_DEPTH } from "../text";

export interface Node {
  readonly name: string;
  readonly args: readonly string[];
  readonly children: readonly Node[] | null;
  readonly file: string;
  readonly line: number;
}

export const nginx: ServerJudge = {
  id: "nginx",
  since: null,
  judge(reader) {
    const open: string[] = [];
    const root = parseBlocks(reader, reader.main.path, reader.main.text, open, reader.main.path, 0);
    const findings: LogFinding[] = [];
    for (const block of root) {
      if (block.name === "http") walkHttp(block, findings);
      if (block.name === "stream") walkStream(block, findings);
      if (block.name === "mail") walkMail(block, root, findings);
    }
    if (findings.length === 0) open.push("No http, stream or mail block was found.");
    return { findings, open, advice: findings.every((f) => f.port === "yes") ? [] : advice(findings) };
  },
};

const advice = (findings: readonly LogFinding[]): Advice[] => [
  ...(findings.some((f) => f.why.startsWith("the address is taken from")) ? PROXIED : []),
  ...ADVICE,
];

const PROXIED: readonly Advice[] = [
  {
    kind: "setting",
    why: "Only the proxy has the client's connection: log its source port there, or let it pass address and port on by the PROXY protocol.",
    place: "the server blocks behind the proxy, once it sends the PROXY protocol",
    lines: ["listen 443 ssl proxy_protocol;", "real_ip_header proxy_protocol;"],
  },
];

const ADVICE: readonly Advice[] = [
  {
    kind: "parallel log",
    why: "A second access_log at the same level is written beside the first, whose format other tools may read.",
    place: "the http block, and every server and location block that has an access_log of its own",
    lines: [
      "log_format connections '$time_iso8601 $msec $remote_addr $remote_port $server_addr $server_port $connection $request_id';",
      "access_log /var/log/nginx/connection.log connections;",
    ],
  },
];

/** Directives and blocks of a file, its includes put in their place. Relative includes start at the main file's folder. */
export function parseBlocks(
  reader: ConfigReader,
  path: string,
  text: string,
  open: string[],
  base: string,
  depth: number,
): Node[] {
  const tokens = tokenize(text);
  let at = 0;
  const block = (): Node[] => {
    const nodes: Node[] = [];
    let args: string[] = [];
    let line = 0;
    for (; at < tokens.length; at++) {
      const t = tokens[at]!;
      if (t.kind === "}") return nodes;
      if (t.kind === "word") {
        if (args.length === 0) line = t.line;
        args.push(t.text);
        continue;
      }
      const [name, ...rest] = args;
      args = [];
      if (name === undefined) continue;
      if (t.kind === "{") {
        at++;
        nodes.push({ name, args: rest, children: block(), file: path, line });
      } else if (name === "include") {
        const files = depth < INCLUDE_DEPTH ? reader.include(rest[0] ?? "", base) : [];
        if (
          files.length === 0 &&
          !/[*?]/.test(rest[0] ?? "") &&
          !/mime\.types|_params$/.test(rest[0] ?? "")
        ) {
          open.push(`${path}:${line}: nothing could be read for "include ${rest[0] ?? ""}".`);
        }
        for (const f of files) nodes.push(...parseBlocks(reader, f.path, f.text, open, base, depth + 1));
      } else nodes.push({ name, args: rest, children: null, file: path, line });
    }
    return nodes;
  };
  return block();
}

interface Token {
  readonly kind: "word" | "{" | "}" | ";";
  readonly text: string;
  readonly line: number;
}

function tokenize(text: string): Token[] {
  const out: Token[] = [];
  let line = 1;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === "\n") line++;
    else if (/\s/.test(c)) continue;
    else if (c === "#") {
      while (i + 1 < text.length && text[i + 1] !== "\n") i++;
    } else if (c === "{" || c === "}" || c === ";") out.push({ kind: c, text: c, line });
    else {
      const begin = line;
      let word = "";
      if (c === '"' || c === "'") {
        for (i++; i < text.length && text[i] !== c; i++) {
          if (text[i] === "\\" && i + 1 < text.length && (text[i + 1] === c || text[i + 1] === "\\")) i++;
          if (text[i] === "\n") line++;
          word += text[i];
        }
      } else {
        // `${name}` belongs to the word; a brace without $ opens a block.
        for (; i < text.length && !/[\s;]/.test(text[i]!) && !(text[i] === "{" && text[i - 1] !== "$"); i++) {
          if (text[i] === "}" && !word.includes("${")) break;
          word += text[i];
        }
        i--;
      }
      out.push({ kind: "word", text: word, line: begin });
    }
  }
  return out;
}

const variable = (format: string, name: string): boolean =>
  new RegExp(`\\$(?:${name}(?![a-z0-9_])|\\{${name}\\})`).test(format);

interface Level {
  readonly logs: readonly Node[];
  readonly formats: ReadonlyMap<string, string>;
  /** Header that the realip module takes the address from; null where it does not. */
  readonly realIp: string | null;
}

function walkHttp(http: Node, findings: LogFinding[]): void {
  const formats = new Map([
    [
      "combined",
      '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"',
    ],
  ]);
  // log_format stands at http level only, and may follow the access_log that uses it.
  for (const n of http.children ?? []) {
    if (n.name === "log_format")
      formats.set(
        n.args[0] ?? "",
        n.args
          .slice(1)
          .filter((a) => !/^escape=/.test(a))
          .join(""),
      );
  }
  const servers = (http.children ?? []).filter((n) => n.name === "server");
  const top = levelOf(http, { logs: [], formats, realIp: null });
  if (servers.length === 0) report(top, http, "http", findings);
  for (const server of servers) walkLevel(server, top, serverName(server), findings);
}

function walkLevel(node: Node, outer: Level, scope: string, findings: LogFinding[]): void {
  const level = levelOf(node, outer);
  report(level, node, scope, findings);
  const inner = (node.children ?? []).filter((n) => n.name === "location" || n.name === "if");
  for (const n of inner) {
    // Only a level that changes something is worth a line of its own.
    const changes = hasOwn(n) || (n.children ?? []).some((c) => c.name === "location" || c.name === "if");
    if (changes) walkLevel(n, level, `${scope}, ${n.name} ${n.args.join(" ")}`, findings);
  }
}

const hasOwn = (n: Node): boolean =>
  (n.children ?? []).some((c) => c.name === "access_log" || c.name === "real_ip_header");

function levelOf(node: Node, outer: Level): Level {
  const own = (node.children ?? []).filter((n) => n.name === "access_log");
  const trusted = (node.children ?? []).some((n) => n.name === "set_real_ip_from");
  const header = (node.children ?? []).find((n) => n.name === "real_ip_header")?.args[0];
  return {
    logs: own.length > 0 ? own : outer.logs,
    formats: outer.formats,
    realIp: header ?? (trusted ? (outer.realIp ?? "X-Real-IP") : outer.realIp),
  };
}

const serverName = (server: Node): string => {
  const name = (server.children ?? []).find((n) => n.name === "server_name")?.args.join(" ");
  const listen = (server.children ?? []).find((n) => n.name === "listen")?.args[0];
  return `server ${name ?? listen ?? `at line ${server.line}`}`;
};

function report(level: Level, node: Node, scope: string, findings: LogFinding[]): void {
  if (level.logs.length === 0) {
    findings.push({
      log: "access.log",
      scope,
      port: "no",
      why: "the default access log has the format combined, without a port",
      file: node.file,
      line: null,
    });
    return;
  }
  // `off` cancels every access_log of its level.
  const off = level.logs.find((l) => l.args[0] === "off");
  if (off) {
    findings.push({
      log: "(off)",
      scope,
      port: "no",
      why: "access_log off: nothing is logged here",
      file: off.file,
      line: off.line,
    });
    return;
  }
  for (const l of level.logs) findings.push(judgeLog(l, level, scope));
}

function judgeLog(l: Node, level: Level, scope: string): LogFinding {
  const at = { log: l.args[0] ?? "", scope, file: l.file, line: l.line };
  const options = l.args.slice(1);
  const name = options.find((o) => !o.includes("=")) ?? "combined";
  const format = level.formats.get(name);
  if (at.log === "/dev/null") return { ...at, port: "no", why: "the log is thrown away (/dev/null)" };
  if (format === undefined)
    return { ...at, port: "unknown", why: `the format "${name}" is not defined in these files` };
  const proxied = level.realIp?.toLowerCase() === "proxy_protocol";
  const peer = variable(format, "remote_port");
  const viaProxy = variable(format, "proxy_protocol_port");
  if (!peer && !viaProxy) {
    const decoy =
      variable(format, "server_port") || variable(format, "upstream_addr") || variable(format, "proxy_port");
    return {
      ...at,
      port: "no",
      why: decoy
        ? `the only ports in "${name}" are the server's or the upstream's`
        : `the format "${name}" has no $remote_port`,
    };
  }
  if (peer && !viaProxy && level.realIp !== null && !proxied) {
    return {
      ...at,
      port: "unknown",
      why: `the address is taken from ${level.realIp}, so $remote_port is the client's only where that header carries a port`,
    };
  }
  const conditional = options.find((o) => /^if=/.test(o));
  if (conditional)
    return { ...at, port: "partly", why: `the port is logged, but only for requests with ${conditional}` };
  return {
    ...at,
    port: "yes",
    why: `the format "${name}" has ${peer ? "$remote_port" : "$proxy_protocol_port"}`,
  };
}

function walkStream(stream: Node, findings: LogFinding[]): void {
  const formats = new Map<string, string>();
  for (const n of stream.children ?? [])
    if (n.name === "log_format") formats.set(n.args[0] ?? "", n.args.slice(1).join(""));
  const top = levelOf(stream, { logs: [], formats, realIp: null });
  for (const server of (stream.children ?? []).filter((n) => n.name === "server")) {
    const level = levelOf(server, top);
    const scope = `stream ${serverName(server)}`;
    if (level.logs.length > 0) report(level, server, scope, findings);
    else
      findings.push({
        log: "(none)",
        scope,
        port: "no",
        why: "a stream server has no access log by default",
        file: server.file,
        line: server.line,
      });
  }
}

/** Mail proxies have no access log; the error log at info or debug has "client IP:port connected". */
function walkMail(mail: Node, root: readonly Node[], findings: LogFinding[]): void {
  const own = (nodes: readonly Node[] | null) => (nodes ?? []).filter((n) => n.name === "error_log");
  const logs = own(mail.children).length > 0 ? own(mail.children) : own(root);
  const talkative = logs.find((l) => l.args[1] === "info" || l.args[1] === "debug");
  findings.push(
    talkative
      ? {
          log: talkative.args[0] ?? "",
          scope: "mail",
          port: "yes",
          why: `the error log at ${talkative.args[1]} has the client's IP:port`,
          file: talkative.file,
          line: talkative.line,
        }
      : {
          log: logs[0]?.args[0] ?? "error.log",
          scope: "mail",
          port: "no",
          why: "the mail proxy logs the client's port in the error log at level info only",
          file: mail.file,
          line: logs[0]?.line ?? null,
        },
  );
}
