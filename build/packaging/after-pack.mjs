// Sets Electron's fuses in the packed executable, before anything is signed, and reads them back: a release whose fuses
// are not these is not made. What each closes stands in docs/security.md.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from "@electron/fuses";

/** What `flipFuses` is given; a fuse of a later Electron that is not named here fails the build instead of keeping its default. */
export const FUSES = {
  version: FuseVersion.V1,
  strictlyRequireAllFuses: true,
  [FuseV1Options.RunAsNode]: false,
  // The window keeps no cookies; encrypting none would only ask for the system's keyring.
  [FuseV1Options.EnableCookieEncryption]: false,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  // Electron checks the archive on macOS and Windows; on Linux the fuse has no effect, and the package's hash is signed.
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  // Electron's default: WebAssembly's bounds are checked by the processor.
  [FuseV1Options.WasmTrapHandlers]: true,
};

const ON = "1".charCodeAt(0);
const OFF = "0".charCodeAt(0);

export default async function afterPack(context) {
  const { appOutDir, electronPlatformName, packager } = context;
  const name = packager.appInfo.productFilename;
  const executable = {
    darwin: () => join(appOutDir, `${name}.app`),
    win32: () => join(appOutDir, `${packager.executableName ?? name}.exe`),
    linux: () => join(appOutDir, packager.executableName),
  }[electronPlatformName];
  if (!executable) throw new Error(`There are no fuses known for ${electronPlatformName}.`);
  const path = executable();
  // Electron's own start page has no place beside the program's archive.
  const resources =
    electronPlatformName === "darwin" ? join(path, "Contents/Resources") : join(appOutDir, "resources");
  rmSync(join(resources, "default_app.asar"), { force: true });
  await flipFuses(path, { ...FUSES, resetAdHocDarwinSignature: electronPlatformName === "darwin" });
  const wire = await getCurrentFuseWire(path);
  for (const [fuse, wanted] of Object.entries(FUSES)) {
    if (!/^\d+$/.test(fuse)) continue;
    if (wire[fuse] !== (wanted ? ON : OFF))
      throw new Error(`The fuse ${FuseV1Options[fuse]} of ${path} is not ${wanted ? "on" : "off"}.`);
  }
}
