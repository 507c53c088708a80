// Cases, their ledgers and the examiners' keys.

import { ProductError } from "../../../shared/errors";
import { VERSION } from "../../../shared/version";
import { createKey, createSuccessor, examinerName, listKeys, loadSigner, setKeyState } from "../case/keys";
import { openingNotices } from "../case/known-errors";
import type { LiveCase } from "../case/live-case";
import { createCase } from "../case/open";
import { rebuildCase } from "../case/rebuild";
import { differenceText } from "../case/replay";
import type { Context, Handlers } from "../engine";
import { checkLanguage } from "../report/words";

type Names =
  | "case.new"
  | "case.open"
  | "case.close"
  | "case.rebuild"
  | "custody.ledger"
  | "key.show"
  | "key.new"
  | "key.rotate"
  | "key.revoke";

const quietIo = (context: Context) => ({ signal: context.signal, progress: context.progress });

function info(live: LiveCase) {
  const head = live.head();
  return {
    path: live.path,
    title: live.title,
    language: live.language,
    examiners: live.examiners(),
    readOnly: live.readOnly,
    acts: head.acts,
    head: head.hash,
    recovered: [...openingNotices(live.ledgerFile.entries), ...live.recovered],
    program: VERSION,
  };
}

export const caseHandlers: Pick<Handlers, Names> = {
  "case.new": async (request, context) => {
    checkLanguage(request.language);
    createCase(request.case, {
      title: request.title,
      examiner: request.examiner,
      language: request.language,
    });
    return info(await context.cases.get(request.case, { io: quietIo(context) }));
  },

  "case.open": async (request, context) => {
    return info(await context.cases.get(request.case, { readOnly: request.readOnly, io: quietIo(context) }));
  },

  "case.close": async (request, context) => {
    await context.cases.close(request.case);
    return {};
  },

  "case.rebuild": async (request, context) => {
    await context.cases.close(request.case);
    const rebuilt = await rebuildCase(
      request.case,
      request.evidence ?? null,
      context.examiner,
      quietIo(context),
    );
    return {
      acts: rebuilt.acts,
      differences: rebuilt.differences.map((d) => ({
        where: `custody.jsonl:${d.seq}`,
        message: differenceText(d),
      })),
      unrecorded: rebuilt.unrecorded,
    };
  },

  "custody.ledger": async (request, context) => {
    const live = await context.cases.get(request.case, { io: quietIo(context) });
    const entries = live.ledger();
    const last = entries.at(-1);
    const key = live.keys().findLast((known) => known.examiner === last?.examiner);
    return {
      total: entries.length,
      acts: entries
        .slice(request.from, Math.min(request.to, request.from + 1000))
        .map((entry) => ({ ...entry })),
      fingerprint: key?.fingerprint ?? null,
    };
  },

  "key.show": async (request) => {
    const wanted = request.examiner === undefined ? null : examinerName(request.examiner);
    return listKeys().filter((key) => wanted === null || key.examiner === wanted);
  },

  "key.new": async (request) => {
    const { examiner, fingerprint, verifier, path } = createKey(request.examiner, request.passphrase);
    return { examiner, fingerprint, verifier, path };
  },

  "key.rotate": async (request, context) => {
    const old = loadSigner(examinerName(request.examiner));
    const open = await casesOf(request.cases, context, old.fingerprint);
    const { examiner, fingerprint, verifier, path } = createSuccessor(old.examiner, request.passphrase);
    // From here the new key is the examiner's, whatever happens: a case that misses the act learns of it by key.new.
    setKeyState(fingerprint, "active");
    setKeyState(old.fingerprint, "rotated");
    for (const live of open) await live.endKey(old, { fingerprint, verifier });
    return { examiner, fingerprint, verifier, path, replaces: old.fingerprint };
  },

  "key.revoke": async (request, context) => {
    const key = loadSigner(examinerName(request.examiner));
    const open = await casesOf(request.cases, context, key.fingerprint);
    setKeyState(key.fingerprint, "revoked");
    for (const live of open) await live.endKey(key, null);
    return { examiner: key.examiner, fingerprint: key.fingerprint };
  },
};

/** All cases are opened before the first is written to: one in use elsewhere, or that never knew the key, stops the whole. */
async function casesOf(paths: readonly string[], context: Context, fingerprint: string): Promise<LiveCase[]> {
  const open: LiveCase[] = [];
  for (const path of paths) {
    const live = await context.cases.get(path, { io: quietIo(context) });
    const known = live.keys().some((key) => key.fingerprint === fingerprint);
    if (live.readOnly || !known) {
      const what = known ? "cannot be written to" : "does not know the key";
      throw new ProductError("usage", `${path} ${what}.`, "Leave it out, or verify it first.", {
        file: path,
      });
    }
    open.push(live);
  }
  return open;
}
