// The fake engine behind the real session: it answers the contract's operations from the invented world, and checks each
// of its own replies against the contract, so that it cannot drift away from what the real engine gives.
import * as v from "valibot";
import type { SessionEngine } from "../../../electron/session/session";
import type { ClientPort } from "../../../shared/contract/client";
import { OPERATIONS, type OperationName, type Reply } from "../../../shared/contract/contract";
import type { FromEngine, ToEngine } from "../../../shared/contract/messages";
import { Closing } from "../../../shared/contract/ports";
import { CALIBRATION, residuals } from "./clock";
import { recordAnswers } from "./records";
import {
  CASE,
  COUNTS,
  detail,
  hash,
  head,
  MONTH,
  result,
  SOURCES,
  TOTAL,
  timeOf,
  verdictOf,
  WEB_ROWS,
  webRecord,
} from "./world";

/** As an access log of a server in Central European winter writes it. */
function commonLogTime(us: number): string {
  const [date, time] = new Date(us / 1000 + 3_600_000).toISOString().split("T") as [string, string];
  const [year, month, day] = date.split("-");
  const name = "JanFebMarAprMayJunJulAugSepOctNovDec".slice(3 * (Number(month) - 1), 3 * Number(month));
  return `${day}/${name}/${year}:${time.slice(0, 8)} +0100`;
}

const ACTIONS = ["case.new", "evidence.add", "evidence.add", "clock.calibrate", "attribution.run"];

interface Body {
  readonly [key: string]: unknown;
}

export interface FakeOptions {
  /** Rows of the first source. */
  readonly rows?: number;
  /** How long an operation takes to answer, in ms; at once where it is not named. */
  readonly slow?: Readonly<Partial<Record<OperationName, number>>>;
}

export function fakeEngine(options: FakeOptions = {}): SessionEngine {
  const rows = options.rows ?? WEB_ROWS;
  const exit = new Closing();
  const ports = new Set<Closing>();
  let acts = 221;
  const views = new Map<string, { rows: number }>();
  const info = (): Reply<"case.open"> => ({
    path: CASE,
    title: "2026-0417 Credential stuffing, Isarbank",
    language: "en",
    examiners: ["M. Aurel"],
    readOnly: false,
    acts,
    head: head(acts),
    recovered: [],
    program: "portwitness 0.1.0",
  });
  const run = () => ({
    id: "a221",
    events: "web-01",
    nat: ["cgn-muc-2"],
    subscribers: "radius",
    filter: "srcPort >= 1024",
    total: TOTAL,
    counts: COUNTS,
    calibrations: ["c214"],
    actor: null,
    completeness: [
      "cgn-muc-2, cgn-muc-2a, 198.51.100.0/24: completeness is shown in 6 of 7 stretches; 2 of 41880 other connections found no mapping, at most 0.021 % to 0.094 % of records lost (95 %, limit 0.100 %); 0.310 % fit by chance half an hour away; within half an hour of 1 silence it is not.",
    ],
    time: "2026-04-20T09:12:40.000Z",
  });
  const verdicts = (wanted: unknown): number[] => {
    const list = Array.isArray(wanted) ? wanted : null;
    return Array.from({ length: TOTAL }, (_, i) => i).filter((i) => !list || list.includes(verdictOf(i)));
  };

  const answers: { [N in OperationName]?: (body: Body) => unknown } = {
    "case.open": info,
    "case.new": info,
    "case.close": () => ({}),
    "evidence.sources": () => SOURCES.map((one, i) => (i === 0 ? { ...one, rows } : one)),
    "evidence.rejects": (body) => ({
      total: 321,
      all: 321,
      rejects: range(Number(body.from), Math.min(321, Number(body.to))).map((i) => ({
        row: i,
        line: 4_100 * (i + 1),
        offset: 4_100 * 173 * (i + 1),
        length: 44 + (hash(i) % 60),
        reason: i % 3 ? "the line ends inside the request" : "no time in brackets",
        partial: i % 36 === 0,
      })),
      reasons: [
        { reason: "the line ends inside the request", partial: false, lines: 214 },
        { reason: "no time in brackets", partial: false, lines: 98 },
        { reason: "no time in brackets", partial: true, lines: 9 },
      ],
    }),
    "request.triage": () => ({
      nat: "cgn-muc-2",
      run: "a221",
      retentionUs: 90 * 86_400_000_000,
      nowUs: timeOf(0, 1) + 90 * 86_400_000_000,
      selected: TOTAL,
      unaskable: COUNTS["no-port"],
      counts: { ask: 402, "compare-first": 0, weak: 0, answered: COUNTS.unique, expired: 61 },
      questions: 377,
      firstDeadlineUs: timeOf(0, 1) + 93 * 86_400_000_000,
      clock: "",
      events: range(0, 463).map((i) => ({
        row: i * 7,
        timeUs: timeOf(i * 7, WEB_ROWS),
        publicIp: `203.0.113.${hash(i) % 250}`,
        port: 1_024 + (hash(i + 9) % 60_000),
        protocol: 6,
        dstIp: null,
        dstPort: null,
        worth: i < 402 ? ("ask" as const) : ("expired" as const),
        verdict: "only" as const,
        deadlineUs: timeOf(0, 1) + (i < 402 ? 93 + i : i - 410) * 86_400_000_000,
        widthUs: 2_100_000,
        width: "record 1.000 s, clock +/- 0.550 s (c214)",
      })),
    }),
    "evidence.hold": (body) => ({ held: body.hold === true }),
    "evidence.line": (body) => {
      const raw = `203.0.113.84 - - [21/Mar/2026:17:41:08 +0000] "GET /login?u=\u001b[2K${String(body.row)}`;
      return {
        sha256: hash(1).toString(16).padStart(64, "5"),
        path: "/evidence/access.log.1",
        line: 4_100 * (Number(body.row) + 1),
        offset: 4_100 * 173 * (Number(body.row) + 1),
        length: raw.length,
        base64: Buffer.from(raw).toString("base64"),
      };
    },
    "evidence.preview": (body) => preview(String(body.file), body),
    "evidence.add": () => ({ act: ++acts, files: SOURCES[1]!.files, mappings: SOURCES[1]!.mappings }),
    "readiness.source": (body) => {
      const source = SOURCES.find((one) => one.name === body.source) ?? SOURCES[0]!;
      const records = source.files.reduce((n, file) => n + file.records, 0);
      return {
        source: source.name,
        format: source.format,
        records,
        withPort: source.files.reduce((n, file) => n + file.withPort, 0),
        port: "partly",
        precisionUs: 1_000_000,
        zone: source.zone,
        clockUncertaintyUs: source.clock?.uncertaintyUs ?? null,
        levels: [{ level: "Possible", answer: "yes", why: "the software can log the port" }],
        items: [],
        missing: ["The client's source port in the records that lack it."],
        statement: "Some records hold the client's source port.",
      };
    },
    "formats.list": () => [
      {
        id: "nginx.access",
        title: "nginx access log",
        role: "server",
        port: "when-configured",
        precision: "1 s, or 1 ms with $msec",
        timeMeans: "written",
        writes: "truncates",
        year: true,
        zone: "always",
        source: "ngx_http_log_module",
      },
      {
        id: "openssh",
        title: "OpenSSH under syslog",
        role: "server",
        port: "always",
        precision: "1 s",
        timeMeans: "written",
        writes: "truncates",
        year: false,
        zone: "never",
        source: "RFC 3164",
      },
    ],
    "records.open": (body) => {
      const view = `v${views.size + 1}`;
      const filter = String(body.filter ?? "");
      if (filter.startsWith("sorce"))
        throw { code: "usage", message: "sorce at column 1 is no field.", mend: "Near: source, srcIp." };
      const count = filter === "" ? rows : filter.includes("70000") ? 0 : Math.floor(rows * 0.9376);
      views.set(view, { rows: count });
      return { view, rows: count };
    },
    "records.page": (body) => {
      const view = views.get(String(body.view));
      if (!view) throw { code: "view-gone", message: "The view is gone.", mend: "Open it again." };
      return { rows: range(Number(body.from), Math.min(view.rows, Number(body.to))).map(webRecord) };
    },
    "records.close": () => ({}),
    ...recordAnswers,
    "records.histogram": (body) => {
      const view = views.get(String(body.view)) ?? { rows };
      const buckets = Number(body.buckets ?? 240);
      const from = timeOf(0, rows);
      const to = from + MONTH;
      const counts: number[] = [];
      const firstRow: number[] = [];
      let at = 0;
      for (let i = 0; i < buckets; i++) {
        firstRow.push(at);
        const quiet = i >= 92 && i < 97;
        const count = quiet
          ? 0
          : Math.round(
              (view.rows / (buckets - 5)) * (0.7 + (hash(i) % 60) / 100 + (i > 158 && i < 164 ? 1 : 0)),
            );
        const kept = Math.min(count, view.rows - at);
        counts.push(kept);
        at += kept;
      }
      return { fromUs: from, toUs: to, counts, firstRow, untimed: 0 };
    },
    "records.raw": (body) => {
      const row = webRecord(Number(body.row));
      const time = commonLogTime(Number(row.timeUs));
      const text = `${row.srcIp}:${row.srcPort} - - [${time}] "${row.fields.request} HTTP/1.1" ${row.fields.status} ${row.fields.bytes} "-" "Mozilla/5.0"`;
      const bytes = Buffer.from(text);
      const at = (part: string, kind: string) => {
        const from = bytes.indexOf(Buffer.from(part));
        return { from, to: from + Buffer.byteLength(part), kind };
      };
      return {
        sha256: head(3),
        path: "/evidence/access.log.1",
        line: row.line,
        offset: row.offset,
        length: bytes.length,
        base64: bytes.toString("base64"),
        spans: [
          at(String(row.srcIp), "srcIp"),
          at(`${row.srcPort} - `.slice(0, -3), "srcPort"),
          at(time, "time"),
          at(String(row.fields.request), "other"),
        ],
        fields: row.fields,
      };
    },
    "clock.calibrate": (body) => {
      if (body.source === "web-02")
        return {
          ...CALIBRATION,
          id: "preview",
          source: "web-02",
          segments: [],
          pairs: 9,
          confidence: 1.2,
          statement: "",
          reason: "9 shared connections are found; chance alone gives 7.",
        };
      acts++;
      return body.preview ? { ...CALIBRATION, id: "preview" } : { ...CALIBRATION, id: `c${acts}` };
    },
    "clock.history": (body) =>
      body.source === "web-01"
        ? [
            {
              act: 206,
              time: "2026-04-20T08:40:00.000Z",
              examiner: "M. Aurel",
              state: "refused",
              calibration: { ...CALIBRATION, segments: [], reason: "9 pairs", against: "ntp-web-01" },
            },
            {
              act: 214,
              time: "2026-04-20T08:52:10.000Z",
              examiner: "M. Aurel",
              state: "accepted",
              calibration: CALIBRATION,
            },
          ]
        : [],
    "clock.residuals": residuals,
    "clock.undo": () => ({ act: ++acts }),
    "attribution.list": () => [run()],
    "attribution.run": () => ({
      id: "a221",
      events: TOTAL,
      counts: COUNTS,
      calibrations: ["c214"],
      completeness: [],
    }),
    "attribution.page": (body) => {
      const kept = verdicts(body.verdicts);
      return { total: kept.length, rows: kept.slice(Number(body.from), Number(body.to)).map(result) };
    },
    "attribution.detail": (body) => detail(Number(body.row)),
    "custody.ledger": (body) => ({
      total: acts,
      fingerprint: head(99),
      acts: range(Number(body.from ?? 0), Math.min(acts, Number(body.to ?? 1000))).map((i) => ({
        seq: i + 1,
        time: `2026-04-20T09:${String(i % 60).padStart(2, "0")}:12.481Z`,
        examiner: "M. Aurel",
        account: "aurel",
        host: "lab-ws-4",
        tool: "portwitness 0.1.0",
        action: ACTIONS[i % ACTIONS.length]!,
        inputs: { sha256: head(i), name: { salted: head(i + 1) } },
        parameters: { format: "nginx.access" },
        outputs: { lines: 1000 + i },
        result: i % 17 === 5 ? "refused" : "done",
        previous: head(i),
      })),
    }),
    "custody.verify": () => ({
      what: "case",
      ok: true,
      problems: [],
      keyFingerprint: head(99),
      signerChecked: false,
    }),
    "exhibit.export": (body) => ({
      path: String(body.out),
      statement: `${String(body.out)}.statement.pdf`,
      manifest: head(4),
      seal: head(5),
      events: TOTAL,
      mappings: 4_690,
      pseudonyms: 376,
      files: 14,
      bytes: 8_412_220,
    }),
  };

  return {
    port: (): ClientPort => {
      const closing = new Closing();
      ports.add(closing);
      const listeners: ((message: FromEngine) => void)[] = [];
      const tell = (message: FromEngine) => {
        for (const listener of listeners) listener(message);
      };
      return {
        post: (message: ToEngine) => {
          if (message.kind !== "request") return;
          const { id } = message;
          try {
            const name = message.operation as OperationName;
            const request = v.parse(OPERATIONS[name].request as v.GenericSchema, message.request) as Body;
            const answer = answers[name];
            if (!answer) throw new Error(`the fake has no ${name}`);
            const reply = v.parse(OPERATIONS[name].reply as v.GenericSchema, answer(request));
            setTimeout(() => tell({ kind: "reply", id, reply }), options.slow?.[name] ?? 4);
          } catch (thrown) {
            const given = thrown as {
              code?: "usage" | "view-gone" | "internal";
              message?: string;
              mend?: string;
            };
            const error = {
              code: given.code ?? "internal",
              message: given.message ?? String(thrown),
              mend: given.mend ?? "",
            } as const;
            setTimeout(() => tell({ kind: "error", id, error }), 4);
          }
        },
        onMessage: (listener) => {
          listeners.push(listener);
        },
        onClose: (listener) => closing.add(listener),
        close: () => closing.fire(),
      };
    },
    onExit: (listener) => exit.add(() => listener("killed")),
    kill: () => {
      exit.fire();
      for (const port of ports) port.fire();
    },
  };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

function preview(file: string, body: Body): Reply<"evidence.preview"> {
  const line = (
    n: number,
    raw: string,
    ip: string | null,
    port: number | null,
    kind: "record" | "reject" = "record",
  ) => ({
    line: n,
    offset: n * 92,
    length: raw.length,
    raw,
    kind,
    reason: kind === "reject" ? "cut off, no address" : null,
    timeUs: kind === "record" ? 1_773_209_532_000_000 + n * 1_000_000 : null,
    srcIp: ip,
    srcPort: port,
  });
  const lines = [
    line(118, "Mar 11 06:02:12 web-02 sshd[911]: Server listening on 0.0.0.0 port 22.", null, null),
    ...range(0, 9).map((i) =>
      line(
        204 + i,
        `Mar 11 06:14:4${i} web-02 sshd[22${i}4]: Failed password for root from 203.0.113.84 port 5122${i} ssh2`,
        "203.0.113.84",
        51_220 + i,
      ),
    ),
    line(
      213,
      "Mar 11 06:14:44 web-02 sshd[2214]: Failed password for invalid user adm\u001b[2K from 2001:db8:4c:1::17 port 40110 ssh2",
      "2001:db8:4c:1::17",
      40_110,
    ),
    line(214, "Mar 11 06:14:45 web-02 sshd[2214]: Failed passwo\u0000\u0000", null, null, "reject"),
  ];
  const questions = [];
  if (!body.year) questions.push({ kind: "year" as const, text: "Which year is line 1 from?", line: 1 });
  if (!body.zone)
    questions.push({ kind: "zone" as const, text: "Which zone did the server write in?", line: 31_207 });
  return {
    bytes: 38_112_444,
    candidates: [
      {
        format: "openssh",
        title: "OpenSSH under syslog",
        role: "server",
        score: 0.994,
        reasons: ["994 of 1,000 lines are RFC 3164 syslog from sshd", "Time means written, truncated to 1 s"],
        layout: null,
      },
      {
        format: "syslog",
        title: "Plain syslog",
        role: "server",
        score: 0.9,
        reasons: ["Would keep no address and no port"],
        layout: null,
      },
    ],
    chosen: "openssh",
    questions: file.includes("auth") ? questions : [],
    lines,
    problem: null,
  };
}
