import * as v from "valibot";
import { casePath, count, nullable, operation, text } from "./operation";

export const caseInfo = v.object({
  path: text,
  title: text,
  language: text,
  examiners: v.array(text),
  readOnly: v.boolean(),
  acts: count,
  /** Head of the ledger: SHA-256 of its last line, hex. */
  head: text,
  /** What opening found and mended (torn last line, completed or dropped import), and known errors, in sentences. */
  recovered: v.array(text),
  program: text,
});

export const act = v.object({
  seq: count,
  time: text,
  examiner: text,
  account: text,
  host: text,
  tool: text,
  action: text,
  inputs: v.unknown(),
  parameters: v.unknown(),
  outputs: v.unknown(),
  result: text,
  previous: text,
});

const problem = v.object({ where: text, message: text });
export const verifyReport = v.object({
  /** What was taken for what: a disclosed part in an exhibit's place is not the exhibit. */
  what: v.picklist(["case", "exhibit", "disclosure"]),
  ok: v.boolean(),
  problems: v.array(problem),
  keyFingerprint: nullable(text),
  signerChecked: v.boolean(),
  /** What was looked at and what could not be (evidence that is not here, texts withheld), in sentences. */
  notes: v.array(text),
});

/** The copy encrypted for transport (a tar in the age format); null where none was asked for. */
const encrypted = nullable(v.object({ path: text, sha256: text, bytes: count }));

export const caseOperations = {
  "case.new": operation(
    v.object({ case: casePath, title: text, examiner: text, language: v.optional(text, "en") }),
    caseInfo,
    "case.new",
  ),
  "case.open": operation(
    v.object({ case: casePath, readOnly: v.optional(v.boolean(), false), examiner: v.optional(text) }),
    caseInfo,
    "case.open",
  ),
  "case.close": operation(v.object({ case: casePath }), v.object({})),
  /** Rebuilds case.duckdb from ledger and evidence and compares every result with the ledger's. */
  "case.rebuild": operation(
    v.object({ case: casePath, evidence: v.optional(text) }),
    v.object({
      acts: count,
      differences: v.array(problem),
      /** Why no act was written (no key at hand, as with the defence); null where one was. */
      unrecorded: nullable(text),
    }),
    "case.rebuild",
  ),
  /** Case, bag or disclosure. `since`: an earlier checkpoint's file, or an earlier exhibit's folder. */
  "custody.verify": operation(
    v.object({ path: text, key: v.optional(text), since: v.optional(text) }),
    verifyReport,
    "custody.verify",
  ),
  "custody.ledger": operation(
    v.object({ case: casePath, from: v.optional(count, 0), to: v.optional(count, 1000) }),
    v.object({ total: count, acts: v.array(act), fingerprint: nullable(text) }),
  ),
  "exhibit.export": operation(
    v.object({
      case: casePath,
      out: text,
      events: v.optional(text),
      identify: v.optional(v.boolean(), false),
      authority: v.optional(text),
      /** age recipients (age1...), or files of them: an encrypted copy for transport is written beside the bag. */
      encryptTo: v.optional(v.array(text), []),
    }),
    v.object({
      path: text,
      statement: nullable(text),
      encrypted,
      manifest: text,
      seal: text,
      events: count,
      mappings: count,
      pseudonyms: count,
      files: count,
      bytes: count,
    }),
    "exhibit.export",
  ),
  /**
   * Chosen rows of an exhibit with their salts and inclusion proofs, and no other salt. The exhibit alone is needed; where
   * its case is named, the act stands in the ledger.
   */
  "exhibit.disclose": operation(
    v.object({
      bag: text,
      out: text,
      rows: text,
      case: v.optional(casePath),
      encryptTo: v.optional(v.array(text), []),
    }),
    v.object({
      path: text,
      rows: count,
      of: count,
      keyFingerprint: text,
      act: nullable(count),
      encrypted,
    }),
    "exhibit.disclose",
  ),
  "key.show": operation(
    v.object({ examiner: v.optional(text) }),
    v.array(
      v.object({
        examiner: text,
        fingerprint: text,
        verifier: text,
        path: text,
        encrypted: v.boolean(),
        state: text,
      }),
    ),
  ),
  "key.new": operation(
    v.object({ examiner: text, passphrase: v.optional(text) }),
    v.object({ examiner: text, fingerprint: text, verifier: text, path: text }),
    "key.new",
  ),
  /** A new key takes the place of the examiner's; in each case named, an act that the old key signs says so. */
  "key.rotate": operation(
    v.object({ examiner: text, passphrase: v.optional(text), cases: v.optional(v.array(casePath), []) }),
    v.object({ examiner: text, fingerprint: text, verifier: text, path: text, replaces: text }),
    "key.rotate",
  ),
  /** The examiner's key signs no more; in each case named, an act says so and nothing that it signs behind it holds. */
  "key.revoke": operation(
    v.object({ examiner: text, cases: v.optional(v.array(casePath), []) }),
    v.object({ examiner: text, fingerprint: text }),
    "key.revoke",
  ),
};
