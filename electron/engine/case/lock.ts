// One writer a case. The lock is a file that is created exclusively; one left by a process that is gone is taken over,
// and said. A process number that was given out again is told by its start, another machine's lock is never judged.
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { ProductError } from "../../../shared/errors";
import { TOOL } from "../../../shared/version";
import { account, bootId, host, processAlive, processStart, wallClock } from "./workstation";

interface Holder {
  readonly pid: number;
  readonly start: string | null;
  readonly host: string;
  readonly bootId: string;
  readonly account: string;
  readonly tool: string;
  readonly since: string;
}

export interface CaseLock {
  /** A sentence where a dead process's lock was taken over. */
  readonly takenOver: string | null;
  release(): void;
}

/** Locks a case for writing. Throws ProductError("case-in-use") with the holder's name. */
export function lockCase(folder: string): CaseLock {
  const file = join(folder, "lock");
  const mine: Holder = {
    pid: process.pid,
    start: processStart(process.pid),
    host: host(),
    bootId: bootId(),
    account: account(),
    tool: TOOL,
    since: wallClock(),
  };
  const text = `${JSON.stringify(mine)}\n`;
  let takenOver: string | null = null;
  if (!createExclusively(file, text)) {
    takenOver = takeOver(file, text);
  }
  sweep(folder);
  return {
    takenOver,
    release: () => {
      if (readText(file) === text) rmSync(file, { force: true });
    },
  };
}

/** Removes the beginnings of locks that killed processes left. Only for the holder of the lock. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^lock(?:\.takeover)?\.(\d+)$/.exec(name)?.[1];
    if (pid === undefined) continue;
    const text = readText(join(folder, name));
    const holder = text === null ? null : parseHolder(text);
    if (holder ? isGone(holder) : !processAlive(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

/** Who held a lock that a process left behind when it was killed, or null: no lock, or one that may be held. */
export function leftBehind(folder: string): string | null {
  const text = readText(join(folder, "lock"));
  const holder = text === null ? null : parseHolder(text);
  return holder && isGone(holder) ? holderText(holder) : null;
}

/** The name appears with its whole content or not at all; false where it exists. */
function createExclusively(file: string, text: string): boolean {
  const partial = `${file}.${process.pid}`;
  writeNew(partial, text, "w");
  try {
    linkSync(partial, file);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EEXIST") return false;
    // File systems without hard links (exFAT sticks, some shares): exclusive creation, whose content may come torn.
    try {
      writeNew(file, text, "wx");
      return true;
    } catch (second) {
      if ((second as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw second;
    }
  } finally {
    rmSync(partial, { force: true });
  }
}

function writeNew(file: string, text: string, flags: "w" | "wx"): void {
  const fd = openSync(file, flags, 0o644);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function takeOver(file: string, text: string): string {
  const found = readText(file);
  const holder = found === null ? null : parseHolder(found);
  if (!holder) throw inUse(file, "an unreadable lock", null);
  if (!isGone(holder)) throw inUse(file, holderText(holder), holder);
  // Two programs may find the same stale lock: only the one that holds this second file may remove it.
  const door = `${file}.takeover`;
  const doorHolder = readText(door);
  if (doorHolder !== null) {
    const other = parseHolder(doorHolder);
    if (other && isGone(other)) rmSync(door, { force: true });
  }
  if (!createExclusively(door, text)) throw inUse(file, "a program that is just opening it", null);
  try {
    if (readText(file) === found) rmSync(file, { force: true });
    if (!createExclusively(file, text)) throw inUse(file, "a program that has just opened it", null);
  } finally {
    rmSync(door, { force: true });
  }
  return `The lock of ${holderText(holder)}, which is no longer running, was taken over.`;
}

/** True only where it is certain that the holder no longer runs. */
function isGone(holder: Holder): boolean {
  if (holder.host !== host()) return false;
  if (holder.bootId !== "" && bootId() !== "" && holder.bootId !== bootId()) return true;
  if (!processAlive(holder.pid)) return true;
  const start = processStart(holder.pid);
  return start !== null && holder.start !== null && start !== holder.start;
}

const holderText = (h: Holder): string =>
  `${h.account} on ${h.host} (${h.tool}, process ${h.pid}, since ${h.since})`;

function inUse(file: string, who: string, holder: Holder | null): ProductError {
  const elsewhere = holder !== null && holder.host !== host();
  return new ProductError(
    "case-in-use",
    `The case is in use by ${who}.`,
    holder === null || elsewhere
      ? `Close it there. If no program has it open, delete the file ${file} and try again.`
      : "Close it there, or open it read-only.",
    { file },
  );
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function parseHolder(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Holder;
    return typeof value.pid === "number" && typeof value.host === "string" ? value : null;
  } catch {
    return null;
  }
}
