// sendmail.mc or sendmail.cf: no directive logs the port; a syslog map and the macro {client_port} in a ruleset do. What
// follows dnl in an .mc file, or # in a .cf file, is a comment. Source: Sendmail Installation and Operation Guide.
import type { ServerJudge } from "../model";

export const sendmail: ServerJudge = {
  id: "sendmail",
  since: "8.12",
  judge({ main }) {
    const lines = main.text
      .split(/\r?\n/)
      .map((text, i) => ({ text: text.replace(/(^|\s)dnl(\s.*)?$/, "").replace(/^#.*/, ""), line: i + 1 }));
    const map = lines
      .map((l) => ({ ...l, name: /^K(\S+)\s+syslog\b/.exec(l.text)?.[1] }))
      .find((l) => l.name !== undefined);
    const use = map
      ? lines.find((l) => l.text.includes(`$(${map.name} `) && /\{client_port\}/.test(l.text))
      : undefined;
    const milter = lines.find((l) => /INPUT_MAIL_FILTER|^X\S+,/.test(l.text));
    const at = { log: "syslog", scope: "server", file: main.path, line: use?.line ?? map?.line ?? null };
    return {
      findings: [
        use
          ? {
              ...at,
              port: "yes" as const,
              why: `a ruleset writes {client_port} through the syslog map ${map!.name}`,
            }
          : milter
            ? {
                ...at,
                line: milter.line,
                port: "unknown" as const,
                why: "a milter is set up, which may log the port; sendmail itself does not",
              }
            : {
                ...at,
                port: "no" as const,
                why: map
                  ? `the syslog map ${map.name} is not used with {client_port}`
                  : "no ruleset logs {client_port}",
              },
      ],
      open: [],
      advice: use
        ? []
        : [
            {
              kind: "syslog" as const,
              why: "One more syslog line a connection; the lines that other tools read stay as they are.",
              place: "sendmail.mc, at its end (the two columns of R lines are parted by a tab)",
              lines: [
                "LOCAL_CONFIG",
                "Klog syslog",
                "LOCAL_RULESETS",
                "SLocal_check_relay",
                "R$*\t$: $(log connection from [ $&{client_addr} ] port $&{client_port} $)",
              ],
            },
          ],
    };
  },
};
