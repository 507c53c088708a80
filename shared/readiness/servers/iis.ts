// applicationHost.config: a W3C log has the client's port only through a custom field whose source is the server variable
// REMOTE_PORT (8.5 and later); a site's logFile takes the place of siteDefaults'. HTTPERR has c-port without any setting,
// for requests that HTTP.sys refuses. Source: IIS configuration reference, logFile, customFields.
import { compareVersions, type LogFinding, type ServerJudge } from "../model";
import { type Element, elements } from "../xml";

export const iis: ServerJudge = {
  id: "iis",
  since: "8.5",
  judge({ main }, version) {
    const all = elements(main.text);
    const within = (e: Element, index: number): boolean =>
      e.parent === index || (e.parent >= 0 && within(all[e.parent]!, index));
    const logFileOf = (index: number) => all.findIndex((e) => e.name === "logFile" && e.parent === index);
    const defaults = all.findIndex((e) => e.name === "siteDefaults");
    const defaultLog = defaults < 0 ? -1 : logFileOf(defaults);
    const findings: LogFinding[] = [];
    const older = version !== null && (compareVersions(version, "8.5") ?? 0) < 0;
    const central = all.find(
      (e) => e.name === "log" && /central/i.test(e.attributes.centralLogFileMode ?? ""),
    );

    const pathOf = (e: Element): string => {
      for (let up = e.parent; up >= 0; up = all[up]!.parent)
        if (all[up]!.name === "location") return (all[up]!.attributes.path ?? "").replace(/^\.$/, "");
      return "";
    };
    const settings = all.filter((e) => e.name === "httpLogging").map((e) => ({ e, path: pathOf(e) }));
    /** What httpLogging makes of a site's log: the setting for the site itself, then those for parts of it. */
    const kept = (site: string, finding: LogFinding): LogFinding => {
      const own = settings.filter((s) => s.path === "" || s.path.toLowerCase() === site.toLowerCase());
      const said = (name: string) =>
        own.reduce<string | undefined>((value, s) => s.e.attributes[name] ?? value, undefined);
      const last = own[own.length - 1];
      if (said("dontLog") === "true")
        return {
          ...finding,
          port: "no",
          line: last?.e.line ?? finding.line,
          why: 'httpLogging dontLog="true": no request of it is logged',
        };
      if (finding.port !== "yes") return finding;
      const selective = said("selectiveLogging");
      if (selective === "LogError" || selective === "LogSuccessful")
        return {
          ...finding,
          port: "partly",
          why: `${finding.why}, but for ${selective === "LogError" ? "failed" : "successful"} requests only`,
        };
      const part = settings.find(
        (s) => s.path.toLowerCase().startsWith(`${site.toLowerCase()}/`) && s.e.attributes.dontLog === "true",
      );
      return part
        ? { ...finding, port: "partly", why: `${finding.why}, but not for ${part.path} (dontLog)` }
        : finding;
    };

    const judge = (scope: string, index: number, line: number | null): LogFinding => {
      const log = index >= 0 ? all[index]! : null;
      const fallback = defaultLog >= 0 ? all[defaultLog]! : null;
      const attribute = (name: string) => log?.attributes[name] ?? fallback?.attributes[name];
      const at = { log: "W3C", scope, file: main.path, line: log?.line ?? line };
      if (attribute("enabled") === "false")
        return { ...at, port: "no", why: 'logging is switched off (enabled="false")' };
      const format = attribute("logFormat") ?? "W3C";
      if (format !== "W3C")
        return { ...at, log: format, port: "no", why: `the log format ${format} has no custom fields` };
      if (central)
        return {
          ...at,
          port: "no",
          why: `central logging (${central.attributes.centralLogFileMode}) has no custom fields of a site`,
        };
      const fields = (owner: number) =>
        owner < 0
          ? []
          : all.filter((e) => e.name === "add" && e.parents.includes("customFields") && within(e, owner));
      // Custom fields of siteDefaults are inherited unless the site clears them.
      const cleared =
        index >= 0 &&
        all.some((e) => e.name === "clear" && e.parents.includes("customFields") && within(e, index));
      const usable = [...fields(index), ...(cleared ? [] : fields(defaultLog))];
      const port = usable.find(
        (f) =>
          /^REMOTE_PORT$/i.test(f.attributes.sourceName ?? "") &&
          /^ServerVariable$/i.test(f.attributes.sourceType ?? ""),
      );
      if (port) {
        return older
          ? {
              ...at,
              line: port.line,
              port: "no",
              why: `version ${version} has no custom fields; they came with 8.5`,
            }
          : {
              ...at,
              line: port.line,
              port: "yes",
              why: `the custom field ${port.attributes.logFieldName ?? ""} logs REMOTE_PORT`,
            };
      }
      const decoy = usable.find((f) => /PORT/i.test(f.attributes.sourceName ?? ""));
      return {
        ...at,
        line: decoy?.line ?? at.line,
        port: "no",
        why: decoy
          ? `the custom field for ${decoy.attributes.sourceName} is not the client's port of this connection`
          : "no custom field logs REMOTE_PORT; s-port is the server's own",
      };
    };

    const sites = all
      .map((e, i) => ({ e, i }))
      .filter(({ e }) => e.name === "site" && e.parents[e.parents.length - 1] === "sites");
    for (const { e, i } of sites)
      findings.push(
        kept(
          e.attributes.name ?? "",
          judge(`site ${e.attributes.name ?? e.attributes.id ?? ""}`, logFileOf(i), e.line),
        ),
      );
    if (sites.length === 0)
      findings.push(
        kept("", judge("every site (siteDefaults)", -1, defaultLog >= 0 ? all[defaultLog]!.line : null)),
      );
    return {
      findings,
      open: [],
      advice: findings.every((f) => f.port === "yes")
        ? []
        : [
            {
              kind: "setting",
              why: "The field comes last in each line, and IIS names the new files with _x, so that readers of the old ones are not misled.",
              place: "applicationHost.config, in <logFile> of <siteDefaults>",
              lines: [
                "<customFields>",
                '  <add logFieldName="c-port" sourceName="REMOTE_PORT" sourceType="ServerVariable" />',
                "</customFields>",
              ],
            },
          ],
    };
  },
};
