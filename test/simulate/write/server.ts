// Server logs in the layouts of real software.
import { publicAddress } from "../network";
import type { Random } from "../random";
import { apacheTime, bsdTime, isoTime, plainTime } from "../time";

export interface ServerLine {
  readonly us: number;
  readonly address: number;
  readonly port: number;
}

export type ServerFormat = "apache" | "sshd3164" | "sshd3339" | "csv-s" | "csv-ms" | "csv-min";

/** Apache's combined layout with the client's port after the address (httpd mod_log_config: %{remote}p). */
export const APACHE_LAYOUT = '%h:%{remote}p %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"';

const PATHS = [
  "/",
  "/login",
  "/img/logo.svg",
  "/api/v2/cart",
  "/search?q=lamp",
  "/account/orders",
  "/robots.txt",
];
const AGENTS = [
  "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
  "curl/8.14.1",
];
const USERS = ["root", "admin", "git", "ubuntu", "postgres", "deploy"];

export function serverText(format: ServerFormat, lines: readonly ServerLine[], random: Random): string {
  const out: string[] = [];
  if (format.startsWith("csv")) out.push("when,client,cport,proto");
  for (const line of lines) {
    const ip = publicAddress(line.address);
    if (format === "apache") {
      const status = random.chance(0.9) ? 200 : random.pick([304, 401, 404]);
      out.push(
        `${ip}:${line.port} - - [${apacheTime(line.us)}] "${random.chance(0.85) ? "GET" : "POST"} ${random.pick(PATHS)} HTTP/1.1" ${status} ${random.integer(180, 48_000)} "-" "${random.pick(AGENTS)}"`,
      );
    } else if (format === "csv-s") out.push(`${isoTime(line.us, 0, 0, "Z")},${ip},${line.port},6`);
    else if (format === "csv-ms") out.push(`${isoTime(line.us, 3, 0, "Z")},${ip},${line.port},6`);
    else if (format === "csv-min") out.push(`${plainTime(line.us, false)},${ip},${line.port},6`);
    else {
      const time = format === "sshd3164" ? bsdTime(line.us) : isoTime(line.us, 6);
      const what = random.chance(0.7)
        ? `Failed password for ${random.chance(0.5) ? "invalid user " : ""}${random.pick(USERS)}`
        : `Accepted publickey for ${random.pick(USERS)}`;
      out.push(
        `${time} gate sshd[${random.integer(1000, 64_000)}]: ${what} from ${ip} port ${line.port} ssh2`,
      );
    }
  }
  return `${out.join("\n")}\n`;
}

/** How such a file is added. */
export function serverAdd(
  format: ServerFormat,
  year: number,
): { layout?: string; map?: Record<string, string>; format?: string; zone?: string; year?: number } {
  if (format === "apache") return { layout: APACHE_LAYOUT };
  if (format === "sshd3164") return { zone: "+00:00", year };
  if (format === "sshd3339") return {};
  return {
    format: "csv",
    map: { time: "when", srcIp: "client", srcPort: "cport", protocol: "proto" },
    ...(format === "csv-min" ? { zone: "+00:00" } : {}),
  };
}

export const precisionOf = (format: ServerFormat): number =>
  format === "csv-min" ? 60_000_000 : format === "csv-ms" ? 1_000 : format === "sshd3339" ? 1 : 1_000_000;
