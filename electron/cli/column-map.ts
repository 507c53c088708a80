// --map "time=When,srcIp=Client IP,bytes=..." to the columns of a CSV. A column's name that holds a comma or an equals
// sign is written in double quotes, doubled inside ("" = "), as in RFC 4180.
import { usage } from "./usage";

/** CONTRACT: the keys that --map knows. */
export const MAP_KEYS = [
  "time",
  "start",
  "end",
  "srcIp",
  "srcPort",
  "dstIp",
  "dstPort",
  "protocol",
  "publicIp",
  "portLow",
  "portHigh",
  "portStep",
  "insideIp",
  "insidePort",
  "subscriber",
  "event",
  "from",
  "to",
] as const;

export function parseColumnMap(text: string): Record<string, string> {
  const map: Record<string, string> = {};
  const piece = /\s*([A-Za-z]+)\s*=\s*(?:"((?:[^"]|"")*)"\s*|([^,"]*))(,|$)/y;
  let at = 0;
  while (at < text.length) {
    piece.lastIndex = at;
    const found = piece.exec(text);
    if (!found) {
      throw usage(
        "add",
        `--map cannot be read at column ${at + 1}: expected KEY=COLUMN, separated by commas.`,
      );
    }
    const key = found[1]!;
    const column = found[2] !== undefined ? found[2].replaceAll('""', '"') : found[3]!.trim();
    if (!(MAP_KEYS as readonly string[]).includes(key)) {
      throw usage("add", `--map has no key "${key}". Keys: ${MAP_KEYS.join(" ")}.`);
    }
    if (key in map) throw usage("add", `--map names ${key} twice.`);
    if (column === "") throw usage("add", `--map gives ${key} no column.`);
    map[key] = column;
    at = piece.lastIndex;
  }
  if (Object.keys(map).length === 0) throw usage("add", "--map is empty.");
  return map;
}
