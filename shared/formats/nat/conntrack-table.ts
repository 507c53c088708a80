// Listings of Linux's connection table: `conntrack -L` and /proc/net/nf_conntrack. A listing says who held what at one
// moment, and that moment stands in it only where the kernel keeps times (nf_conntrack_timestamp=1) and `-o ktimestamp`
// wrote them: start plus delta-time. Else the analyst says when it was made (--layout "listed TIME", or "listed
// FROM/TO"); an entry that neither places in time is a reject, since a moment assumed would name whoever held the port
// at another. Between start and listing an entry held; how long after, no listing says.
// Source: Linux, nf_conntrack_standalone.c (ct_seq_show); libnetfilter_conntrack, snprintf_default.c.
import { ProductError } from "../../errors";
import { SECOND } from "../../time/civil";
import { type Moment, TimeReader } from "../../time/reader";
import { readEpoch, readIso, type Stamp } from "../../time/stamp";
import type { Detection, Format, ParseOptions, Sample } from "../format";
import { together } from "../line-parts";
import type { LineRecord } from "../lines";
import { ageSeconds, connection, kernelTimes } from "./support/conntrack";
import { gives, meansOf, textFormat } from "./support/text";

/** Layer 3 (with `-o extended` and in /proc), protocol, and where they are written timeout and state. */
const ENTRY =
  /^(?:ipv[46]\s+\d+\s+)?(\w+)\s+(\d{1,3})(?:\s+\d+)?(?:\s+[A-Z][A-Z0-9_]*)?\s+(?:\[\w+\]\s+)*src=(?=.*\ssrc=)/;
/** What the program itself writes behind the entries. */
const SUMMARY = /^conntrack v\S+ \(conntrack-tools\): \d+ flow entries have been (?:shown|deleted)\.$/;
const GIVEN = /^listed\s+(\S.*)$/;

/** From and to of the listing, as given. Throws "usage" where they are no times. */
function givenListing(layout: string | undefined): readonly [Stamp, Stamp] | null {
  const given = GIVEN.exec(layout?.trim() ?? "")?.[1];
  if (given === undefined) return null;
  const ends = given.split(/\/(?=\d{4}-|\d{9,10}(?:\.|$))/).map((end) => whole(end.trim()));
  const [from, to] = [ends[0] ?? null, ends.length === 1 ? ends[0] : ends[1]];
  if (ends.length > 2 || !from || !to || from.wallUs > to.wallUs)
    throw new ProductError(
      "usage",
      `"${given}" is no moment of a listing.`,
      'Give --layout "listed 2026-03-05T10:00:00Z", or "listed FROM/TO" where it is known less exactly.',
    );
  return [from, to];
}

function whole(text: string): Stamp | null {
  const stamp = readIso(text) ?? readEpoch(text);
  return stamp?.end === text.length ? stamp : null;
}

/** The moment as an interval in UTC. Throws "input" where it needs a zone and none was given. */
function momentOf([from, to]: readonly [Stamp, Stamp], options: ParseOptions): Moment | null {
  const reader = new TimeReader(options);
  const [a, b] = [reader.resolve(from, 1), reader.resolve(to, 1)];
  if (!a || !b) return null;
  return { us: a.us, precisionUs: Math.max(b.us + b.precisionUs - a.us, 1), slackUs: b.slackUs };
}

const format: Format = textFormat({
  id: "linux.conntrack-table",
  title: "Linux connection table (a listing)",
  gives: gives("1 s", "written", true, "never"),
  source: "conntrack -L; /proc/net/nf_conntrack",
  mark: /^(?:ipv[46]\s+\d+\s+)?\w+\s+\d{1,3}\s.*\bsrc=\S+ dst=\S+.*\ssrc=\S+ dst=\S+|^conntrack v\S+ \(/,
  otherwise: "no entry of a connection table",
  reader: (times, options) => {
    const given = givenListing(options.layout);
    let listed: Moment | null | undefined;
    return (text, line) => {
      if (SUMMARY.test(text)) return "header";
      const m = ENTRY.exec(text);
      if (!m) return null;
      const found = connection(text, m[2]!);
      if ("reject" in found) return { reject: found.reject };
      const { start, stop } = kernelTimes(text);
      const age = ageSeconds(text);
      if (stop !== null) {
        // Listed as it was deleted (conntrack -D).
        const [begun, ended] = [times.one(start, line), times.one(stop, line)];
        return together(found, startOf(begun, ended), {
          time: ended,
          timeMeans: "end",
          event: "release",
          endUs: ended?.us ?? null,
          endPrecisionUs: ended?.precisionUs ?? null,
        });
      }
      if (start !== null) {
        const begun = times.one(start, line);
        const known = begun !== null && age !== null;
        const time = known ? { ...begun, us: begun.us + age * SECOND } : begun;
        const event = known ? "interim" : "start";
        return together(found, startOf(begun, time), { time, timeMeans: meansOf(event), event });
      }
      if (given === null)
        return { reject: "nothing says when it was: neither its start nor the moment of the listing" };
      listed ??= momentOf(given, options);
      if (!listed) return { reject: "the time given for the listing does not exist" };
      // Whole seconds before the listing, itself known to its precision only.
      const back =
        age === null
          ? {}
          : {
              durationUs: age * SECOND,
              startUs: listed.us - age * SECOND,
              startPrecisionUs: SECOND + listed.precisionUs,
            };
      return together(found, back, { time: listed, timeMeans: "written", event: "interim" });
    };
  },
});

/** The start that the kernel states. The record's slack counts for it too; what its own wall clock leaves open beyond that widens it. */
const startOf = (begun: Moment | null, time: Moment | null): Partial<LineRecord> =>
  begun === null
    ? {}
    : {
        startUs: begun.us,
        startPrecisionUs: begun.precisionUs + Math.max(0, begun.slackUs - (time?.slackUs ?? 0)),
      };

function detect(sample: Sample, options: ParseOptions): Detection {
  const given = givenListing(options.layout);
  // Entries that only lack their time are entries all the same; the moment is asked for where none has one.
  const found = format.detect(sample, { ...options, layout: "listed 1970-01-01T00:00:00Z" });
  if (found.score === 0) return found;
  if (given) {
    const open = given.some((end) => end.offsetUs === null) && options.zone === undefined;
    const asked = found.questions ?? [];
    const zone = { kind: "zone" as const, text: "The time of the listing has no UTC offset." };
    return {
      ...found,
      layout: options.layout!,
      questions: open && !asked.some((q) => q.kind === "zone") ? [...asked, zone] : asked,
    };
  }
  if (sample.lines.some((text) => kernelTimes(text).start !== null)) return found;
  return {
    ...found,
    questions: [
      ...(found.questions ?? []),
      {
        kind: "layout",
        text: 'A listing does not say when it was made. Give its moment in UTC: --layout "listed 2026-03-05T10:00:00Z", or "listed FROM/TO" where it is known less exactly.',
      },
    ],
  };
}

export default { ...format, detect } satisfies Format;
