// Readiness: would this server's configuration, or does this log, hold what attribution behind address sharing needs, the
// client's source port and a usable time? Levels and their order are those of the draft's sections 4 and 5; RFC 6302 is
// the recommendation behind them.

/** `partly`: in some of the logs, or for some of the connections. */
export type Answer = "yes" | "no" | "partly" | "unknown";

export interface ConfigFile {
  /** As the configuration names it, or as the analyst did. */
  readonly path: string;
  readonly text: string;
}

export interface ConfigReader {
  readonly main: ConfigFile;
  /** Files that an include names (a path or a glob, relative to `from`'s folder unless absolute), sorted; empty where none can be read. */
  include(pattern: string, from: string): readonly ConfigFile[];
}

/** One log that the configuration sets up, or leaves to its default. */
export interface LogFinding {
  readonly log: string;
  /** Which part of the server: "main server", "virtual host www.example.org". */
  readonly scope: string;
  readonly port: Answer;
  readonly why: string;
  readonly file: string;
  /** Null where no line says so: a default. */
  readonly line: number | null;
}

export interface Advice {
  readonly kind: "parallel log" | "setting" | "syslog";
  readonly why: string;
  /** Where the lines belong. */
  readonly place: string;
  readonly lines: readonly string[];
}

export interface Judgement {
  readonly port: Answer;
  readonly findings: readonly LogFinding[];
  /** What could not be followed or decided: conditions, missing includes. */
  readonly open: readonly string[];
  readonly advice: readonly Advice[];
}

export interface ServerJudge {
  readonly id: string;
  /** First version in which the advised lines work; null where any does. */
  readonly since: string | null;
  judge(reader: ConfigReader, version: string | null): Omit<Judgement, "port">;
}

/** The whole server's answer from its logs'. */
export function overall(findings: readonly LogFinding[]): Answer {
  if (findings.length === 0) return "unknown";
  const first = findings[0]!.port;
  if (findings.every((f) => f.port === first)) return first;
  return findings.some((f) => f.port === "unknown") &&
    !findings.some((f) => f.port === "yes" || f.port === "partly")
    ? "unknown"
    : "partly";
}

/** Compares dotted versions by their numbers; null where either has none. */
export function compareVersions(a: string, b: string): number | null {
  const numbers = (text: string) =>
    (/\d+(?:\.\d+)*/.exec(text)?.[0] ?? "")
      .split(".")
      .filter((p) => p !== "")
      .map(Number);
  const [x, y] = [numbers(a), numbers(b)];
  if (x.length === 0 || y.length === 0) return null;
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
