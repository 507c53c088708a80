// demo: the whole job on a generated world.
import type { Command } from "../command";

export const demo: Command = {
  name: "demo",
  arguments: "[DIR]",
  summary: "Do the whole job on a generated world with a known truth, and print what it found.",
  options: {
    seed: { value: "N", help: "another world (default 1)" },
  },
  notes: [
    "DIR is made, and must be empty where it exists; without it a fresh temporary folder is used. The demo's key lives in it too: your own keys are not touched.",
  ],
  operations: [
    "case.new",
    "evidence.add",
    "clock.calibrate",
    "attribution.run",
    "attribution.page",
    "exhibit.export",
    "key.show",
    "custody.verify",
  ],
  async run(io) {
    // The generator is loaded here only: no other command needs it.
    const { runDemo } = await import("../demo");
    return runDemo(io);
  },
};
