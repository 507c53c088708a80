// Exporting exhibits, and verifying cases and exhibits. Verifying a case is an act of it wherever it can be recorded; it
// never fails because it cannot.
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ProductError } from "../../../shared/errors";
import type { Json } from "../case/act";
import { exportOf } from "../case/exported";
import { isBag, isCase } from "../case/open";
import { type VerifyReport, verifyCase } from "../case/verify-case";
import type { Context, Handlers } from "../engine";
import { disclose, isDisclosure, verifyDisclosure } from "../exhibit/disclosure";
import { exportExhibit } from "../exhibit/export";
import { encryptFolder, recipientsOf } from "../exhibit/transport";
import { verifyBag } from "../exhibit/verify";

export const exhibitHandlers: Pick<Handlers, "exhibit.export" | "exhibit.disclose" | "custody.verify"> = {
  "exhibit.export": async (request, context) => {
    const io = { signal: context.signal, progress: context.progress };
    const live = await context.cases.get(request.case, { io });
    const options = {
      out: request.out,
      events: request.events ?? null,
      identify: request.identify,
      authority: request.authority ?? null,
      recipients: request.encryptTo,
    };
    const { path, statement, encrypted, manifest, seal, events, mappings, pseudonyms, files, bytes } =
      await exportExhibit(live, options, context.examiner, io);
    return { path, statement, encrypted, manifest, seal, events, mappings, pseudonyms, files, bytes };
  },

  "exhibit.disclose": async (request, context) => {
    const bag = resolve(request.bag);
    const io = { signal: context.signal, progress: context.progress };
    const live = request.case === undefined ? null : await context.cases.get(request.case, { io });
    const exported = live === null ? null : exportOf(live, bag);
    const recipients = request.encryptTo.length === 0 ? [] : recipientsOf(request.encryptTo);
    const part = await disclose(bag, request.out, request.rows, context.signal);
    const sealed = `${part.path}.tar.age`;
    const encrypted =
      recipients.length === 0
        ? null
        : {
            path: sealed,
            ...(await encryptFolder(part.path, basename(part.path), sealed, recipients, context.signal)),
          };
    const done = { ...part, encrypted };
    if (live === null) return { ...done, act: null };
    const entry = {
      inputs: { exhibit: exported!.act.seq, seal: exported!.seal },
      parameters: { out: await live.hideText(done.path), rows: await live.hideText(request.rows) },
      outputs: {
        rows: done.rows,
        of: done.of,
        ...(encrypted === null ? {} : { encrypted: encrypted.sha256 }),
      },
      result: "done",
    };
    return { ...done, act: await live.record("exhibit.disclose", entry, context.examiner) };
  },

  "custody.verify": async (request, context) => {
    const path = resolve(request.path);
    const options = { key: request.key, since: request.since };
    // What looks like an exhibit is checked as one: a ledger put beside its files must not turn attention from them.
    if (isBag(path) || existsSync(join(path, "manifest-sha256.txt")))
      return { what: "exhibit", ...(await verifyBag(path, options, context.signal)) };
    if (isCase(path)) {
      const io = { signal: context.signal, progress: context.progress };
      const report = await verifyCase(path, options, io);
      const unrecorded = await recordVerification(path, report, context);
      if (unrecorded !== null) report.notes.push(`This verification was not recorded: ${unrecorded}`);
      return { what: "case", ...report };
    }
    if (isDisclosure(path)) {
      if (request.since !== undefined)
        throw new ProductError(
          "usage",
          "--since is for cases and exhibits.",
          "Leave it out for a disclosure.",
        );
      return { what: "disclosure", ...verifyDisclosure(path, { key: request.key }) };
    }
    throw new ProductError(
      "input",
      `${request.path} is neither a case nor an exhibit.`,
      "Give the folder of one.",
      { file: request.path },
    );
  },
};

/** Why the act could not be recorded (no key, in use elsewhere, damaged), or null. */
async function recordVerification(
  path: string,
  report: VerifyReport,
  context: Context,
): Promise<string | null> {
  const outputs: Json = {
    ok: report.ok,
    problems: report.problems.length,
    keyFingerprint: report.keyFingerprint,
    signerChecked: report.signerChecked,
  };
  try {
    const live = await context.cases.get(path);
    await live.record(
      "custody.verify",
      { inputs: null, parameters: null, outputs, result: report.ok ? "done" : "finding" },
      context.examiner,
    );
    return null;
  } catch (error) {
    if (error instanceof ProductError) return error.message;
    return (error as NodeJS.ErrnoException).code === "EROFS" ||
      (error as NodeJS.ErrnoException).code === "EACCES"
      ? "the case's folder cannot be written"
      : Promise.reject(error);
  }
}
