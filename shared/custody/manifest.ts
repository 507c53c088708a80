// The text forms of a BagIt 1.0 bag (RFC 8493), in the one canonical spelling of CASE: lower-case hex, two spaces,
// sorted by bytes, LF. RFC 8493 allows more; what allows more than one spelling cannot be sealed line by line.
import { compareUtf8, isSha256Hex } from "./bytes";

export const BAGIT_TXT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

export interface ManifestEntry {
  readonly path: string;
  /** SHA-256, lower-case hex. */
  readonly sha256: string;
}

/** Paths hold no control characters, percent signs or backslashes and no empty, `.` or `..` part. */
export function isBagPath(path: string): boolean {
  return (
    !/[\u0000-\u001f\u007f%\\]/.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}

export function formatManifest(entries: readonly ManifestEntry[]): string {
  return [...entries]
    .sort((a, b) => compareUtf8(a.path, b.path))
    .map((entry) => `${entry.sha256}  ${entry.path}\n`)
    .join("");
}

/** The entries, or the reason and line why this is no canonical manifest. */
export function parseManifest(text: string): ManifestEntry[] | { line: number; message: string } {
  if (text !== "" && !text.endsWith("\n"))
    return { line: text.split("\n").length, message: "the last line does not end in LF" };
  const entries: ManifestEntry[] = [];
  for (const [index, row] of text.split("\n").slice(0, -1).entries()) {
    const line = index + 1;
    const sha256 = row.slice(0, 64);
    const path = row.slice(66);
    if (!isSha256Hex(sha256)) return { line, message: "it does not begin with 64 lower-case hex digits" };
    if (row.slice(64, 66) !== "  ") return { line, message: "two spaces must stand between hash and path" };
    if (!isBagPath(path)) return { line, message: "its path is not allowed" };
    const before = entries.at(-1);
    if (before && compareUtf8(before.path, path) >= 0)
      return { line, message: "it is not sorted by the bytes of its paths" };
    entries.push({ path, sha256 });
  }
  return entries;
}

/** bag-info.txt: `Label: value` lines. Line breaks in a value become spaces, so that no value can forge a label. */
export function formatBagInfo(fields: readonly (readonly [label: string, value: string])[]): string {
  return fields
    .map(
      ([label, value]) =>
        `${label}: ${value.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ").trim()}\n`,
    )
    .join("");
}

/** Labels and values, or the number of the first line that is not `Label: value`. */
export function parseBagInfo(text: string): Map<string, string> | number {
  const out = new Map<string, string>();
  const rows = text.split("\n");
  if (rows.pop() !== "") return rows.length + 1;
  for (const [index, row] of rows.entries()) {
    const match = /^([A-Za-z][A-Za-z0-9-]*): ([^\r]*)$/.exec(row);
    if (!match || out.has(match[1]!)) return index + 1;
    out.set(match[1]!, match[2]!);
  }
  return out;
}

export const payloadOxum = (bytes: number, files: number): string => `${bytes}.${files}`;
