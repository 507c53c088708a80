// What writes a new folder outside the case: a place is chosen, the work shows how far it is and can be cancelled, and at its
// end the window says where the folder stands.
import { useState } from "react";
import type { Progress } from "../../shared/contract/messages";
import { asProductError } from "../client/use-request";
import { afterAct } from "./case-actions";
import { choosePaths } from "./file-browser";
import { app, say, sayError } from "./store";

export interface Outgoing {
  /** How far it is; null where nothing is being written. */
  readonly doing: string | null;
  cancel(): void;
  /** `work` writes the folder and returns what is to be said of it. Nothing happens where no place is chosen. */
  write(
    title: string,
    name: string,
    work: (out: string, io: { signal: AbortSignal; progress: (p: Progress) => void }) => Promise<string>,
  ): Promise<void>;
}

export function useOutgoing(): Outgoing {
  const [doing, setDoing] = useState<string | null>(null);
  const [controller, setController] = useState<AbortController | null>(null);
  return {
    doing,
    cancel: () => controller?.abort(),
    async write(title, name, work) {
      const { caseInfo, host } = app.get();
      const path = caseInfo?.path ?? "";
      const parent = path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")));
      const [out] = await choosePaths("save", title, `${parent}${host?.separator ?? "/"}${name}`);
      if (!out) return;
      const abort = new AbortController();
      setController(abort);
      setDoing(title);
      try {
        const told = await work(out, {
          signal: abort.signal,
          progress: (p) =>
            setDoing(`${p.doing}${p.total ? ` ${Math.floor((100 * p.done) / p.total)} %` : ""}`),
        });
        await afterAct();
        say({ kind: "good", text: told });
      } catch (thrown) {
        if (!abort.signal.aborted) sayError(asProductError(thrown));
      } finally {
        setDoing(null);
        setController(null);
      }
    },
  };
}
