// Cases, their ledgers and the examiners' keys.
import { VERSION } from "../../../shared/version";
import { createKey, examinerName, listKeys } from "../case/keys";
import type { LiveCase } from "../case/live-case";
import { createCase } from "../case/open";
import { rebuildCase } from "../case/rebuild";
import { differenceText } from "../case/replay";
import type { Context, Handlers } from "../engine";

type Names =
  | "case.new"
  | "case.open"
  | "case.close"
  | "case.rebuild"
  | "custody.ledger"
  | "key.show"
  | "key.new";

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
    recovered: [...live.recovered],
    program: VERSION,
  };
}

export const caseHandlers: Pick<Handlers, Names> = {
  "case.new": async (request, context) => {
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
};
