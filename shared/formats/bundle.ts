// Lines that hold many entries: a cloud delivers its log entries as a list inside one JSON object, and a delivery stream
// sets such objects one behind another without a line break. Each entry is read as if it stood on a line of its own.
// Sources: Amazon CloudWatch Logs user guide, "Real-time processing of log data with subscriptions" (logEvents) and
// GetLogEvents (events); Azure Monitor, "Stream to Event Hubs" (records).
import type { LineMeta, LineOutcome, LineRecord, LineRules } from "./lines";
import { isObjectText, onOneLine } from "./object-lines";

/** Each list's name, and what may stand beside it: an entry of another kind may hold a list of that name too. */
const LISTS: readonly (readonly [list: string, beside: RegExp])[] = [
  ["logEvents", /^(?:messageType|owner|logGroup|logStream|subscriptionFilters|policyLevel)$/],
  ["events", /^(?:next(?:Forward|Backward)?Token|searchedLogStreams)$/],
  ["records", /^$/],
];
/** Cheap test that every such line meets: an object whose list of objects stands near its beginning or anywhere behind. */
const MARK = /"(?:logEvents|events|records)"\s*:\s*\[\s*\{/;

/** The entries of a line, each as a JSON object on a line; null where the line is not such a list. */
export function bundled(text: string): string[] | null {
  if (text.charCodeAt(0) !== 123 || !MARK.test(text)) return null;
  const out: string[] = [];
  for (const object of objects(text)) {
    let json: Record<string, unknown>;
    try {
      json = JSON.parse(object) as Record<string, unknown>;
    } catch {
      return null;
    }
    const keys = Object.keys(json);
    const found = LISTS.find(
      ([name, beside]) => keys.includes(name) && keys.every((k) => k === name || beside.test(k)),
    );
    const list = found && json[found[0]];
    if (!Array.isArray(list)) return null;
    for (const entry of list) {
      if (entry === null || typeof entry !== "object") return null;
      out.push(JSON.stringify(entry));
    }
  }
  return out.length > 0 ? out : null;
}

/** The objects that stand one behind another in the text. */
function* objects(text: string): Generator<string> {
  let depth = 0;
  let from = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (quoted) {
      if (c === 92) i++;
      else if (c === 34) quoted = false;
    } else if (c === 34) quoted = true;
    else if (c === 123) depth++;
    else if (c === 125 && --depth === 0) {
      yield text.slice(from, i + 1);
      from = i + 1;
    }
  }
  if (text.slice(from).trim() !== "") yield text.slice(from);
}

/** A line of an array with an object on each: without the array's own brackets and commas. */
export function arrayLine(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  const first = text.charCodeAt(0);
  if (last !== 44 && last !== 93 && first !== 91) return text;
  return /^[[,]?\s*(\{.*\})\s*[,\]]?$/s.exec(text)?.[1] ?? text;
}

/** Rules that also read lists of entries: one line, as many records as entries that are some; and objects over several lines. */
export function withBundles(rules: LineRules): LineRules {
  const { continues } = rules;
  const one = (text: string, meta: LineMeta): LineOutcome => {
    if (!isObjectText(text)) return read(text, meta);
    const line = onOneLine(text);
    return line === null ? { reject: "its lines are no JSON object in whole" } : read(line, meta);
  };
  const read = (written: string, meta: LineMeta): LineOutcome => {
    const text = arrayLine(written);
    {
      const entries = bundled(text);
      if (entries === null) return rules.read(text, meta);
      const records: LineRecord[] = [];
      const refused: string[] = [];
      for (const entry of entries) {
        const outcome = rules.read(entry, meta);
        if (typeof outcome === "string") continue;
        if ("reject" in outcome) refused.push(outcome.reject);
        else records.push(...(Array.isArray(outcome) ? outcome : [outcome as LineRecord]));
      }
      const [first, ...rest] = records;
      if (first === undefined) return { reject: refused[0] ?? "its list holds no entry" };
      if (refused.length === 0) return records;
      const told = `${refused.length} of its ${entries.length} entries are no record: ${refused[0]}`;
      return [{ ...first, partial: first.partial ?? told }, ...rest];
    }
  };
  return {
    read: one,
    objects: true,
    ...(continues
      ? { continues: (text: string, before: string) => bundled(text) === null && continues(text, before) }
      : {}),
  };
}
