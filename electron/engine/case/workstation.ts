// What the ledger says of the machine that an act was done on: its own, unverified claims. Order is by seq; the boot's
// identity and monotonic clock make a changed wall clock visible.
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";

/** Identity of the current boot; empty where the system has none to read. */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

/** Milliseconds of the system's monotonic clock. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

/** RFC 3339, UTC, milliseconds. */
export const wallClock = (): string => new Date().toISOString();

export const host = (): string => hostname();

export function account(): string {
  try {
    return userInfo().username;
  } catch {
    // A numeric user without an entry in the system's list of accounts (containers).
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

/** When a process started, in ticks since the boot: tells a number that was given out again. Null where it cannot be read. */
export function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold spaces: fields are counted behind it. Field 22 of proc_pid_stat(5).
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

export function processAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
