// The packaged program's two faces: `portwitness` with a command does it in this process, without a window, since the
// fuse that would let Electron run as Node is off in what is shipped; without a command it opens the window.
import { pathToFileURL } from "node:url";

/** The words of a command among the program's arguments, or null where the window is meant. */
export function commandWords(argv: readonly string[], packaged: boolean): string[] | null {
  // Unpackaged, Electron's second argument is the folder or file that it runs.
  const words = argv.slice(packaged ? 1 : 2).filter((word) => !ELECTRONS_OWN.test(word));
  const [first] = words;
  if (first === undefined) return null;
  return !first.startsWith("-") || WITHOUT_COMMAND.has(first) ? words : null;
}

const WITHOUT_COMMAND: ReadonlySet<string> = new Set(["--help", "-h", "--version"]);
/** Switches of Chromium that a launcher, not the user, puts before the command. */
const ELECTRONS_OWN = /^--(no-sandbox|ozone-platform(-hint)?=.*|disable-gpu)$/;

/** What it needs of Electron's app, by shape. */
export interface App {
  readonly commandLine: { appendSwitch(name: string, value?: string): void };
  disableHardwareAcceleration(): void;
  exit(code: number): void;
}

/** Runs the command line (dist/cli.js reads process.argv and sets process.exitCode) and ends the program with its code. */
export async function runCommand(app: App, words: readonly string[], cli: string): Promise<void> {
  // No display is needed or asked for: the machine may have none.
  app.commandLine.appendSwitch("ozone-platform", "headless");
  app.disableHardwareAcceleration();
  process.argv = [process.execPath, cli, ...words];
  try {
    await import(pathToFileURL(cli).href);
  } catch (error) {
    process.stderr.write(`portwitness: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 3;
  }
  // exit() ends at once: what stands in the pipes is let out first.
  await Promise.all(
    [process.stdout, process.stderr].map((out) => new Promise<void>((ready) => out.write("", () => ready()))),
  );
  app.exit(Number(process.exitCode ?? 0));
}
