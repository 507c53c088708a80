// The session's answers to the window's questions about its machine (shared/contract/host.ts).
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import { join, sep } from "node:path";
import * as v from "valibot";
import { HOST_OPERATIONS, type HostName, type HostReply } from "../../shared/contract/host";
import { ProductError } from "../../shared/errors";
import { listFolder } from "./files";

export interface HostOptions {
  /** dist/cli.js, which makes the demo case. */
  readonly cli: string;
  readonly env?: NodeJS.ProcessEnv;
}

export type Host = { readonly [N in HostName]: (request: never) => Promise<HostReply<N>> };

const homeOf = (env: NodeJS.ProcessEnv): string => env.HOME ?? homedir();
const accountName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return "";
  }
};

export function hostInfo(
  carrier: "electron" | "session",
  env: NodeJS.ProcessEnv = process.env,
): HostReply<"host.info"> {
  const home = homeOf(env);
  return {
    carrier,
    dialogs: carrier === "electron",
    separator: sep === "\\" ? "\\" : "/",
    home,
    cases: join(home, "Portwitness"),
    examiner: env.PORTWITNESS_EXAMINER ?? accountName(),
  };
}

/** A folder for a new demo; an earlier one is left as it is, since it may be somebody's exercise. */
async function freshDemoFolder(cases: string): Promise<string> {
  await mkdir(cases, { recursive: true });
  for (let n = 1; ; n++) {
    const folder = join(cases, n === 1 ? "demo" : `demo-${n}`);
    if (!existsSync(folder)) return folder;
  }
}

export async function makeDemo(
  options: HostOptions,
  node: string = process.execPath,
): Promise<HostReply<"host.demo">> {
  const env = options.env ?? process.env;
  const folder = await freshDemoFolder(hostInfo("session", env).cases);
  const out = await new Promise<string>((resolve, reject) => {
    execFile(
      node,
      [options.cli, "demo", folder, "--json"],
      { env: { ...env, PORTWITNESS_DEMO_KEYS: "shared" }, maxBuffer: 16 << 20 },
      (error, stdout, stderr) => {
        if (error)
          reject(
            new ProductError(
              "internal",
              `The demo case could not be made: ${stderr.trim() || error.message}`,
              "Run `portwitness demo` in a terminal to see the whole message.",
            ),
          );
        else resolve(stdout);
      },
    );
  });
  return { case: casePathIn(out, folder) };
}

/** The case's path as the demo printed it (key `case`), else the one case folder that it left. */
function casePathIn(out: string, folder: string): string {
  for (const line of out.split("\n")) {
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value === "object" && value !== null && "case" in value && typeof value.case === "string")
        return value.case;
    } catch {
      // Not a line of JSON: prose of the same run.
    }
  }
  return join(folder, "demo.case");
}

export function sessionHost(options: HostOptions): (name: string, request: unknown) => Promise<unknown> {
  const answers: Host = {
    "host.info": async () => hostInfo("session", options.env),
    "host.list": async (request: { path: string }) => listFolder(request.path),
    "host.choose": async () => {
      throw new ProductError("usage", "This session has no system dialogs.", "Browse with host.list.");
    },
    "host.demo": async () => makeDemo(options),
  };
  return async (name, request) => {
    if (!Object.hasOwn(HOST_OPERATIONS, name))
      throw new ProductError("usage", `There is no host operation ${name}.`, "Use one of the contract's.");
    const known = name as HostName;
    const parsed = v.safeParse(HOST_OPERATIONS[known].request, request);
    if (!parsed.success)
      throw new ProductError("usage", `${name}: ${parsed.issues[0].message}`, "Correct the request.");
    const reply = await answers[known](parsed.output as never);
    return v.parse(HOST_OPERATIONS[known].reply as v.GenericSchema, reply);
  };
}
