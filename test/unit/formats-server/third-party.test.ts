// Logs that others published, beside the project and never in it; where they are absent the tests are shown as skipped.
// fail2ban states for each line which host and local time it expects (its tests run in Europe/Zurich).
import { describe, expect, test } from "vitest";
import { FORMATS, formatById } from "../../../shared/formats/registry";
import { canonicalAddress } from "../../../shared/record/address";
import { usToCivil } from "../../../shared/time/civil";
import { parseZone } from "../../../shared/time/zone";
import { ZoneClock } from "../../../shared/time/zone-clock";
import { failJson, SAMPLES, sample, samplesPresent } from "./failjson";
import { checkFormat, type Outcome, sampleOf } from "./harness";

const FAIL2BAN: readonly (readonly [file: string, format: string])[] = [
  ["openssh/fail2ban_fail2ban__fail2ban_tests_files_logs_sshd", "openssh"],
  ["postfix/fail2ban_fail2ban__fail2ban_tests_files_logs_postfix", "postfix"],
  ["dovecot/fail2ban_fail2ban__fail2ban_tests_files_logs_dovecot", "dovecot"],
  ["exim/fail2ban_fail2ban__fail2ban_tests_files_logs_exim", "exim"],
  ["sendmail/fail2ban_fail2ban__fail2ban_tests_files_logs_sendmail-auth", "sendmail"],
  ["uwimap/fail2ban_fail2ban__fail2ban_tests_files_logs_uwimap-auth", "uw-imap"],
  ["apache/fail2ban_fail2ban__fail2ban_tests_files_logs_apache-auth", "apache.error"],
  ["apache/fail2ban_fail2ban__fail2ban_tests_files_logs_apache-modsecurity", "apache.error"],
  ["apache/fail2ban_fail2ban__fail2ban_tests_files_logs_apache-noscript", "apache.error"],
  ["nginx/fail2ban_fail2ban__fail2ban_tests_files_logs_nginx-http-auth", "nginx.error"],
  ["squid/fail2ban_fail2ban__fail2ban_tests_files_logs_squid", "squid"],
  ["mysql/fail2ban_fail2ban__fail2ban_tests_files_logs_mysqld-auth", "mysql.error"],
  ["mssql/fail2ban_fail2ban__fail2ban_tests_files_logs_mssql-auth", "mssql.errorlog"],
];

/** Lines, of all files, that carry ports but are of another format's role here: lines and records with a port. */
const OTHERS: readonly (readonly [file: string, format: string, withPort: number])[] = [
  ["openssh/log2timeline_plaso__test_data_syslog_syslog_ssh.log", "openssh", 7],
  ["apache/log2timeline_plaso__test_data_apache_access.log", "apache.access", 0],
  ["apache/logpai_loghub__Apache_Apache_2k.log", "apache.error", 0],
  ["exim/Exim_exim__test_log_0230", "exim", 14],
  ["iis/log2timeline_plaso__test_data_iis_iis10.log", "iis", 0],
  ["iis/log2timeline_plaso__test_data_iis_iis_without_date.log", "iis", 0],
  ["iis/tstack_lnav__test_logfile_w3c.3", "iis", 0],
  ["iis/tstack_lnav__test_logfile_w3c_big.0", "iis", 0],
  [
    "mysql/IBM_universal-connectors__filter-plugin_logstash-filter-mariadb-guardium_sample_audit_log.log",
    "mariadb.audit",
    0,
  ],
  [
    "mysql/IBM_universal-connectors__filter-plugin_logstash-filter-mysql-guardium_audit_json.log",
    "mysql.audit",
    0,
  ],
  ["mysql/tstack_lnav__test_logfile_mysql_gen.0", "mysql.error", 0],
  ["oracle/IBM_universal-connectors__OuaFilterTest.derived.jsonl", "oracle.audit", 1],
  ["postgresql/darold_pgbadger__cnpg.log", "postgresql.json", 16],
  ["postgresql/darold_pgbadger__t_fixtures_pg-timezones.log", "postgresql", 0],
  ["postgresql/log2timeline_plaso__test_data_postgresql.log", "postgresql", 0],
  ["squid/github_gh-aw-firewall__samples_audit_access.log", "squid", 3],
  ["tomcat/log2timeline_plaso__test_data_confluence_access.log", "tomcat.access", 0],
];

const ZURICH = parseZone("Europe/Zurich");

function read(file: string, id: string): { bytes: Uint8Array; outcome: Outcome } {
  const bytes = sample(file);
  const format = formatById(id)!;
  const options = { zone: ZURICH, year: 2005 };
  const { layout } = format.detect(sampleOf(bytes, file), options);
  return { bytes, outcome: checkFormat(format, bytes, { ...options, layout }, [5]) };
}

/** `MM-DD hh:mm:ss` in Zurich. */
function local(us: number): string {
  const c = usToCivil(us + new ZoneClock(ZURICH).offsetAt(us));
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${two(c.month)}-${two(c.day)} ${two(c.hour)}:${two(c.minute)}:${two(c.second)}`;
}

/** The port that stands next to a host in the text, however the server writes the pair; null where none does. */
function portBeside(text: string, host: string): number | null {
  const escaped = host.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const m = new RegExp(`(?:^|[^0-9A-Za-z.])${escaped}(?:\\]:|:| port |-)(\\d{1,5})(?![\\d.])`).exec(text);
  return m ? Number(m[1]) : null;
}

describe.skipIf(!samplesPresent)(`third-party logs (${SAMPLES})`, () => {
  for (const [file, id] of FAIL2BAN) {
    test(`${id} agrees with fail2ban on host and time: ${file.split("_").pop()}`, () => {
      const { bytes, outcome } = read(file, id);
      let compared = 0;
      for (const expected of failJson(bytes)) {
        if (expected.host === null) continue;
        const row = outcome.rows.find((r) => r.line === expected.line);
        expect(row, `line ${expected.line} is a record`).toBeDefined();
        if (expected.time !== null && row!.timeUs !== null) {
          const want = expected.time
            .replace(/-(\d)T/, "-0$1T")
            .slice(5, 19)
            .replace("T", " ");
          const from = local(row!.timeUs);
          const to = local(row!.timeUs + (row!.slackUs ?? 0));
          expect(from <= want && want <= to, `line ${expected.line}: ${want} within ${from} .. ${to}`).toBe(
            true,
          );
        }
        // fail2ban carries a host over from a connection's earlier lines; a line gives only what stands in it.
        if (!expected.text.includes(expected.host)) continue;
        const host = row!.srcIp ?? row!.fields.clientName;
        expect(host, `line ${expected.line}: ${expected.text}`).toBe(
          canonicalAddress(expected.host) ?? expected.host,
        );
        const port = portBeside(expected.text, expected.host);
        if (port !== null) expect(row!.srcPort, `line ${expected.line}: ${expected.text}`).toBe(port);
        compared++;
      }
      expect(compared).toBeGreaterThan(0);
    });
  }

  for (const [file, id, withPort] of OTHERS) {
    test(`${id} keeps every line of ${file} and takes its clients' ports only`, () => {
      const { outcome } = read(file, id);
      expect(outcome.counts.withPort).toBe(withPort);
      expect(outcome.counts.recordLines).toBeGreaterThan(0);
    });
  }

  test("a port is taken only where it stands beside the client in its line", () => {
    for (const [file, id] of [...FAIL2BAN, ...OTHERS.map(([f, i]) => [f, i] as const)]) {
      const { bytes, outcome } = read(file, id);
      const lines = Buffer.from(bytes).toString("latin1").split("\n");
      for (const row of outcome.rows) {
        if (row.srcPort === null || row.fields.portFrom === "session") continue;
        const text = lines[row.line - 1]!;
        const forms = [row.srcIp, row.fields.clientName].filter((h): h is string => typeof h === "string");
        const beside =
          forms.some((h) => portBeside(text, h) === row.srcPort) ||
          new RegExp(`(?:port|PORT)\\W{1,3}${row.srcPort}\\b`).test(text) ||
          text.includes(`:${row.srcPort}`);
        expect(beside, `${file}:${row.line} ${row.srcIp}:${row.srcPort} ${text}`).toBe(true);
      }
    }
  });

  test("each is taken for what it is, and no other format claims it as certainly", () => {
    for (const [file, id] of [...FAIL2BAN, ...OTHERS.map(([f, i]) => [f, i] as const)]) {
      const ranked = FORMATS.map((f) => ({ id: f.id, ...f.detect(sampleOf(sample(file), file), {}) }))
        .filter((d) => d.score > 0)
        .sort((a, b) => b.score - a.score || b.specificity - a.specificity);
      expect(ranked[0]?.id, file).toBe(id);
      expect(ranked[0]!.score, file).toBeGreaterThan(0.5);
    }
  });
});
