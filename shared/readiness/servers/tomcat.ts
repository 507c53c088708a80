// server.xml: AccessLogValve's pattern needs %{remote}p; %p and %{local}p are the server's. Valves inside XML comments do
// not exist. Behind RemoteIpValve the address may be a forwarded one while the port stays the proxy's.
// Source: Tomcat configuration reference, The Valve Component.
import type { LogFinding, ServerJudge } from "../model";
import { elements } from "../xml";

const PATTERNS: Readonly<Record<string, string>> = {
  common: '%h %l %u %t "%r" %s %b',
  combined: '%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-Agent}i"',
};

export const tomcat: ServerJudge = {
  id: "tomcat",
  since: "7.0",
  judge({ main }) {
    const findings: LogFinding[] = [];
    const all = elements(main.text);
    const valves = all.filter((e) => e.name === "Valve");
    const forwarded = valves.find((v) => /RemoteIpValve$/.test(v.attributes.className ?? ""));
    for (const v of valves) {
      const kind = /(Json|Extended)?AccessLogValve$/.exec(v.attributes.className ?? "");
      if (!kind) continue;
      const at = {
        log: `${v.attributes.prefix ?? "access_log"}*`,
        scope: v.parents.filter((p) => p !== "Server").join(" / "),
        file: main.path,
        line: v.line,
      };
      const given = v.attributes.pattern ?? "common";
      const pattern = PATTERNS[given] ?? given;
      if (v.attributes.enabled === "false")
        findings.push({ ...at, port: "no", why: 'the valve has enabled="false"' });
      else if (kind[1] === "Extended")
        findings.push({ ...at, port: "no", why: "the extended valve has no field for the client's port" });
      else if (pattern.includes("${"))
        findings.push({
          ...at,
          port: "unknown",
          why: `the pattern ${given} is a property that this file does not set`,
        });
      else if (!/%\{remote\}p/.test(pattern)) {
        findings.push({
          ...at,
          port: "no",
          why: /%(\{local\})?p/.test(pattern)
            ? "its only port (%p) is the server's own"
            : "the pattern has no %{remote}p",
        });
      } else if (forwarded && v.attributes.requestAttributesEnabled === "true") {
        findings.push({
          ...at,
          port: "no",
          why: `RemoteIpValve (line ${forwarded.line}) and requestAttributesEnabled log a forwarded address beside the proxy's port`,
        });
      } else if (v.attributes.conditionIf || v.attributes.conditionUnless || v.attributes.condition) {
        findings.push({
          ...at,
          port: "partly",
          why: "%{remote}p is logged, but only for requests that meet the valve's condition",
        });
      } else findings.push({ ...at, port: "yes", why: "the pattern has %{remote}p" });
    }
    if (findings.length === 0) {
      findings.push({
        log: "(none)",
        scope: "server",
        port: "no",
        why: "no access log valve is set up",
        file: main.path,
        line: null,
      });
    }
    return {
      findings,
      open: [],
      advice: findings.every((f) => f.port === "yes")
        ? []
        : [
            {
              kind: "parallel log",
              why: "A second valve writes its own file beside the first, whose pattern other tools may read.",
              place: "server.xml, inside each <Host>",
              lines: [
                '<Valve className="org.apache.catalina.valves.AccessLogValve" directory="logs" prefix="connection" suffix=".log"',
                "       pattern=\"%{yyyy-MM-dd'T'HH:mm:ss.SSSZ}t %a %{remote}p %A %{local}p\" />",
              ],
            },
          ],
    };
  },
};
