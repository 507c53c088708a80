// main.cf and master.cf: smtpd_client_port_logging writes host[address]:port; a service in master.cf can override it with
// -o; postscreen logs [address]:port in any case. The last value of a parameter counts. Source: postconf(5), master(5).
import type { ConfigFile, LogFinding, ServerJudge } from "../model";
import { configLines } from "../text";

export const postfix: ServerJudge = {
  id: "postfix",
  since: "2.5",
  judge(reader) {
    const open: string[] = [];
    const isMaster = /master\.cf[^/]*$/.test(reader.main.path);
    const main = isMaster ? reader.include("main.cf", reader.main.path)[0] : reader.main;
    const master = isMaster ? reader.main : reader.include("master.cf", reader.main.path)[0];
    const { value, file, line } = parameter(main, "smtpd_client_port_logging");
    const findings: LogFinding[] = [];
    const services = master ? servicesOf(master) : [];
    if (!master)
      open.push(
        "master.cf was not found beside main.cf: a service's -o options and postscreen are not seen.",
      );
    const smtpd = services.filter((s) => s.command === "smtpd");
    for (const s of smtpd.length > 0 ? smtpd : [null]) {
      const own = s?.options.get("smtpd_client_port_logging");
      const setting = own ?? value;
      const at = {
        log: "syslog",
        scope: s === null ? "smtpd" : `service ${s.name}`,
        file: own !== undefined && s ? s.file : (file ?? reader.main.path),
        line: own !== undefined && s ? s.line : line,
      };
      findings.push(
        setting === null
          ? { ...at, port: "no", why: "smtpd_client_port_logging is not set, and its default is no" }
          : /^yes$/i.test(setting)
            ? { ...at, port: "yes", why: "smtpd_client_port_logging = yes" }
            : /^no$/i.test(setting)
              ? { ...at, port: "no", why: `smtpd_client_port_logging = ${setting}` }
              : {
                  ...at,
                  port: "unknown",
                  why: `smtpd_client_port_logging = ${setting}, which these files do not decide`,
                },
      );
    }
    for (const s of services.filter((x) => x.command === "postscreen")) {
      findings.push({
        log: "syslog",
        scope: `service ${s.name}`,
        port: "yes",
        why: "postscreen logs [address]:port",
        file: s.file,
        line: s.line,
      });
    }
    return {
      findings,
      open,
      advice: findings.every((f) => f.port === "yes")
        ? []
        : [
            {
              kind: "setting",
              why: "The port is added behind the address, host[address]:port, in the lines that are written anyway.",
              place: "main.cf; and remove an -o smtpd_client_port_logging=no from master.cf",
              lines: ["smtpd_client_port_logging = yes"],
            },
          ],
    };
  },
};

function parameter(
  file: ConfigFile | undefined,
  name: string,
): { value: string | null; file: string | null; line: number | null } {
  const all = new Map<string, { value: string; line: number }>();
  for (const l of file ? configLines(file, "indent") : []) {
    const m = /^([A-Za-z0-9_]+)\s*=\s*(.*?)\s*$/.exec(l.text);
    if (m) all.set(m[1]!, { value: m[2]!, line: l.line });
  }
  const expand = (text: string, depth: number): string =>
    depth > 8
      ? text
      : text.replace(/\$\{?([A-Za-z0-9_]+)\}?/g, (whole, n: string) => {
          const found = all.get(n);
          return found ? expand(found.value, depth + 1) : whole;
        });
  const own = all.get(name);
  return own
    ? { value: expand(own.value, 0), file: file!.path, line: own.line }
    : { value: null, file: null, line: null };
}

interface Service {
  readonly name: string;
  readonly command: string;
  readonly options: ReadonlyMap<string, string>;
  readonly file: string;
  readonly line: number;
}

/** service type private unpriv chroot wakeup maxproc command + args */
function servicesOf(master: ConfigFile): Service[] {
  return configLines(master, "indent").flatMap((l) => {
    const columns = l.text.split(/\s+/);
    if (columns.length < 8) return [];
    const options = new Map<string, string>();
    const args = columns.slice(8);
    args.forEach((a, i) => {
      const setting = a === "-o" ? args[i + 1] : a.startsWith("-o") ? a.slice(2) : undefined;
      const m = setting ? /^([A-Za-z0-9_]+)=(.*)$/.exec(setting) : null;
      if (m) options.set(m[1]!, m[2]!);
    });
    return [
      { name: `${columns[0]} ${columns[1]}`, command: columns[7]!, options, file: l.file, line: l.line },
    ];
  });
}
