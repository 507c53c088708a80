// Spans of a record that a layout's regular expression read: the expression is run once more over its line.
import { lineText } from "../../../shared/formats/any/regex/parser";
import { patternOf } from "../../../shared/formats/any/regex/pattern";
import { placed, placing } from "../../../shared/formats/any/regex/spans";
import type { Span } from "../../../shared/formats/format";
import { latin1 } from "../../../shared/record/bytes";
import { Re2Matcher } from "../import/line-matcher";

/** Where the groups of the layout stand in the record's bytes; those whose place is not certain are left out. */
export async function patternSpans(layout: string, record: Uint8Array): Promise<Span[]> {
  const pattern = patternOf(layout);
  const text = lineText(latin1(record, 0, record.length));
  const matcher = new Re2Matcher();
  try {
    const columns = await matcher.match(placing(pattern), [text]);
    return placed(
      pattern,
      record,
      text,
      columns.map((column) => column[0]!),
    );
  } finally {
    await matcher.close();
  }
}
