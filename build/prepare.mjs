// Builds dist/: what `npm ci` runs through "prepare", so that `node dist/cli.js` works at once on a fresh clone.
// A part (Node programs, window, shell) is built only where one of its inputs is newer than its last build; a failed
// build leaves the earlier dist/ as it was. Usage: node build/prepare.mjs [--force] [--only PART]
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

const root = resolve(import.meta.dirname, "..");
const dist = join(root, "dist");
const { values: flags } = parseArgs({ options: { force: { type: "boolean" }, only: { type: "string" } } });

// Lists every input that can change an output: sources, the part's configuration, and the pinned dependencies.
const common = ["package.json", "package-lock.json", "shared", "build/prepare.mjs"];
const PARTS = [
  {
    name: "node",
    config: "build/vite.node.config.ts",
    inputs: [
      ...common,
      "electron",
      "test/simulate",
      "test/bench",
      "build/vite.node.config.ts",
      "build/verifier",
    ],
  },
  {
    name: "window",
    config: "build/vite.renderer.config.ts",
    inputs: [...common, "renderer", "docs/filter.md", "build/vite.renderer.config.ts"],
    folder: "renderer",
  },
  {
    name: "viewer",
    config: "build/vite.viewer.config.ts",
    inputs: [...common, "renderer", "build/vite.viewer.config.ts"],
    folder: "viewer",
  },
  {
    name: "main",
    config: "build/vite.shell.config.ts",
    shell: "main",
    inputs: [...common, "electron", "build/vite.shell.config.ts"],
  },
  {
    name: "preload",
    config: "build/vite.shell.config.ts",
    shell: "preload",
    inputs: [...common, "electron", "build/vite.shell.config.ts"],
  },
];

const fail = (...lines) => {
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exit(1);
};
if (flags.only && !PARTS.some((part) => part.name === flags.only))
  fail(`There is no part "${flags.only}". Parts: ${PARTS.map((part) => part.name).join(", ")}.`);

// A folder's own time counts too: it changes when a file in it is added or removed.
function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  let latest = stat.mtimeMs;
  for (const entry of readdirSync(path)) {
    if (entry === "node_modules") continue;
    latest = Math.max(latest, newest(join(path, entry)));
  }
  return latest;
}

const stampOf = (part) => join(dist, `.built-${part.name}.json`);
function current(part) {
  const stamp = stampOf(part);
  if (!existsSync(stamp)) return false;
  const { files } = JSON.parse(readFileSync(stamp, "utf8"));
  if (files.some((file) => !existsSync(join(dist, file)))) return false;
  const built = statSync(stamp).mtimeMs;
  return part.inputs.every((input) => newest(join(root, input)) <= built);
}

/** Names the packages that went into a part, for the bill of materials: what is bundled is shipped (build/packaging). */
function packagesInto(found) {
  const note = (path) => {
    const at = path.replaceAll("\\", "/").lastIndexOf("/node_modules/");
    const name = at < 0 ? null : /^(?:@[^/]+\/)?[^/]+/.exec(path.slice(at + 14))?.[0];
    if (!name) return;
    // Assets name their file from the configuration's own folder.
    const nested = join(path.slice(0, at + 14), name, "package.json");
    const file = existsSync(nested) ? nested : join(root, "node_modules", name, "package.json");
    const { version } = JSON.parse(readFileSync(file, "utf8"));
    found.add(`${name}@${version}`);
  };
  return {
    name: "packages",
    generateBundle(_options, bundle) {
      for (const id of this.getModuleIds()) if (!id.startsWith("\0")) note(id.split("?")[0]);
      for (const file of Object.values(bundle))
        for (const name of file.originalFileNames ?? []) note(resolve(root, name));
    },
  };
}

const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

async function buildPart(part, vite) {
  if (part.shell) process.env.PORTWITNESS_SHELL = part.shell;
  const loaded = await vite.loadConfigFromFile(
    { command: "build", mode: "production" },
    join(root, part.config),
    root,
  );
  if (!loaded) throw new Error(`${part.config} could not be read`);
  const config = loaded.config;
  // Vite keeps loaded configuration modules; the shell's two parts share one, so its entry is set here again.
  if (part.shell) {
    config.build.rolldownOptions.input = {
      [part.shell]: join(root, `electron/${part.shell}/${part.shell}.ts`),
    };
  }
  // How long a plugin took is no finding about the sources.
  config.build.rolldownOptions = { ...config.build.rolldownOptions, checks: { pluginTimings: false } };
  // Beside dist/, so that the finished files can be moved in by rename.
  const next = join(root, `.dist-${process.pid}`);
  rmSync(next, { recursive: true, force: true });
  try {
    const outDir = part.folder ? join(next, part.folder) : next;
    const started = Date.now();
    const packages = new Set();
    await vite.build({
      ...config,
      plugins: [...(config.plugins ?? []), packagesInto(packages)],
      configFile: false,
      logLevel: "warn",
      build: { ...config.build, outDir, emptyOutDir: false },
    });
    const files = filesIn(next);
    const before = existsSync(stampOf(part)) ? JSON.parse(readFileSync(stampOf(part), "utf8")).files : [];
    for (const file of files) {
      mkdirSync(dirname(join(dist, file)), { recursive: true });
      renameSync(join(next, file), join(dist, file));
    }
    for (const file of before) if (!files.includes(file)) rmSync(join(dist, file), { force: true });
    if (files.includes("cli.js")) chmodSync(join(dist, "cli.js"), 0o755);
    // The stamp carries the time at which the build began: an input that changed meanwhile is newer than it.
    writeFileSync(stampOf(part), `${JSON.stringify({ files, packages: [...packages].sort() }, null, 1)}\n`);
    utimesSync(stampOf(part), started / 1000, started / 1000);
    process.stdout.write(`prepare: ${part.name} built in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

const due = PARTS.filter(
  (part) => (!flags.only || flags.only === part.name) && (flags.force || !current(part)),
);
if (due.length > 0) {
  let vite;
  try {
    vite = await import("vite");
  } catch {
    fail(
      "prepare: Portwitness is built from source, and its build tools (devDependencies) are not installed.",
      "Install with them: npm ci --include=dev (and unset NODE_ENV=production). To leave them out again afterwards: npm prune --omit=dev.",
    );
  }
  mkdirSync(dist, { recursive: true });
  for (const part of due) {
    try {
      await buildPart(part, vite);
    } catch (error) {
      fail(
        `prepare: building ${part.name} failed; dist/ is as it was.`,
        error instanceof Error ? error.message : String(error),
      );
    }
  }
}
