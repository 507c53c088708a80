import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../../../electron/engine/readiness/config-files";
import { judgeConfig } from "../../../shared/readiness/judge";
import { judgeSource, type SourceFacts } from "../../../shared/readiness/source";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "readiness-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const write = (path: string, text: string) => {
  const full = join(folder, path);
  mkdirSync(join(full, ".."), { recursive: true });
  writeFileSync(full, text);
};

describe("a configuration copied from a server", () => {
  it("is followed through relative globs, in the order of names", () => {
    write("nginx/nginx.conf", "http { include sites/*.conf; log_format p '$remote_port'; }");
    write("nginx/sites/b.conf", "server { server_name b; access_log /b p; }");
    write("nginx/sites/a.conf", "server { server_name a; access_log /a combined; }");
    const judged = judgeConfig("nginx", readConfig(join(folder, "nginx/nginx.conf")), null);
    expect(judged.findings.map((f) => [f.scope, f.port, f.file])).toEqual([
      ["server a", "no", "sites/a.conf"],
      ["server b", "yes", "sites/b.conf"],
    ]);
  });
  it("finds a server's absolute path among the copied files, never on this machine", () => {
    write("etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf");
    expect(judgeConfig("sshd", readConfig(join(folder, "etc/ssh/sshd_config")), null).port).toBe("yes");
    write("etc/ssh/sshd_config.d/10.conf", "LogLevel QUIET");
    expect(judgeConfig("sshd", readConfig(join(folder, "etc/ssh/sshd_config")), null).port).toBe("no");
    write("x/main.conf", 'Include /etc/passwd\nCustomLog a "%h"');
    expect(judgeConfig("apache", readConfig(join(folder, "x/main.conf")), null).open.join()).toContain(
      "/etc/passwd",
    );
  });
  it("does not run away where a file includes itself", () => {
    write("httpd.conf", "Include httpd.conf\nInclude loop.conf");
    write("loop.conf", 'Include loop.conf\nCustomLog a "%h %{remote}p"');
    expect(judgeConfig("apache", readConfig(join(folder, "httpd.conf")), null).port).toBe("yes");
  });
  it("says which file cannot be read", () => {
    expect(() => readConfig(join(folder, "none.conf"))).toThrow(/cannot be read/);
  });
});

describe("a source of the case", () => {
  const facts: SourceFacts = {
    name: "web",
    format: "apache.access",
    formatTitle: "Apache access log",
    records: 100,
    withAddress: 100,
    withPort: 100,
    withTime: 100,
    coarsestUs: 1_000_000,
    finestUs: 1_000_000,
    ambiguousTimes: 0,
    zoneGiven: null,
    timeMeans: ["end"],
    uncertaintyUs: 50_000,
    gives: "when-configured",
  };
  it("is ready with address, port and a calibrated time in every record", () => {
    const judged = judgeSource(facts);
    expect(judged).toMatchObject({ port: "yes", missing: [] });
    expect(judged.statement).toContain("holds what attribution needs");
  });
  it("names what is missing, the port first", () => {
    const judged = judgeSource({ ...facts, withPort: 0, uncertaintyUs: null, coarsestUs: 60_000_000 });
    expect(judged.port).toBe("no");
    expect(judged.missing.map((m) => m.split(":")[0])).toEqual([
      "The client's source port",
      "A time to the second",
      "A calibrated clock",
    ]);
  });
  it("never infers from a log how it is kept or produced", () => {
    for (const l of judgeSource(facts).levels.filter(
      (x) => x.level === "Manageable" || x.level === "Accessible",
    )) {
      expect(l.answer).toBe("unknown");
    }
  });
});
