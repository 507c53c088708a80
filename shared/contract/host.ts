// What the window asks of the machine it runs on rather than of the engine: where files are, and the demo case. Two
// hosts answer it, Electron's main process (with its own dialogs) and the loopback session (which lists folders for the
// one authenticated user, since a browser never tells a page where a file lies). Evidence stays where it is: both hand
// over paths, never contents.
import * as v from "valibot";
import { casePath, count, int, nullable, operation, text } from "./operation";

export const hostEntry = v.object({
  name: text,
  /** A folder with a ledger in it is a case. */
  kind: v.picklist(["folder", "file", "case"]),
  bytes: count,
  modifiedMs: int,
});
export type HostEntry = v.InferOutput<typeof hostEntry>;

export const HOST_OPERATIONS = {
  "host.info": operation(
    v.object({}),
    v.object({
      carrier: v.picklist(["electron", "session"]),
      /** True where `host.choose` opens the system's own dialog; else the window browses with `host.list`. */
      dialogs: v.boolean(),
      separator: v.picklist(["/", "\\"]),
      home: text,
      /** Where new cases are offered to be made. */
      cases: text,
      /** The examiner that the environment names (PORTWITNESS_EXAMINER), else the account's name. */
      examiner: text,
    }),
  ),
  /** Folders first, then files, each in byte order of the name; at most 5,000. */
  "host.list": operation(
    v.object({ path: text }),
    v.object({ path: text, parent: nullable(text), entries: v.array(hostEntry), left: count }),
  ),
  "host.choose": operation(
    v.object({ kind: v.picklist(["files", "case", "save"]), title: text, suggested: v.optional(text) }),
    v.object({ paths: v.array(text) }),
  ),
  /** Generates the demo world and does the whole job on it once; answers with the case's path. */
  "host.demo": operation(v.object({}), v.object({ case: casePath })),
} as const;

export type HostName = keyof typeof HOST_OPERATIONS;
export type HostRequest<N extends HostName> = v.InferInput<(typeof HOST_OPERATIONS)[N]["request"]>;
export type HostReply<N extends HostName> = v.InferOutput<(typeof HOST_OPERATIONS)[N]["reply"]>;
export const HOST_NAMES = Object.keys(HOST_OPERATIONS) as HostName[];
