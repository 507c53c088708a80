// Named points of the commit protocol at which a test may kill the process (SIGKILL, no clean-up), to show that no kill
// loses an acknowledged act or publishes half of one. `during` of a file's writing leaves half of its bytes behind.

export const CRASH_POINTS = [
  "stage.before",
  "stage.during",
  "stage.after",
  "flush.before",
  "flush.during",
  "flush.after",
  "text.before",
  "text.during",
  "text.after",
  "line.before",
  "line.during",
  "line.after",
  "checkpoint.before",
  "checkpoint.during",
  "checkpoint.after",
  "publish.before",
  "publish.during",
  "publish.after",
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

export const crashesAt = (point: CrashPoint): boolean => process.env.PORTWITNESS_CRASH_AT === point;

/** Kills this process here where the environment says so. */
export function crashPoint(point: CrashPoint): void {
  if (!crashesAt(point)) return;
  process.kill(process.pid, "SIGKILL");
  // The signal is delivered at once on every system that has it; nothing may run until then.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}
