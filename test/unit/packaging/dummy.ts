// A folder that electron-builder takes for an unpacked Electron: the names it needs, and an executable that is none but
// carries the fuses. It shows what our configuration makes of an Electron; that Electron obeys its fuses, it cannot show.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The text that marks the fuses in Electron's executable (@electron/fuses, constants). */
const SENTINEL = "dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX";
/** Version 1, nine fuses, as a fresh Electron has them. */
const WIRE = Buffer.concat([Buffer.from([1, 9]), Buffer.from("101100101")]);

/** An asar archive without files: two pickles, of the header's size and of the header. */
function emptyArchive(): Buffer {
  const header = Buffer.from('{"files":{}}');
  const numbers = Buffer.alloc(16);
  for (const [i, n] of [4, header.length + 8, header.length + 4, header.length].entries())
    numbers.writeUInt32LE(n, 4 * i);
  return Buffer.concat([numbers, header]);
}

export function dummyElectron(folder: string, version: string): void {
  mkdirSync(join(folder, "locales"), { recursive: true });
  mkdirSync(join(folder, "resources"), { recursive: true });
  const executable = Buffer.concat([
    Buffer.from("#!/bin/sh\necho a dummy stands for Electron\nexit 0\n"),
    Buffer.from(SENTINEL),
    WIRE,
  ]);
  writeFileSync(join(folder, "electron"), executable, { mode: 0o755 });
  for (const name of ["chrome_crashpad_handler", "chrome-sandbox"])
    writeFileSync(join(folder, name), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(folder, "version"), version);
  writeFileSync(join(folder, "LICENSE"), "Electron's licence\n");
  writeFileSync(join(folder, "LICENSES.chromium.html"), "<html></html>\n");
  writeFileSync(join(folder, "locales/en-US.pak"), "");
  writeFileSync(join(folder, "resources.pak"), "");
  writeFileSync(join(folder, "resources/default_app.asar"), emptyArchive());
}
