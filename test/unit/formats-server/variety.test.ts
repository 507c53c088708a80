// Lines as real installations write them, beside what the documentation shows: older versions, containers, relays, and
// tables exported again. Each is of our own making, after a form that was seen.
import { describe, expect, test } from "vitest";
import { FORMATS, formatById } from "../../../shared/formats/registry";
import { civilToUs } from "../../../shared/time/civil";
import { checkFormat, sampleOf, utf8 } from "./harness";

const UNKNOWN = { zone: { kind: "unknown" } as const, year: 2026 };

/** Reads the lines as the format that detection puts first. */
function detected(text: string) {
  const bytes = utf8(text);
  const [best] = FORMATS.map((format) => ({ format, ...format.detect(sampleOf(bytes), UNKNOWN) }))
    .filter((d) => d.score > 0)
    .sort((a, b) => b.score - a.score || b.specificity - a.specificity);
  if (!best) return { id: null, rows: [], rejects: [], partials: [], questions: [] };
  const outcome = checkFormat(best.format, bytes, { ...UNKNOWN, layout: best.layout }, [3]);
  return { ...outcome, id: best.format.id, questions: (best.questions ?? []).map((q) => q.kind) };
}

/** What each line is to give: format, client, port. */
const LINES: readonly (readonly [
  what: string,
  line: string,
  format: string,
  ip: string | null,
  port: number | null,
])[] = [
  [
    "a virtual host by name, with the server's port",
    'shop.example:443 203.0.113.7 1j0v ada [24/Nov/2026:05:34:12 +0000] "GET / HTTP/2.0" 200 17 "-" "x" 116',
    "apache.access",
    "203.0.113.7",
    null,
  ],
  [
    "a virtual host by address, with the server's port",
    '192.0.2.1:443 203.0.113.7 - - [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1" 200 17',
    "apache.access",
    "203.0.113.7",
    null,
  ],
  [
    "nginx stream, as its documentation shows it",
    '203.0.113.7:49152 [24/Nov/2026:05:34:12 +0000] TCP 200 512 90 0.101 "192.0.2.9:5432"',
    "apache.access",
    "203.0.113.7",
    49152,
  ],
  [
    "an access log in Kubernetes' container log",
    '2026-11-24T05:34:12.413656027Z stdout F 203.0.113.7 - - [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1" 200 13 "-" "curl"',
    "apache.access",
    "203.0.113.7",
    null,
  ],
  [
    "nginx's access log through syslog",
    'Nov 24 05:34:12 web nginx[2869]: 203.0.113.7 - - [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1" 200 13 "-" "x"',
    "apache.access",
    "203.0.113.7",
    null,
  ],
  [
    "nginx mail under STARTTLS",
    '2026/11/24 05:34:12 [info] 126#126: *1 client login failed: "no" while in http auth state, client: 203.0.113.7 using starttls, server: 0.0.0.0:587, login: "ada"',
    "nginx.error",
    "203.0.113.7",
    null,
  ],
  [
    "sshd in a container, without any head",
    '{"log":"Accepted publickey for ada from 203.0.113.7 port 49152 ssh2: ED25519 SHA256:abcdef\\n","stream":"stderr","time":"2026-11-24T05:34:12.25Z"}',
    "openssh",
    "203.0.113.7",
    49152,
  ],
  [
    "FreeBSD's syslogd -vv",
    "Nov 24 05:34:12 <auth.info> gate sshd[7]: Failed keyboard-interactive/pam for invalid user x from 203.0.113.7 port 49152 ssh2",
    "openssh",
    "203.0.113.7",
    49152,
  ],
  [
    "an sshd that says illegal user",
    "Nov 24 05:34:12 gate sshd[7]: Disconnected from illegal user x 203.0.113.7 port 49152 [preauth]",
    "openssh",
    "203.0.113.7",
    49152,
  ],
  [
    "an sshd that had no port there yet",
    "Nov 24 05:34:12 gate sshd[7]: fatal: Unable to negotiate with 203.0.113.7: no matching cipher found. [preauth]",
    "openssh",
    "203.0.113.7",
    null,
  ],
  [
    "Dovecot 1's own log file",
    "dovecot: Nov 24 05:34:12 Info: imap-login: Login: user=<ada>, method=PLAIN, rip=203.0.113.7, lip=192.0.2.1",
    "dovecot",
    "203.0.113.7",
    null,
  ],
  [
    "sendmail and a client that speaks too early",
    "Nov 24 05:34:12 mx sm-mta[9]: u9A0GtpL018001: rejecting commands from host.example [203.0.113.7] due to pre-greeting traffic after 6 seconds",
    "sendmail",
    "203.0.113.7",
    null,
  ],
  [
    "a listener's entry with further parameters",
    "24-NOV-2026 05:34:12 * (CONNECT_DATA=(SID=ORCL)) * (ADDRESS=(PROTOCOL=tcp)(DEV=6)(HOST=203.0.113.7)(PORT=49152)) * establish * ORCL * 0",
    "oracle.listener",
    "203.0.113.7",
    49152,
  ],
  [
    "a listener's entry with a time of ISO 8601",
    "2026-11-24T05:34:12.123456+09:00 * (CONNECT_DATA=(SERVICE_NAME=ORCL)) * (ADDRESS=(PROTOCOL=tcp)(HOST=203.0.113.7)(PORT=49152)) * establish * ORCL * 0",
    "oracle.listener",
    "203.0.113.7",
    49152,
  ],
  [
    "Aurora's audit log, in microseconds",
    "1795498452381000,aurora-node1,ada,203.0.113.7,147189,0,FAILED_CONNECT,,,1045",
    "mariadb.audit",
    "203.0.113.7",
    null,
  ],
  [
    "MySQL's general log of a refusal",
    "2026-11-24T05:34:12.116872Z        14 Connect   Access denied for user 'ada'@'203.0.113.7' (using password: YES)",
    "mysql.error",
    "203.0.113.7",
    null,
  ],
  [
    "csvlog exported again, all in quotes",
    '"2026-11-24 05:34:12.269 UTC","ada","db",1001,"203.0.113.7:49152",00000001.000003e9,1,"SELECT","2026-11-24 05:00:00 UTC",1/1,0,LOG,00000,"duration: 1 ms",,,,,,,,,"app"',
    "postgresql.csv",
    "203.0.113.7",
    49152,
  ],
  [
    "Confluence behind a proxy: the peer, not the header",
    "[24/Nov/2026:05:34:12 +0000] 198.51.100.99 ada http-nio-8080-exec-1 203.0.113.7 GET /x HTTP/1.1 200 350ms 12345 http://example.org/ Mozilla/5.0",
    "tomcat.access",
    "203.0.113.7",
    null,
  ],
  [
    "HTTPERR with the names of an older documentation",
    "#Fields: date time c-ip c-port s-ip s-port protocol_version verb cookedurl_query protocol_status siteId Reason_Phrase Queue_Name\n2026-11-24 05:34:12 203.0.113.7 49152 192.0.2.1 80 HTTP/1.1 GET / 403 - Forbidden -",
    "iis.httperr",
    "203.0.113.7",
    49152,
  ],
  [
    "httpd's connection to a backend: its end is no client",
    "[Tue Nov 24 05:34:12.000001 2026] [proxy_http:error] [pid 5] [remote 192.0.2.9:8080] AH01102: error reading status line",
    "apache.error",
    null,
    null,
  ],
  [
    "httpd's backend before the client",
    "[Tue Nov 24 05:34:12.000001 2026] [proxy:error] [pid 5] (70007)The timeout specified has expired: [remote 192.0.2.9:8080] [client 203.0.113.7:49152] AH01102: error",
    "apache.error",
    "203.0.113.7",
    49152,
  ],
  [
    "httpd's ssl_request_log",
    '[24/Nov/2026:05:34:12 +0000] 203.0.113.7 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 "GET /x HTTP/1.1" 1375',
    "apache.access",
    "203.0.113.7",
    null,
  ],
  [
    "the journal, short-full",
    "Tue 2026-11-24 05:34:12 UTC gate sshd[7]: Accepted password for ada from 203.0.113.7 port 49152 ssh2",
    "openssh",
    "203.0.113.7",
    49152,
  ],
  [
    "the journal, short-unix",
    "1795498452.381000 gate sshd[7]: Accepted password for ada from 203.0.113.7 port 49152 ssh2",
    "openssh",
    "203.0.113.7",
    49152,
  ],
  [
    "the journal, short-monotonic: no time at all",
    "[   12.345678] gate sshd[7]: Accepted password for ada from 203.0.113.7 port 49152 ssh2",
    "openssh",
    "203.0.113.7",
    49152,
  ],
  [
    "a prefix with the client before the time",
    '203.0.113.7 2026-11-24 05:34:12.425 UTC [53962] a@b FATAL:  password authentication failed for user "a"\n203.0.113.8 2026-11-24 05:34:13.425 UTC [53963] a@b FATAL:  no',
    "postgresql",
    "203.0.113.7",
    null,
  ],
  [
    "a prefix that was changed within the file",
    "2026-11-24 05:34:12 UTC:203.0.113.7(49152):a@b:[7]:FATAL:  no\n2026-11-24 05:34:13 UTC [7] 203.0.113.8 a@b FATAL:  no",
    "postgresql",
    "203.0.113.7",
    49152,
  ],
];

describe("lines as installations write them", () => {
  for (const [what, line, format, ip, port] of LINES) {
    test(what, () => {
      const { id, rows, rejects } = detected(line);
      expect(id).toBe(format);
      expect(rejects).toEqual([]);
      expect([rows[0]!.srcIp, rows[0]!.srcPort]).toEqual([ip, port]);
      if (rows[0]!.timeUs !== null && !line.includes("+09:00")) {
        const second = Math.floor(rows[0]!.timeUs / 1_000_000) * 1_000_000;
        expect(second).toBe(civilToUs(2026, 11, 24, 5, 34, 12));
      }
    });
  }

  test("an abbreviation in the journal's time is no zone; a monotonic time is none", () => {
    const full = "Tue 2026-11-24 05:34:12 CET gate sshd[7]: Invalid user a from 203.0.113.7 port 49152";
    const zone = { kind: "offset", offsetUs: 2 * 3_600_000_000, text: "+02:00" } as const;
    const { rows } = checkFormat(formatById("openssh")!, utf8(full), { zone }, [3]);
    expect(rows[0]!.timeUs).toBe(civilToUs(2026, 11, 24, 3, 34, 12));
    expect(rows[0]!.fields.host).toBe("gate");
    const since = detected("[   12.345678] gate sshd[7]: Invalid user a from 203.0.113.7 port 49152");
    expect(since.rows[0]!.timeUs).toBeNull();
  });

  test("httpd's remote end is a client's in a message about a request, and nobody's where that is open", () => {
    const line = (module: string): string =>
      `[Tue Nov 24 05:34:12.000001 2026] [${module}:error] [pid 5] [remote 203.0.113.7:49152] AH01618: x`;
    const read = (module: string) => detected(line(module)) as ReturnType<typeof checkFormat>;
    expect(read("auth_basic").rows[0]!.srcPort).toBe(49152);
    expect(read("proxy_http").rows[0]!.srcIp).toBeNull();
    expect(read("proxy_http").partials).toEqual([]);
    expect(read("core").rows[0]!.srcIp).toBeNull();
    expect(read("core").partials).toHaveLength(1);
  });

  test("a prefix with a name in it that is an address gives none", () => {
    const lines = [
      "2026-11-24 05:34:12 UTC:203.0.113.7(49152):1.2.3.4(5)@b:[7]:FATAL:  no",
      "2026-11-24 05:34:13 UTC [7] 203.0.113.8 1.2.3.4(5)@b FATAL:  no",
      "2026-11-24 05:34:14 UTC [7] 203.0.113.8 1.2.3.4@b FATAL:  no",
      "2026-11-24 05:34:15 UTC [7] 203.0.113.8 a@b FATAL:  no",
    ];
    expect(detected(lines.join("\n")).rows.map((r) => r.srcIp)).toEqual([null, null, null, "203.0.113.8"]);
  });

  test("of two addresses at the start nobody can say which is the client's: it is asked", () => {
    const line = '192.0.2.1 203.0.113.7 - - [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1" 200 17';
    expect(detected(`${line}\n${line}`).questions).toContain("layout");
  });

  test("a number behind Squid's client is asked about, and is the port where the logformat says so", () => {
    const line =
      "1795498452.391    104 203.0.113.7 49152 TCP_MISS/200 904 GET http://example.com/ - HIER_DIRECT/192.0.2.9 text/html";
    expect(detected(line).questions).toContain("layout");
    expect(detected(line.replace(" 49152", "")).questions).toEqual([]);
    const layout = "%ts.%03tu %6tr %>a %>p %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt";
    const squid = formatById("squid")!;
    expect(squid.detect(sampleOf(utf8(line)), { layout })).toMatchObject({ score: 1, questions: [] });
    expect(checkFormat(squid, utf8(line), { layout }, [3]).rows[0]).toMatchObject({
      srcIp: "203.0.113.7",
      srcPort: 49152,
    });
  });

  test("another program's INFO: is not PostgreSQL's", () => {
    expect(detected('[2026-11-24 05:34:12] shop-events.INFO:  {"ip":"203.0.113.7"} []').id).toBeNull();
  });
});

describe("a message cut short is no proof of its end", () => {
  const pad = "a".repeat(960);
  const sshd = formatById("openssh")!;
  const cut = (message: string) =>
    checkFormat(sshd, utf8(`Nov 24 05:34:12 gate sshd[7]: ${message}`), UNKNOWN, [3]);

  test("a name that fills sshd's buffer leaves only an address of its own, and none is taken", () => {
    for (const message of [
      `Failed password for invalid user ${pad} from 1.2.3.4 port 5 ssh2`,
      `Failed password for invalid user x from 1.2.3.4 port 5 ssh2 ${pad}`,
      `Invalid user ${pad} from 1.2.3.4 port 5`,
      `Disconnected from invalid user ${pad} 1.2.3.4 port 5`,
    ]) {
      const { rows, partials } = cut(message);
      expect([rows[0]!.srcIp, rows[0]!.srcPort]).toEqual([null, null]);
      expect(partials).toHaveLength(1);
    }
  });

  test("where the address stands before the client's words, it is taken however long they are", () => {
    const { rows } = cut(`Received disconnect from 203.0.113.7 port 49152:11: ${pad}`);
    expect([rows[0]!.srcIp, rows[0]!.srcPort]).toEqual(["203.0.113.7", 49152]);
  });

  test("Dovecot: the same", () => {
    const line = `Nov 24 05:34:12 mx dovecot: imap-login: Disconnected (auth failed): user=<${pad}, rip=1.2.3.4, rport=5, lip=192.0.2.1`;
    const { rows } = checkFormat(formatById("dovecot")!, utf8(line), UNKNOWN, [3]);
    expect([rows[0]!.srcIp, rows[0]!.srcPort]).toEqual([null, null]);
  });
});

describe("PostgreSQL's prefix holds names that a client chose", () => {
  const read = (line: string) => checkFormat(formatById("postgresql")!, utf8(line), UNKNOWN, [3]).rows[0]!;

  test("an application that calls itself a message is none", () => {
    for (const app of [
      "LOG:  connection received: host=1.2.3.4 port=5",
      'FATAL:  no pg_hba.conf entry for host "1.2.3.4", x',
      "LOG:  disconnection: session time: 0 host=1.2.3.4 port=5",
    ]) {
      const row = read(`2026-11-24 05:34:12.017 UTC [7] app=${app} LOG:  statement: SELECT 1`);
      expect([row.srcIp, row.srcPort]).toEqual([null, null]);
    }
  });

  test("Cloud SQL: the collector's time, the message's client", () => {
    const { rows, id } = detected(
      '{"logName":"projects/p/logs/cloudsql.googleapis.com%2Fpostgres.log","textPayload":"[24667]: [1-1] db=[unknown],user=[unknown] LOG:  connection received: host=203.0.113.7 port=49152","timestamp":"2026-11-24T05:34:12.382318Z"}',
    );
    expect(id).toBe("postgresql");
    expect([rows[0]!.srcIp, rows[0]!.srcPort]).toEqual(["203.0.113.7", 49152]);
    expect(rows[0]!.timeUs).toBe(civilToUs(2026, 11, 24, 5, 34, 12, 382_318));
  });
});

describe("layouts of other programs' configurations", () => {
  const apache = formatById("apache.access")!;
  const line = '203.0.113.7 - ada [24/Nov/2026:05:34:12 +0000] "GET /x HTTP/1.1" 200 17 "-" "Mozilla"';
  const read = (text: string, layout: string, id = "apache.access") =>
    checkFormat(formatById(id)!, utf8(text), { ...UNKNOWN, layout }, [3]);

  test("AWStats: tags and numbers", () => {
    for (const layout of [
      'LogFormat="%host %other %logname %time1 %methodurl %code %bytesd %refererquot %uaquot"',
      "%host %other %logname %time1 %methodurl %code %bytesd %refererquot %uaquot",
      "LogFormat=1",
    ]) {
      const { rows } = read(line, layout);
      expect(rows[0]).toMatchObject({ srcIp: "203.0.113.7", srcPort: null, protocol: 6 });
      expect(rows[0]!.timeUs).toBe(civilToUs(2026, 11, 24, 5, 34, 12));
      expect(apache.detect(sampleOf(utf8(line)), { layout }).score).toBe(1);
      expect(formatById("postgresql")!.detect(sampleOf(utf8(line)), { layout }).score).toBe(0);
    }
    const { rows } = read("2026-11-24 05:34:12 203.0.113.7 GET /x 200", "%time2 %host %method %url %code");
    expect([rows[0]!.srcIp, rows[0]!.timeUs]).toEqual(["203.0.113.7", civilToUs(2026, 11, 24, 5, 34, 12)]);
  });

  test("Analog: its LOGFORMAT, seconds and offset included", () => {
    const layout = 'LOGFORMAT (%S %j %u [%d/%M/%Y:%h:%n:%j] "%j%w%r%wHTTP/%j" %c %b "%f" "%B"\\n)';
    const { rows } = read(line, layout);
    expect(rows[0]).toMatchObject({
      srcIp: "203.0.113.7",
      timeUs: civilToUs(2026, 11, 24, 5, 34, 12),
      protocol: 6,
    });
    const plain = read("24-11-2026 05:34:12 203.0.113.7 /x 200", "LOGFORMAT (%d-%m-%Y %h:%n:%j %S %r %c)");
    expect(plain.rows[0]).toMatchObject({ srcIp: "203.0.113.7", timeUs: civilToUs(2026, 11, 24, 5, 34, 12) });
    expect(() => read(line, "LOGFORMAT (%S %z)")).toThrow(/no code %z/);
  });

  test("IIS without its #Fields line: by the usual fields, or by a line given by hand", () => {
    const usual = "2026-11-24 05:34:12 192.0.2.1 GET / - 443 - 203.0.113.7 Mozilla/5.0 - 200 0 0 15";
    expect(detected(usual)).toMatchObject({ id: "iis" });
    expect(detected(usual).rows[0]).toMatchObject({ srcIp: "203.0.113.7", srcPort: null, dstPort: 443 });
    const own = "2026-11-24 05:34:12 203.0.113.7 49152 GET";
    const { rows } = read(own, "#Fields: date time c-ip SourcePort cs-method", "iis");
    expect(rows[0]).toMatchObject({ srcIp: "203.0.113.7", srcPort: 49152 });
  });

  test("MariaDB's audit through syslog", () => {
    const relayed =
      "Nov 24 05:34:12 db1 mysql-server_auditing: prod db1,ada,203.0.113.7:49152,29,0,CONNECT,shop,,0";
    const { id, rows } = detected(relayed);
    expect(id).toBe("mariadb.audit");
    expect([rows[0]!.srcIp, rows[0]!.srcPort]).toEqual(["203.0.113.7", 49152]);
  });
});

test("MySQL's audit log in XML, in attributes and in elements, over several lines", () => {
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<AUDIT>",
    "  <AUDIT_RECORD",
    '    NAME="Connect"',
    '    TIMESTAMP="2026-11-24T05:34:12 UTC"',
    '    USER="x IP=&quot;1.2.3.4&quot;"',
    '    IP="203.0.113.7"',
    "  />",
    "  <AUDIT_RECORD>",
    "    <TIMESTAMP>2026-11-24T05:34:13 UTC</TIMESTAMP>",
    "    <NAME>Query</NAME>",
    "    <IP>203.0.113.8</IP>",
    "  </AUDIT_RECORD>",
    "</AUDIT>",
  ].join("\n");
  const { id, rows, rejects, counts } = detected(text) as ReturnType<typeof checkFormat> & { id: string };
  expect(id).toBe("mysql.audit");
  expect(rejects).toEqual([]);
  expect([counts.recordLines, counts.headers]).toEqual([11, 3]);
  expect(rows.map((r) => [r.srcIp, r.timeUs])).toEqual([
    ["203.0.113.7", civilToUs(2026, 11, 24, 5, 34, 12)],
    ["203.0.113.8", civilToUs(2026, 11, 24, 5, 34, 13)],
  ]);
});
