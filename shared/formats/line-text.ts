// Text of a line as fields: latin1 turned into the Unicode that it most likely is, fields as JSON, and where address and
// port stand. What is stored and what is read back from the evidence go through the same functions, so that they agree.
import { latin1 } from "../record/bytes";
import type { Span } from "./format";
import type { FieldValue, LineRecord } from "./lines";

export function latin1Bytes(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A latin1 value as the Unicode it most likely is: UTF-8 where it is valid UTF-8, else byte for byte. */
export function readable(value: string): string {
  let ascii = true;
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    // Above latin1 it is Unicode already (a JSON escape).
    if (c > 255) return value;
    if (c > 127) ascii = false;
  }
  if (ascii) return value;
  try {
    return strictUtf8.decode(latin1Bytes(value));
  } catch {
    return value;
  }
}

/** Fields as JSON in their order, null and undefined left out; null where nothing is left. */
export function fieldsJson(fields: Readonly<Record<string, FieldValue>> | undefined): string | null {
  if (!fields) return null;
  let out = "";
  for (const key in fields) {
    const value = fields[key];
    if (value === null || value === undefined) continue;
    out += `${out === "" ? "{" : ","}${quoted(key)}:${typeof value === "string" ? quoted(value) : JSON.stringify(value)}`;
  }
  return out === "" ? null : `${out}}`;
}

/** What JSON writes otherwise than it stands, and what may be UTF-8 in latin1. */
const NOT_PLAIN = /["\\\0-\x1f\x7f-\uffff]/;
export const quoted = (text: string): string =>
  NOT_PLAIN.test(text) ? JSON.stringify(readable(text)) : `"${text}"`;

export function readableFields(
  fields: Readonly<Record<string, FieldValue>>,
): Record<string, string | number | null> {
  const out: Record<string, string | number | null> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value === null || value === undefined) continue;
    out[key] = typeof value === "string" ? readable(value) : value;
  }
  return out;
}

/** A record's bytes as the text that its parser read: lines joined by LF, without CR and the blanks at their ends. */
export function recordText(record: Uint8Array): string {
  const text = latin1(record, 0, record.length);
  return (text.endsWith("\n") ? text.slice(0, -1) : text)
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => line.slice(0, contentEnd(line, 0, line.length)))
    .join("\n");
}

/** The end of [from, to) without the blanks before it, which exports add; `to` where there is nothing else. */
export function contentEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from) {
    const c = text.charCodeAt(end - 1);
    if (c !== 32 && c !== 9) return end;
    end--;
  }
  return to;
}

/** Where address and port stand in the text, for formats that do not say so themselves: the last place where both meet. */
export function spansOf(text: string, r: LineRecord): Span[] {
  const out: Span[] = [];
  if (!r.srcIp) return out;
  let at = text.lastIndexOf(r.srcIp);
  if (r.srcPort !== null && r.srcPort !== undefined) {
    const port = String(r.srcPort);
    for (let i = at; i >= 0; i = i === 0 ? -1 : text.lastIndexOf(r.srcIp, i - 1)) {
      const after = text.indexOf(port, i + r.srcIp.length);
      if (after >= 0 && after - (i + r.srcIp.length) <= 8) {
        out.push({ from: i, to: i + r.srcIp.length, kind: "srcIp" });
        out.push({ from: after, to: after + port.length, kind: "srcPort" });
        return out;
      }
    }
    at = text.lastIndexOf(r.srcIp);
  }
  if (at >= 0) out.push({ from: at, to: at + r.srcIp.length, kind: "srcIp" });
  return out;
}
