import { describe, expect, it } from "vitest";
import { argumentShape } from "../../electron/cli/arguments";
import { COMMANDS } from "../../electron/cli/commands";
import { OPERATION_NAMES, OPERATIONS } from "../../shared/contract/contract";

// Operations that only a window needs: a page of something that a command prints whole, a picture, a view's life.
const WINDOW_ONLY = new Set([
  "case.open",
  "case.close",
  "custody.ledger",
  "evidence.preview",
  "evidence.hold",
  "records.histogram",
  "records.find",
  "records.match",
  "timeline.histogram",
  "timeline.locate",
  "views.save",
  "views.remove",
  "records.raw",
  "clock.history",
  "clock.residuals",
  "attribution.list",
  "attribution.detail",
]);

describe("the command line and the contract", () => {
  const reached = new Set<string>(COMMANDS.flatMap((command) => command.operations));

  it("can do and script every act that the ledger records", () => {
    const acts = OPERATION_NAMES.filter((name) => OPERATIONS[name].act !== null);
    expect(acts.length).toBeGreaterThan(6);
    // Opening records what it found and mended; every command opens its case.
    expect(acts.filter((name) => name !== "case.open" && !reached.has(name))).toEqual([]);
  });

  it("reaches every other operation too, but for those that only a window needs", () => {
    const readings = OPERATION_NAMES.filter((name) => OPERATIONS[name].act === null);
    expect(readings.filter((name) => !reached.has(name) && !WINDOW_ONLY.has(name))).toEqual([]);
  });

  it("names only operations that there are", () => {
    expect([...reached].filter((name) => !(OPERATION_NAMES as string[]).includes(name))).toEqual([]);
  });

  it("records an act under its operation's own name", () => {
    const others = OPERATION_NAMES.filter(
      (name) => OPERATIONS[name].act !== null && OPERATIONS[name].act !== name,
    );
    expect(others).toEqual([]);
  });

  it("has each command once, and each says what it takes", () => {
    const names = COMMANDS.map((command) => command.name);
    expect(new Set(names).size).toBe(names.length);
    for (const command of COMMANDS) {
      expect(command.summary.endsWith("."), command.name).toBe(true);
      const { least, most } = argumentShape(command.arguments);
      expect(most).toBeGreaterThanOrEqual(least);
    }
  });

  it("lets the examiner of every act be named", () => {
    const acting = COMMANDS.filter(
      (c) => c.name !== "demo" && c.operations.some((name) => OPERATIONS[name].act !== null),
    );
    expect(
      acting.filter((command) => !("examiner" in command.options)).map((command) => command.name),
    ).toEqual([]);
  });
});
