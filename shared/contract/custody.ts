// Second examiners, time-stamps from outside, and the way of a key into safe-keeping.
import * as v from "valibot";
import { casePath, count, int, nullable, operation, text } from "./operation";

const stamp = {
  /** Acts that the stamped checkpoint covers; null where an exhibit's seal is stamped. */
  size: nullable(count),
  timeUs: int,
  accuracyUs: nullable(int),
  authority: text,
  /** From the certificate that signed upwards. */
  chain: v.array(text),
  /** True where the chain ends in a certificate that the examiner gave. */
  trusted: v.boolean(),
};
const examinerName = text;

export const custodyOperations = {
  /** Another examiner's agreement or dissent: on an act of the case (one event of an attribution), or on an exhibit of it. */
  "custody.review": operation(
    v.object({
      case: casePath,
      act: v.optional(count),
      line: v.optional(count),
      bag: v.optional(text),
      opinion: v.picklist(["agree", "dissent"]),
      reason: v.pipe(text, v.trim(), v.minLength(1), v.maxLength(10_000)),
      /** The reviewer, where the carrier speaks for another examiner (a window). */
      examiner: v.optional(text),
    }),
    v.object({ seq: count, examiner: examinerName, reviewed: text }),
    "custody.review",
  ),
  /** Writes an RFC 3161 query over a case's newest checkpoint, or over an exhibit's seal (then no ledger is written to). */
  "timestamp.query": operation(
    v.object({ path: text, out: text }),
    v.object({ out: text, size: nullable(count), digest: text }),
    "timestamp.query",
  ),
  /** Checks an authority's reply, keeps it in the case and records it. `trust`: PEM certificates of trusted authorities. */
  "timestamp.import": operation(
    v.object({ case: casePath, reply: text, trust: v.optional(text) }),
    v.object({ seq: count, ...stamp }),
    "timestamp.import",
  ),
  /** Checks an authority's reply over an exhibit's seal. */
  "timestamp.check": operation(
    v.object({ bag: text, reply: text, trust: v.optional(text) }),
    v.object(stamp),
  ),
  /** Writes the examiner's key, encrypted under the passphrase, to a file; an act in each case named says so. */
  "key.backup": operation(
    v.object({
      examiner: text,
      out: text,
      passphrase: v.optional(text),
      cases: v.optional(v.array(casePath), []),
    }),
    v.object({ examiner: text, fingerprint: text, path: text, sha256: text }),
    "key.backup",
  ),
  /** Brings a key back from its backup, where the machine does not have it. */
  "key.restore": operation(
    v.object({ backup: text, passphrase: v.optional(text) }),
    v.object({ examiner: text, fingerprint: text, path: text, state: text }),
  ),
};
