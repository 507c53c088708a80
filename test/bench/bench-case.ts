// One line of the benchmark: the same work by us and by a peer, each in a process of its own so that neither finds the
// other's caches, memory or threads.

export interface BenchCase {
  readonly name: string;
  /** CPU seconds (user + system, all threads) unless the name says otherwise. */
  readonly unit: "s" | "ms" | "MB";
  /** What is measured against; null where there is none. */
  readonly peer: string | null;
  /** Makes the input below `folder` where it is not there yet; not measured. */
  prepare(folder: string): Promise<void>;
  /** One measurement by us. `run` is an empty folder for it. */
  ours(folder: string, run: string): Promise<number>;
  /** One by the peer; null where it is not installed. */
  theirs?(folder: string, run: string): Promise<number | null>;
}

/** CPU seconds of this process while `fn` runs. */
export async function cpuSeconds(fn: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await fn();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

export async function wallSeconds(fn: () => Promise<void>): Promise<number> {
  const before = performance.now();
  await fn();
  return (performance.now() - before) / 1000;
}

/** PORTWITNESS_BENCH_SCALE multiplies the rows of every input; 1 = the published figures. */
export const scaled = (rows: number): number =>
  Math.max(1000, Math.round(rows * Number(process.env.PORTWITNESS_BENCH_SCALE ?? "1")));
