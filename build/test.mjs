// `npm test`: lint, layers, types, then every test, and at the end one line computed from the runners' own reports:
// "N passed, N failed, N skipped". A check that fails, and a test file or a runner that dies before it reports, counts
// as failed, so that the line can never look better than the run.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const bin = (name) => join(root, "node_modules/.bin", name);
const reports = mkdtempSync(join(tmpdir(), "portwitness-test-"));
const total = { passed: 0, failed: 0, skipped: 0 };
const say = (text) => process.stdout.write(`${text}\n`);

function run(command, args, env = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  if (done.signal) process.exitCode = 1;
  return done.status === 0;
}

function check(name, command, args) {
  say(`\n== ${name}`);
  if (run(command, args)) return true;
  total.failed++;
  say(`${name} failed`);
  return false;
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

function vitest() {
  say("\n== unit, contract, crash and fuzz tests");
  const file = join(reports, "vitest.json");
  const ok = run(bin("vitest"), [
    "run",
    "--config",
    "build/vitest.config.ts",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
  ]);
  const report = readReport(file);
  if (!report) {
    total.failed++;
    return;
  }
  let failed = report.numFailedTests;
  // A file that could not be loaded has no tests to fail.
  for (const suite of report.testResults)
    if (suite.status === "failed" && suite.assertionResults.length === 0) failed++;
  if (!ok && failed === 0) failed = 1;
  total.passed += report.numPassedTests;
  total.failed += failed;
  total.skipped += report.numPendingTests + report.numTodoTests;
}

function playwright() {
  const config = "build/playwright.config.ts";
  if (!existsSync(join(root, config))) return;
  say("\n== the window, end to end");
  const file = join(reports, "playwright.json");
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: file };
  const browsers = [
    process.env.PORTWITNESS_CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
  ].filter(Boolean);
  if (!browsers.some((browser) => existsSync(browser))) {
    run(bin("playwright"), ["test", "--config", config, "--list", "--reporter=json"], env);
    const counted = count(readReport(file)?.suites ?? []);
    say(
      `No Chromium at ${browsers.join(" or ")}: the ${counted} tests of the window are skipped. Install it, or set PORTWITNESS_CHROMIUM.`,
    );
    total.skipped += counted;
    return;
  }
  const ok = run(bin("playwright"), ["test", "--config", config, "--reporter=list,json"], env);
  const report = readReport(file);
  if (!report) {
    total.failed++;
    return;
  }
  const { expected, unexpected, flaky, skipped } = report.stats;
  total.passed += expected + flaky;
  total.failed += unexpected + (!ok && unexpected === 0 ? 1 : 0);
  total.skipped += skipped;
}
const count = (suites) =>
  suites.reduce(
    (sum, suite) =>
      sum + (suite.specs ?? []).reduce((n, spec) => n + spec.tests.length, 0) + count(suite.suites ?? []),
    0,
  );

try {
  check("lint", bin("biome"), ["check", "--error-on-warnings", "."]);
  check("layers", bin("depcruise"), [
    "--config",
    "build/dependency-cruiser.cjs",
    "electron",
    "renderer",
    "shared",
    "build",
    "test",
  ]);
  check("unused files and dependencies", bin("knip"), ["--config", "build/knip.json", "--no-progress"]);
  check("types", bin("tsc"), ["-b"]);
  // Without a built tree the tests through the command line have nothing to run.
  if (check("build", process.execPath, ["build/prepare.mjs"])) {
    vitest();
    playwright();
  }
} finally {
  rmSync(reports, { recursive: true, force: true });
}
if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
say(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
