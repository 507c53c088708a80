// A configuration judged: which of the server's logs would have the client's port, and the lines that would make it so.
import { ProductError } from "../errors";
import { type ConfigReader, compareVersions, type Judgement, overall, type ServerJudge } from "./model";
import { apache } from "./servers/apache";
import { mssql, mysql, oracle, uwImap } from "./servers/databases";
import { dovecot } from "./servers/dovecot";
import { exchange } from "./servers/exchange";
import { exim } from "./servers/exim";
import { iis } from "./servers/iis";
import { nginx } from "./servers/nginx";
import { postfix } from "./servers/postfix";
import { postgresql } from "./servers/postgresql";
import { sendmail } from "./servers/sendmail";
import { squid } from "./servers/squid";
import { sshd } from "./servers/sshd";
import { tomcat } from "./servers/tomcat";
import { rowOf, SIXTEEN } from "./table";

const JUDGES: readonly ServerJudge[] = [
  apache,
  iis,
  tomcat,
  squid,
  nginx,
  sendmail,
  exchange,
  postfix,
  exim,
  dovecot,
  uwImap,
  oracle,
  mysql,
  mssql,
  postgresql,
  sshd,
];

/** Other names that analysts use for the sixteen. */
const ALIASES: Readonly<Record<string, string>> = {
  httpd: "apache",
  "apache-httpd": "apache",
  apache2: "apache",
  openssh: "sshd",
  ssh: "sshd",
  postgres: "postgresql",
  mariadb: "mysql",
  sqlserver: "mssql",
  "sql-server": "mssql",
  imapd: "uw-imap",
  uwimap: "uw-imap",
  exim4: "exim",
};

export const SERVER_IDS: readonly string[] = SIXTEEN.map((r) => r.id);

/** The table's id for a name given by the analyst. Throws "usage" with the names that there are. */
export function serverId(name: string): string {
  const lower = name.toLowerCase();
  const id = ALIASES[lower] ?? lower;
  if (JUDGES.some((j) => j.id === id)) return id;
  throw new ProductError(
    "usage",
    `"${name}" is not one of the sixteen servers.`,
    `Name one of: ${SERVER_IDS.join(", ")}.`,
  );
}

export interface ConfigJudgement extends Judgement {
  readonly server: string;
  readonly title: string;
  readonly version: string | null;
  readonly statement: string;
}

/** `version`: as the operator states it; null = unknown. */
export function judgeConfig(server: string, reader: ConfigReader, version: string | null): ConfigJudgement {
  const id = serverId(server);
  const judge = JUDGES.find((j) => j.id === id)!;
  const judged = judge.judge(
    reader,
    version === null && id === "mysql" && /maria/i.test(server) ? "MariaDB" : version,
  );
  const older = version !== null && judge.since !== null && compareVersions(version, judge.since) === -1;
  const findings = older
    ? judged.findings.map((f) =>
        f.port === "no"
          ? f
          : {
              ...f,
              port: "unknown" as const,
              why: `${f.why}; whether version ${version} does so is not established (known from ${judge.since} on)`,
            },
      )
    : judged.findings;
  const advice =
    older && judged.advice.length === 0
      ? [
          {
            kind: "setting" as const,
            why: `The setting is there; what is known of it begins with version ${judge.since}.`,
            place: "the server's software",
            lines: [`# version ${judge.since} or later`],
          },
        ]
      : judged.advice;
  const port = overall(findings);
  const title = rowOf(id)!.title;
  return {
    ...judged,
    advice,
    findings,
    port,
    server: id,
    title,
    version,
    statement: statementOf(title, version, port, findings.length),
  };
}

function statementOf(title: string, version: string | null, port: Judgement["port"], logs: number): string {
  const what = `${title} ${version ?? "(version unknown)"}`;
  const many = logs === 1 ? "its log" : `all of its ${logs} logs`;
  switch (port) {
    case "yes":
      return `${what}: the client's source port is logged in ${many}.`;
    case "no":
      return `${what}: the client's source port is not logged.`;
    case "partly":
      return `${what}: the client's source port is logged in some of its logs, or for some connections only.`;
    case "unknown":
      return `${what}: these files do not decide whether the client's source port is logged.`;
  }
}
