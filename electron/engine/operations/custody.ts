// Reviews, time-stamps, and the backup of keys.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { hex } from "../../../shared/custody/bytes";
import { ProductError } from "../../../shared/errors";
import { sha256 } from "../case/files";
import { backUpKey, restoreKey } from "../case/key-backup";
import { activeKey, examinerName } from "../case/keys";
import { isBag } from "../case/open";
import { review } from "../case/review";
import { checkReply, importStamp, queryStamp, writeQuery } from "../case/stamps";
import type { Context, Handlers } from "../engine";
import { verifyBag } from "../exhibit/verify";

type Names =
  | "custody.review"
  | "timestamp.query"
  | "timestamp.import"
  | "timestamp.check"
  | "key.backup"
  | "key.restore";

const ioOf = (context: Context) => ({ signal: context.signal, progress: context.progress });

export const custodyHandlers: Pick<Handlers, Names> = {
  "custody.review": async (request, context) => {
    const bag = request.bag === undefined ? null : resolve(request.bag);
    if (bag !== null) await mustHold(bag, context);
    const live = await context.cases.get(request.case, { io: ioOf(context) });
    const { opinion, reason, act, line } = request;
    const by = request.examiner ?? context.examiner;
    return review(live, { act: act ?? null, line: line ?? null, bag, opinion, reason }, by);
  },

  "timestamp.query": async (request, context) => {
    const path = resolve(request.path);
    const out = resolve(request.out);
    if (isBag(path)) {
      const digest = sha256(sealOf(path));
      writeQuery(out, digest);
      return { out, size: null, digest: hex(digest) };
    }
    const live = await context.cases.get(path, { io: ioOf(context) });
    return { out, ...(await queryStamp(live, out, context.examiner)) };
  },

  "timestamp.import": async (request, context) => {
    const live = await context.cases.get(request.case, { io: ioOf(context) });
    const { seq, size, timeUs, accuracyUs, authority, chain, trusted } = await importStamp(
      live,
      { reply: resolve(request.reply), trust: request.trust === undefined ? null : resolve(request.trust) },
      context.examiner,
    );
    return { seq, size, timeUs, accuracyUs, authority, chain: [...chain], trusted };
  },

  "timestamp.check": async (request) => {
    const { info, authority, chain, trusted } = checkReply(sealOf(resolve(request.bag)), {
      reply: resolve(request.reply),
      trust: request.trust === undefined ? null : resolve(request.trust),
    });
    const { timeUs, accuracyUs } = info;
    return { size: null, timeUs, accuracyUs, authority, chain: [...chain], trusted };
  },

  "key.backup": async (request, context) => {
    const name = examinerName(request.examiner);
    const info = activeKey(name);
    if (!info)
      throw new ProductError(
        "usage",
        `There is no key of the examiner ${name} here.`,
        "List them: portwitness key show.",
      );
    const open = [];
    for (const path of request.cases) open.push(await context.cases.get(path, { io: ioOf(context) }));
    const path = resolve(request.out);
    const sum = backUpKey(info, path, request.passphrase);
    const { fingerprint } = info;
    for (const live of open) {
      const outputs = { fingerprint, sha256: sum };
      const entry = { inputs: null, parameters: { examiner: name }, outputs, result: "done" };
      await live.record("key.backup", entry, name);
    }
    return { examiner: name, fingerprint, path, sha256: sum };
  },

  "key.restore": async (request) => {
    const { examiner, fingerprint, path, state } = restoreKey(resolve(request.backup), request.passphrase);
    return { examiner, fingerprint, path, state };
  },
};

function sealOf(bag: string): Uint8Array {
  const file = join(bag, "seal.note");
  if (isBag(bag) && existsSync(file)) return new Uint8Array(readFileSync(file));
  throw new ProductError("input", `${bag} is no exhibit.`, "Give the folder of an exhibit.", { file: bag });
}

/** Who agrees with an exhibit must have one that holds before them. */
async function mustHold(bag: string, context: Context): Promise<void> {
  const first = (await verifyBag(bag, {}, context.signal)).problems[0];
  if (!first) return;
  throw new ProductError(
    "input",
    `The exhibit does not hold (${first.where}: ${first.message}).`,
    "Review an exhibit that verifies.",
    { file: bag },
  );
}
