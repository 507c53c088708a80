// Configuration files from the disk, includes and globs followed. The files were copied from a server: an absolute path
// of that server is looked for below the main file's folder (whole, then by ever fewer of its leading folders), never at
// that path of this machine, whose own configuration would be judged instead.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { ProductError } from "../../../shared/errors";
import type { ConfigFile, ConfigReader } from "../../../shared/readiness/model";

/** A configuration is text written by hand; more is a wrong file. */
const LIMIT_BYTES = 16 << 20;

export function readConfig(file: string): ConfigReader {
  const main = resolve(file);
  const folder = dirname(main);
  const named = (path: string): string => relative(folder, path) || basename(path);
  return {
    main: { path: named(main), text: readText(main, file) },
    include(pattern, from) {
      for (const candidate of candidates(pattern, from, folder)) {
        const found = glob(candidate).filter((path) => path !== main);
        if (found.length > 0)
          return found.map((path): ConfigFile => ({ path: named(path), text: readText(path, path) }));
      }
      return [];
    },
  };
}

/** Places where an included path may lie among the copied files, the likeliest first; all within the main file's folder or its parent's. */
function candidates(pattern: string, from: string, folder: string): string[] {
  const parts = pattern.split("/").filter((p) => p !== "" && p !== ".");
  const absolute = pattern.startsWith("/");
  const places: string[] = [];
  if (!absolute) {
    if (!from.startsWith("/")) places.push(resolve(folder, dirname(from), ...parts));
    places.push(resolve(folder, ...parts));
  }
  for (let drop = 0; drop < parts.length; drop++) {
    places.push(resolve(folder, ...parts.slice(drop)), resolve(dirname(folder), ...parts.slice(drop)));
  }
  const root = dirname(folder);
  return [...new Set(places)].filter((p) => p === root || p.startsWith(root === "/" ? "/" : `${root}/`));
}

function glob(pattern: string): string[] {
  const parts = pattern.split("/").slice(1);
  let paths = ["/"];
  for (const part of parts) {
    if (!/[*?[]/.test(part)) paths = paths.map((p) => join(p, part)).filter(exists);
    else {
      const test = matcher(part);
      paths = paths.flatMap((p) => {
        try {
          return readdirSync(p)
            .filter((name) => !name.startsWith(".") && test(name))
            .map((name) => join(p, name));
        } catch {
          return [];
        }
      });
    }
  }
  const files = paths.flatMap((p) => (isFile(p) ? [p] : []));
  return files.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** fnmatch over one name, without a regular expression made from the file's text: `*`, `?` and `[...]`. */
function matcher(pattern: string): (name: string) => boolean {
  const match = (p: number, name: string, n: number): boolean => {
    for (; p < pattern.length; p++, n++) {
      const c = pattern[p]!;
      if (c === "*") {
        for (let rest = n; rest <= name.length; rest++) if (match(p + 1, name, rest)) return true;
        return false;
      }
      if (n >= name.length) return false;
      const close = c === "[" ? pattern.indexOf("]", p + 2) : -1;
      if (close > 0) {
        if (!inSet(pattern.slice(p + 1, close), name[n]!)) return false;
        p = close;
      } else if (c !== "?" && c !== name[n]) return false;
    }
    return n === name.length;
  };
  return (name) => match(0, name, 0);
}

function inSet(set: string, c: string): boolean {
  const negated = set[0] === "!" || set[0] === "^";
  let found = false;
  for (let i = negated ? 1 : 0; i < set.length; i++) {
    if (set[i + 1] === "-" && i + 2 < set.length) {
      if (c >= set[i]! && c <= set[i + 2]!) found = true;
      i += 2;
    } else if (set[i] === c) found = true;
  }
  return found !== negated;
}

const exists = (path: string): boolean => {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
};
const isFile = (path: string): boolean => exists(path) && statSync(path).isFile();

function readText(path: string, shown: string): string {
  try {
    if (statSync(path).size > LIMIT_BYTES) {
      throw new ProductError("input", `${shown} is larger than 16 MiB.`, "Name a configuration file.", {
        file: shown,
      });
    }
    return readFileSync(path).toString("utf8");
  } catch (error) {
    if (error instanceof ProductError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProductError("input", `${shown} cannot be read: ${reason}`, "Check the path.", { file: shown });
  }
}
