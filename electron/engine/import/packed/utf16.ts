// UTF-16 text, as SQL Server's ERRORLOG and many exports of Windows are: recognised by its byte order mark, or by every
// other byte being NUL, and handed on as UTF-8, so that lines are lines of bytes. Half of a surrogate pair becomes U+FFFD,
// which is seen; the evidence itself stays as it was received. Source: RFC 2781; Unicode 15, section 3.10.
import type { ByteSource } from "./byte-source";

/** Which kind of UTF-16 a text's first bytes are, or null. */
export function utf16Kind(head: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const n = Math.min(head.length, 4096) & ~1;
  if (n < 16) return null;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < n; i += 2) {
    if (head[i] === 0) even++;
    if (head[i + 1] === 0) odd++;
  }
  // Latin text has its NULs on one side, nearly everywhere there; on the other, few signs have one.
  const few = n * 0.02;
  if (even <= few && odd >= n * 0.4) return "utf-16le";
  return odd <= few && even >= n * 0.4 ? "utf-16be" : null;
}

/** The text as UTF-8, without its byte order mark. */
export async function* asUtf8(source: ByteSource, kind: "utf-16le" | "utf-16be"): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(kind);
  for await (const block of source.blocksOf()) {
    const text = decoder.decode(block, { stream: true });
    if (text !== "") yield Buffer.from(text, "utf8");
  }
  const rest = decoder.decode();
  if (rest !== "") yield Buffer.from(rest, "utf8");
}
