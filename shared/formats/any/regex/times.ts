// The times of a layout that is a regular expression: in the format that it gives, or in a form that tells by itself which
// number is the day. Whatever could be read in two ways is no time without a format.
import type { Stamp } from "../../../time/stamp";
import { readAnyStamp } from "../csv/time-cell";
import type { LinePattern } from "./pattern";

/** The whole text as a time; null where it is none. */
export function readTime(pattern: LinePattern, text: string): Stamp | null {
  if (pattern.time === null) return readAnyStamp(text.trim());
  const stamp = pattern.time.read(text, 0);
  return stamp !== null && stamp.end === text.length ? stamp : null;
}
