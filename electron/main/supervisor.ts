// Keeps one engine process alive for a window or a session. It promises that a death of the engine is seen at once,
// told to whoever is connected, and followed by a fresh engine - but not for ever: one that dies again and again while
// starting is left down with its reason, so that a broken installation does not spin.

export interface EngineProcess {
  /** Called once, when the process is gone. */
  onExit(listener: (reason: string) => void): void;
  kill(): void;
}

export interface Supervised<P extends EngineProcess> {
  /** The running engine; starts one where there is none. Throws where it has given up. */
  current(): P;
  /** Called after each unexpected death, with the reason. */
  onStopped(listener: (reason: string) => void): void;
  close(): void;
  readonly starts: number;
}

/** Deaths within this stretch count as one row of failures. */
const WINDOW_MS = 30_000;
/** After so many in a row nothing is started any more: a healthy engine takes no such number of hits by chance. */
const MOST_DEATHS = 5;

export function supervise<P extends EngineProcess>(
  start: () => P,
  now: () => number = () => performance.now(),
): Supervised<P> {
  const listeners: ((reason: string) => void)[] = [];
  let deaths: number[] = [];
  let running: P | null = null;
  let closed = false;
  let starts = 0;
  let last = "";

  const current = (): P => {
    if (running) return running;
    if (closed) throw new Error("The engine is closed.");
    deaths = deaths.filter((at) => now() - at < WINDOW_MS);
    if (deaths.length >= MOST_DEATHS)
      throw new Error(`The engine stopped ${deaths.length} times within ${WINDOW_MS / 1000} s (${last}).`);
    const fresh = start();
    starts++;
    running = fresh;
    fresh.onExit((reason) => {
      if (running !== fresh) return;
      running = null;
      if (closed) return;
      last = reason;
      deaths.push(now());
      for (const listener of listeners) listener(reason);
    });
    return fresh;
  };

  return {
    current,
    onStopped: (listener) => {
      listeners.push(listener);
    },
    close: () => {
      closed = true;
      const one = running;
      running = null;
      one?.kill();
    },
    get starts() {
      return starts;
    },
  };
}
