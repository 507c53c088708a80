// `node dist/session.js`: starts the session and prints its address as one line of JSON, for build/start.mjs and the tests.
// With --until-input-ends it ends with its parent's pipe, so that no server outlives the program that opened it.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startChildEngine } from "../engine/child-engine";
import { sessionHost } from "./host";
import { type SessionEngine, startSession } from "./session";

const dist = dirname(fileURLToPath(import.meta.url));

const session = await startSession({
  renderer: process.env.PORTWITNESS_RENDERER ?? join(dist, "renderer"),
  startEngine: (): SessionEngine => {
    const child = startChildEngine(join(dist, "engine.js"));
    return {
      port: () => child.port(),
      onExit: (listener) => child.onExit((asked) => listener(asked ? "asked to" : "ended by itself")),
      kill: () => void child.stop(),
    };
  },
  host: sessionHost({ cli: join(dist, "cli.js") }),
  port: Number(process.env.PORTWITNESS_PORT ?? 0),
});

process.stdout.write(
  `${JSON.stringify({ address: session.address, origin: session.origin, pid: process.pid })}\n`,
);

const end = async () => {
  await session.close();
  // The engine closes its cases first; it is its own process and ends when the channel does.
  setTimeout(() => process.exit(0), 500).unref();
};
process.on("SIGINT", () => void end());
process.on("SIGTERM", () => void end());
if (process.argv.includes("--until-input-ends")) {
  process.stdin.on("end", () => void end());
  process.stdin.resume();
}
