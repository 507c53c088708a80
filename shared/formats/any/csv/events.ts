// Words by which operators' exports say what happened to a mapping. A word that is not listed is a fault of its row:
// reading a release as a start would keep a subscriber on a port that somebody else has.
import { latin1 } from "../../../record/bytes";
import { NAT_EVENT } from "../../../record/columns";

const WORDS: Readonly<Record<string, number>> = Object.fromEntries([
  ...[
    "alloc",
    "allocate",
    "allocated",
    "allocation",
    "create",
    "created",
    "add",
    "added",
    "start",
    "started",
  ].map((w) => [w, NAT_EVENT.start]),
  ...[
    "open",
    "opened",
    "build",
    "built",
    "new",
    "map",
    "mapped",
    "begin",
    "assign",
    "assigned",
    "a",
    "c",
  ].map((w) => [w, NAT_EVENT.start]),
  ...[
    "release",
    "released",
    "delete",
    "deleted",
    "free",
    "freed",
    "close",
    "closed",
    "end",
    "ended",
    "stop",
  ].map((w) => [w, NAT_EVENT.release]),
  ...["stopped", "remove", "removed", "teardown", "dealloc", "deallocate", "deallocated", "destroy"].map(
    (w) => [w, NAT_EVENT.release],
  ),
  ...["destroyed", "unmap", "expire", "expired", "withdraw", "r", "d"].map((w) => [w, NAT_EVENT.release]),
  ...["interim", "interim-update", "active", "update", "updated", "alive", "renew", "renewed"].map((w) => [
    w,
    NAT_EVENT.interim,
  ]),
  ...["mapping", "session", "binding", "static"].map((w) => [w, NAT_EVENT.mapping]),
]);

/** The words seen, by their bytes: a file has a handful. */
const seen: { bytes: Uint8Array; event: number }[] = [];

/** The NAT_EVENT code of the word in [from, to), or -1. */
export function eventOf(b: Uint8Array, from: number, to: number): number {
  const n = to - from;
  for (const known of seen) {
    if (known.bytes.length !== n) continue;
    let i = 0;
    while (i < n && known.bytes[i] === b[from + i]) i++;
    if (i === n) return known.event;
  }
  const word = latin1(b, from, Math.min(to, from + 64))
    .toLowerCase()
    .replace(/[_ ]/g, "-");
  // "PORT-BLOCK-ALLOC", "NAT44 session delete": the last word says it.
  const event = WORDS[word] ?? WORDS[word.slice(word.lastIndexOf("-") + 1)] ?? -1;
  if (event >= 0 && seen.length < 64) seen.push({ bytes: b.slice(from, to), event });
  return event;
}
