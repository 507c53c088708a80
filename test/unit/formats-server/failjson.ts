// fail2ban's log files state, in a comment before a line, the time and host that their filter finds in it.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

export const SAMPLES = resolve(import.meta.dirname, "../../../../shared/samples/servers");
export const samplesPresent = existsSync(SAMPLES);
export const sample = (name: string): Uint8Array => new Uint8Array(readFileSync(resolve(SAMPLES, name)));

export interface Expected {
  readonly line: number;
  readonly text: string;
  readonly host: string | null;
  /** As written: local time of the tests' zone, year by convention where the log has none. */
  readonly time: string | null;
}

export function failJson(bytes: Uint8Array): Expected[] {
  const lines = Buffer.from(bytes).toString("latin1").split("\n");
  const out: Expected[] = [];
  lines.forEach((text, i) => {
    const m = /^# ?failJSON: ?(\{.*\})/.exec(text);
    if (!m) return;
    let json: { time?: string; host?: string };
    try {
      json = JSON.parse(m[1]!);
    } catch {
      return;
    }
    out.push({ line: i + 2, text: lines[i + 1] ?? "", host: json.host ?? null, time: json.time ?? null });
  });
  return out;
}
