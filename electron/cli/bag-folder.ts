import { existsSync } from "node:fs";
import { join } from "node:path";

/** True where a folder is an exhibit, by the file that declares a bag. */
export const isBagFolder = (path: string): boolean => existsSync(join(path, "bagit.txt"));
