// A server that writes its own head before each message (its own time, then perhaps level and process): the line may
// stand bare, behind a syslog or journal head, or inside JSON. The server's own time is the record's; a relay's is the
// other clock.
import type { TimeMeans } from "../record/columns";
import { alone, TimeReader } from "../time/reader";
import type { Stamp } from "../time/stamp";
import { withBundles } from "./bundle";
import { detectLines } from "./detect";
import type { Detection, ParseOptions, Parser, Sample } from "./format";
import { type FieldValue, type LineMeta, type LineOutcome, type LineRules, lineParser } from "./lines";
import { type MessageFinding, recordOf } from "./program";
import { readSyslog } from "./syslog";
import { unwrapLine } from "./wrapper";

export interface StampedHead {
  /** null where the server's own head has no time (it is then the relay's). */
  readonly stamp: Stamp | null;
  readonly message: string;
  readonly fields?: Readonly<Record<string, FieldValue>>;
}

export interface StampedRules {
  readonly name: string;
  readonly means: TimeMeans;
  readonly protocol: number | null;
  /** Syslog programs whose message may lack the server's own time. */
  readonly programs?: RegExp;
  /** The rest of the server's own head stands in such a message all the same; without it the line is another log's. */
  readonly ownHead?: boolean;
  /** The server's own head at the start of `text`; null where there is none. */
  head(text: string): StampedHead | null;
  read(message: string, head: StampedHead): MessageFinding;
  /** True where the line is certainly this server's, for detection. Default: it has a head. */
  typical?(head: StampedHead, text: string): boolean;
  continues?(text: string, before: string): boolean;
  /** Lines that are no event: a file's preamble. */
  isHeader?(text: string): boolean;
}

interface Found {
  readonly head: StampedHead;
  readonly outer: Stamp | null;
}

/** `host program[pid]: ` without a time, as `journalctl -o cat`-like exports leave it. */
const JOURNAL = /^\S+ (?:\S+ )?[\w./-]+(?:\[\d+\])?: (?:\S+ [\w./-]+: )?(?=[[\d{])/;

function find(text: string, rules: StampedRules): Found | null {
  const bare = rules.head(text);
  if (bare?.stamp) return { head: bare, outer: null };
  const { head, wrapped } = unwrapLine(text, readSyslog);
  const stamp = head?.stamp ?? wrapped?.stamp ?? null;
  for (const message of [head?.message, wrapped?.message]) {
    if (message === undefined) continue;
    const inner = rules.head(message);
    const mine = rules.programs === undefined || (head?.program && rules.programs.test(head.program));
    if (inner?.stamp) return { head: inner, outer: stamp };
    if (rules.programs && mine && (inner || !rules.ownHead))
      return { head: inner ? { ...inner, stamp } : { stamp, message }, outer: head?.outer ?? null };
  }
  const journal = JOURNAL.exec(text);
  if (journal) {
    const inner = rules.head(text.slice(journal[0].length));
    if (inner?.stamp) return { head: inner, outer: null };
  }
  return null;
}

export function stampedParser(rules: StampedRules, options: ParseOptions): Parser {
  return lineParser("server", () => stampedRules(rules, options), {
    store: options.storeFields,
    readBack: () => stampedRules(rules, alone(options)),
  });
}

function stampedRules(rules: StampedRules, options: ParseOptions): LineRules {
  const times = new TimeReader(options);
  const read = (text: string, { line, fields }: LineMeta): LineOutcome => {
    if (rules.isHeader?.(text)) return "header";
    const found = find(text, rules);
    if (!found) return { reject: `not a line of ${rules.name}` };
    const { head, outer } = found;
    const time = head.stamp ? times.resolve(head.stamp, line) : null;
    if (head.stamp && !time) return { reject: "the date does not exist in its year" };
    const finding = rules.read(head.message, head);
    const other =
      outer && outer !== head.stamp && outer.offsetUs !== null && !outer.yearless
        ? outer.wallUs - outer.offsetUs
        : null;
    return recordOf(
      time,
      finding.means === undefined ? withMeans(finding, rules.means) : finding,
      rules.protocol,
      fields === false ? null : { ...head.fields, message: head.message },
      other,
    );
  };
  return withBundles(rules.continues ? { read, continues: rules.continues } : { read });
}

const withMeans = (f: MessageFinding, means: TimeMeans): MessageFinding => ({
  client: f.client,
  port: f.port,
  local: f.local,
  localPort: f.localPort,
  means,
  fields: f.fields,
  partial: f.partial,
});

export const detectStamped = (
  sample: Sample,
  options: ParseOptions,
  rules: StampedRules,
  what: string,
  specificity = 3,
): Detection =>
  detectLines(sample, options, what, specificity, (text, before) => {
    if (rules.isHeader?.(text)) return { stamp: null };
    if (before !== null && rules.continues?.(text, before)) return { stamp: null, continuation: true };
    const found = find(text, rules);
    if (!found || (rules.typical && !rules.typical(found.head, text))) return null;
    return { stamp: found.head.stamp };
  });
