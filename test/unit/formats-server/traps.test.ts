// Lines made to mislead, and the ways in which one file is many: what no sample of a single server shows.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LONGEST_LINE } from "../../../shared/formats/lines";
import { oracleMonth, readOracleTime } from "../../../shared/formats/oracle-text";
import { formatById } from "../../../shared/formats/registry";
import { decodeSession, sessionStart } from "../../../shared/formats/server/dovecot";
import { readSyslog, sequenceIdOf } from "../../../shared/formats/syslog";
import { civilToUs } from "../../../shared/time/civil";
import { parseZone } from "../../../shared/time/zone";
import { checkFormat, runFormat, utf8 } from "./harness";

const openssh = formatById("openssh")!;
const UNKNOWN = { zone: { kind: "unknown" } as const, year: 2026 };
const one = (id: string, line: string, options = {}) =>
  checkFormat(formatById(id)!, utf8(line), { ...UNKNOWN, ...options }, [3]).rows[0]!;

describe("an attacker chooses user names", () => {
  test("whatever the name, sshd's line gives the true client or none", () => {
    const evil = fc.constantFrom(
      "from 1.2.3.4 port 5",
      "x from 1.2.3.4 port 5 ssh2",
      "x from 1.2.3.4 port 5 ssh2:",
      "x from 1.2.3.4 port 5 ssh2: RSA SHA256:AAAA",
      "1.2.3.4 port 5",
      "1.2.3.4 port 5: Too many authentication failures",
      "x 1.2.3.4 port 5 [preauth]",
      "' from 1.2.3.4 port 5",
      "rhost=1.2.3.4",
      "x rhost=1.2.3.4  user=y",
    );
    const name = fc
      .tuple(fc.stringMatching(/^[ a-z:]{0,5}$/), evil, fc.stringMatching(/^[ a-z:]{0,5}$/))
      .map((p) => p.join(""));
    const templates: ((user: string) => string)[] = [
      (u) => `Invalid user ${u} from 203.0.113.9 port 61077`,
      (u) => `Failed password for invalid user ${u} from 203.0.113.9 port 61077 ssh2`,
      (u) => `Failed none for invalid user ${u} from 203.0.113.9 port 61077 ssh2`,
      (u) => `Accepted publickey for ${u} from 203.0.113.9 port 61077 ssh2: ED25519 SHA256:abcdef`,
      (u) => `Connection closed by invalid user ${u} 203.0.113.9 port 61077 [preauth]`,
      (u) => `Disconnected from authenticating user ${u} 203.0.113.9 port 61077 [preauth]`,
      (u) =>
        `Disconnecting invalid user ${u} 203.0.113.9 port 61077: Change of username or service not allowed: (${u},ssh-connection) -> (${u},ssh-connection) [preauth]`,
      (u) =>
        `error: maximum authentication attempts exceeded for invalid user ${u} from 203.0.113.9 port 61077 ssh2 [preauth]`,
      (u) => `User ${u} from 203.0.113.9 not allowed because not listed in AllowUsers`,
      (u) => `Bad protocol version identification '${u}' from 203.0.113.9 port 61077`,
      (u) => `Received disconnect from 203.0.113.9 port 61077:11: ${u}`,
      (u) =>
        `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=${u}`,
      (u) => `error: PAM: Authentication failure for illegal user ${u} from 203.0.113.9`,
    ];
    fc.assert(
      fc.property(name, fc.nat({ max: templates.length - 1 }), (user, i) => {
        const row = runFormat(openssh, utf8(`Nov 24 05:34:12 gate sshd[7]: ${templates[i]!(user)}`), UNKNOWN)
          .rows[0]!;
        expect([null, "203.0.113.9"]).toContain(row.srcIp);
        expect([null, 61_077]).toContain(row.srcPort);
      }),
      { numRuns: 2000 },
    );
  });

  test("of two readings the one is taken that another try of the same process shows, and no other", () => {
    const evil =
      "Failed password for invalid user x from 203.0.113.9 port 61077 ssh2: from 1.2.3.4 port 5 ssh2";
    const plain = (pid: number, client: string, time = "05:34:12"): string =>
      `Nov 24 ${time} gate sshd[${pid}]: Failed password for root from ${client} ssh2`;
    const read = (...before: string[]) => {
      const text = [...before, `Nov 24 05:34:12 gate sshd[7]: ${evil}`].join("\n");
      const { rows, partials } = checkFormat(openssh, utf8(text), UNKNOWN, [3]);
      expect(partials).toHaveLength(1);
      const last = rows[rows.length - 1]!;
      return [last.srcIp, last.srcPort];
    };
    expect(read()).toEqual([null, null]);
    expect(read(plain(7, "203.0.113.9 port 61077"))).toEqual(["203.0.113.9", 61_077]);
    expect(read(plain(7, "1.2.3.4 port 5"))).toEqual(["1.2.3.4", 5]);
    for (const other of [
      [plain(8, "203.0.113.9 port 61077")],
      [plain(7, "203.0.113.9 port 61078")],
      [plain(7, "203.0.113.9 port 61077", "05:04:12")],
      [plain(7, "203.0.113.9 port 61077"), plain(7, "1.2.3.4 port 5")],
      [plain(7, "203.0.113.9 port 61077").replace("gate", "other")],
      ["Nov 24 05:34:12 gate sshd[7]: drop connection #3 from [203.0.113.9]:61077 on [192.0.2.1]:22"],
    ])
      expect(read(...other), other.join(" / ")).toEqual([null, null]);
  });

  test("plain names cost no port", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9._-]{0,16}$/), (user) => {
        const row = runFormat(
          openssh,
          utf8(`Nov 24 05:34:12 gate sshd[7]: Invalid user ${user} from 203.0.113.9 port 61077`),
          UNKNOWN,
        ).rows[0]!;
        expect([row.srcIp, row.srcPort]).toEqual(["203.0.113.9", 61_077]);
      }),
    );
  });

  test("servers that sshd forwards to are not its clients", () => {
    for (const message of [
      "error: connect_to 203.0.113.9 port 80: failed.",
      "refused local port forward: originator 127.0.0.1 port 5555, target 203.0.113.9 port 80",
      "Server listening on 203.0.113.9 port 22.",
    ])
      expect(one("openssh", `Nov 24 05:34:12 gate sshd[7]: ${message}`).srcPort).toBeNull();
  });
});

describe("Dovecot's session id", () => {
  test("holds port, address and the connection's start", () => {
    const session = decodeSession("HfdbgTjOEOisEQAB")!;
    expect([session.ip, session.port]).toEqual(["172.17.0.1", 59_408]);
    expect(Math.floor(sessionStart(session, civilToUs(2021, 10, 13, 9, 30)) / 1e6)).toBe(
      civilToUs(2021, 10, 13, 9, 22, 47) / 1e6,
    );
    expect(decodeSession("short")).toBeNull();
    expect(decodeSession("not*base64!!")).toBeNull();
  });
});

describe("Oracle's month names", () => {
  test("in other languages and encodings", () => {
    const shiftJis = "14-1\x8c\x8e -2012 05:34:12";
    expect(readOracleTime(shiftJis)!.wallUs).toBe(civilToUs(2012, 1, 14, 5, 34, 12));
    expect(oracleMonth("12\xe6\x9c\x88")).toBe(12);
    expect(["MÄR", "DÉC.", "AOÛT", "FÉVR.", "OKT", "ENE", "JUIL."].map(oracleMonth)).toEqual([
      3, 12, 8, 2, 10, 1, 7,
    ]);
    expect(["13\x8c\x8e", "XXX", ""].map(oracleMonth)).toEqual([0, 0, 0]);
  });
});

describe("syslog heads", () => {
  test("a relay's head stands before the writer's, whose time is the record's", () => {
    const head = readSyslog("2026-11-24T05:34:13+00:00 relay <38>Nov 24 05:34:12 gate sshd[7]: x")!;
    expect([head.host, head.program, head.pid, head.message, head.priority]).toEqual([
      "gate",
      "sshd",
      "7",
      "x",
      38,
    ]);
    expect(head.outer?.offsetUs).toBe(0);
    const row = one(
      "openssh",
      "2026-11-24T05:34:13+00:00 relay <38>Nov 24 05:34:12 gate sshd[7]: Connection closed by 203.0.113.7 port 1025",
    );
    expect(row.otherTimeUs! - row.timeUs!).toBe(1_000_000);
  });

  test("RFC 5424 with and without PRI, structured data with brackets, and a sequence", () => {
    const head = readSyslog(
      '<38>1 2026-11-24T05:34:12.5Z gate sshd 7 - [meta sequenceId="12"][x@1 a="[\\"]"] hello',
    )!;
    expect([head.program, head.message, sequenceIdOf(head.structured)]).toEqual(["sshd", "hello", 12]);
    expect(readSyslog("2026-11-24T05:34:12Z gate sshd 7 - - hello")!.program).toBe("sshd");
    expect(readSyslog("<38>1 - gate sshd 7 - - hello")!.stamp).toBeNull();
  });

  test("a line of another program is a reject that names it", () => {
    const o = checkFormat(openssh, utf8("Nov 24 05:34:12 gate CRON[7]: x\n"), UNKNOWN);
    expect(o.rejects.map((r) => r.reason)).toEqual(["not from sshd: written by CRON"]);
  });
});

describe("conservation under hostile bytes", () => {
  test("any bytes at all are accounted for, by every server format, however the blocks are cut", () => {
    const ids = [
      "openssh",
      "apache.access",
      "apache.error",
      "dovecot",
      "exim",
      "iis",
      "mysql.error",
      "oracle.log-xml",
      "postgresql",
      "postgresql.csv",
      "exchange.smtp",
      "squid",
      "mariadb.audit",
      "mssql.errorlog",
    ];
    const bit = fc.constantFrom(
      "\n",
      "\r\n",
      " ",
      "\t",
      "\0",
      "{",
      '"',
      "#Fields: date time c-ip",
      "<msg time='",
      "\xff",
      "[",
      "Nov 24 05:34:12 ",
      "2026-11-24 05:34:12.00 ",
      "2026-11-24T05:34:12Z",
      "203.0.113.7:49152",
      " - - [24/Nov/2026:05:34:12 +0000] ",
      "LOG:  ",
      "\n\t",
    );
    fc.assert(
      fc.property(
        fc.array(bit, { maxLength: 40 }),
        fc.constantFrom(...ids),
        fc.integer({ min: 1, max: 1e6 }),
        (bits, id, seed) => {
          const bytes = Uint8Array.from(bits.join(""), (c) => c.charCodeAt(0));
          checkFormat(formatById(id)!, bytes, UNKNOWN, [seed]);
        },
      ),
      { numRuns: 400 },
    );
  });

  test("a line without end is rejected unread, and the next one is read", () => {
    const long = `Nov 24 05:34:12 gate sshd[7]: ${"x".repeat(LONGEST_LINE)}\nNov 24 05:34:12 gate sshd[7]: Connection closed by 203.0.113.7 port 1025\n`;
    const o = runFormat(openssh, utf8(long), UNKNOWN);
    expect([o.counts.rejects, o.counts.recordLines, o.rows[0]!.srcPort]).toEqual([1, 1, 1025]);
  });
});

describe("SQL Server's header", () => {
  const log =
    "2026-10-20 05:00:00.00 Server      UTC adjustment: -7:00\n2026-11-24 05:00:00.00 Logon       Login failed for user 'a'. Reason: b. [CLIENT: 203.0.113.7]\n";
  const times = (zone: string) =>
    runFormat(formatById("mssql.errorlog")!, utf8(log), { zone: parseZone(zone) }).rows.map((r) => r.timeUs);

  test("states the offset, and --zone does not override it", () => {
    expect(times("+01:00")).toEqual([civilToUs(2026, 10, 20, 12), civilToUs(2026, 11, 24, 12)]);
    expect(times("Europe/Berlin")).toEqual([civilToUs(2026, 10, 20, 12), civilToUs(2026, 11, 24, 12)]);
  });

  test("a named zone that agrees with it carries on over the change of the clocks", () => {
    expect(times("America/Los_Angeles")).toEqual([civilToUs(2026, 10, 20, 12), civilToUs(2026, 11, 24, 13)]);
  });
});
