// Runs a layout's regular expression: RE2 inside a database of its own, in memory, in whichever thread asks. An expression
// takes time in proportion to the text, whatever it is, and reaches nothing.
import { ProductError } from "../../../shared/errors";
import { lineText } from "../../../shared/formats/any/regex/parser";
import {
  isPattern,
  type LinePattern,
  patternOf,
  refusal,
  roleOf,
} from "../../../shared/formats/any/regex/pattern";
import type { LineMatcher, Sample } from "../../../shared/formats/format";
import { openAppender } from "../database/appender";
import { type NativeDatabase, openNative } from "../database/native";

/** As much as a stretch of lines and its groups take; more is spilled. */
const MEMORY_MB = 256;

export class Re2Matcher implements LineMatcher {
  private db: NativeDatabase | null = null;

  async match(pattern: LinePattern, texts: readonly string[]): Promise<readonly (readonly string[])[]> {
    this.db ??= await openNative(":memory:", { memoryLimitMb: MEMORY_MB, threads: 1 });
    const { db } = this;
    await db.run("CREATE OR REPLACE TABLE line (n BIGINT, text VARCHAR)");
    const appender = await openAppender(db, "line");
    try {
      const numbers = BigInt64Array.from(texts, (_, i) => BigInt(i)).buffer;
      appender.append(
        [
          { kind: "cells", width: 8, buffer: numbers, offset: 0, validity: null, validityOffset: 0 },
          { kind: "strings", values: texts },
        ],
        texts.length,
      );
      await appender.close();
    } catch (error) {
      await appender.abandon();
      throw error;
    }
    const names = ["whole", ...pattern.groups.map((_, i) => `g${i}`)];
    const sql = `SELECT ${names.map((n) => `m.${n}`).join(", ")} FROM (SELECT n, regexp_extract(text, ${quoted(pattern.expression)}, [${names.map(quoted).join(", ")}]) AS m FROM line) ORDER BY n`;
    const out: string[][] = names.map(() => []);
    try {
      for await (const { columns } of db.columns(sql)) {
        columns.forEach((column, i) => {
          for (const text of column) out[i]!.push(String(text ?? ""));
        });
      }
    } catch (error) {
      const refused = /Pattern failed to parse: (.*)/s.exec(error instanceof Error ? error.message : "");
      throw refused ? refusal(pattern, refused[1]!.split("\n")[0]!) : error;
    }
    return out;
  }

  async close(): Promise<void> {
    await this.db?.close();
    this.db = null;
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The sample with what the layout's expression finds in its lines; as it is where the layout is none. Throws where nothing fits. */
export async function matchedSample(
  sample: Sample,
  layout: string | undefined,
  matcher: LineMatcher,
  where: { readonly file: string },
): Promise<Sample> {
  if (!isPattern(layout)) return sample;
  const pattern = patternOf(layout);
  if (roleOf(pattern.groups) === null)
    throw new ProductError(
      "usage",
      "The layout's regular expression takes no address.",
      "Name one: (?<src_ip>...) of a server's client, (?<public_ip>...) and (?<inside_ip>...) of a mapping.",
    );
  const matched = await matcher.match(pattern, sample.lines.map(lineText));
  const lines = sample.lines.filter((line) => line.trim() !== "");
  if (lines.length > 0 && !matched[0]!.some((text) => text !== ""))
    throw new ProductError(
      "input",
      `The layout's regular expression fits none of the first ${lines.length} lines of ${sample.name}.`,
      "It has to fit a line in whole: write .* for what is left open at its ends.",
      { file: where.file, line: 1 },
    );
  return { ...sample, matched };
}
