// HTTP.sys error log (HTTPERR): connections that never reached IIS, always with the client's port; TCP.
// Source: Microsoft KB 820729, "Error logging in HTTP APIs" (fields and their order).
import { canonicalAddress } from "../../record/address";
import { splitW3c } from "../delimited";
import { NOT_THIS, tellingLines } from "../detect";
import type { Format } from "../format";
import { fieldLines, headerLayout, w3cParser } from "../w3c";

const OLD =
  "date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename".split(
    " ",
  );
const NEW =
  "date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status s-siteid s-reason s-queuename".split(
    " ",
  );

/** A line by its shape alone, where the file lost its #Fields. */
function shaped(text: string): boolean {
  const v = splitW3c(text);
  return (
    (v.length === OLD.length || v.length === NEW.length) &&
    /^\d{4}-\d{2}-\d{2}$/.test(v[0]!) &&
    /^\d{2}:\d{2}:\d{2}$/.test(v[1]!) &&
    canonicalAddress(v[2]!) !== null &&
    /^\d{1,5}$/.test(v[3]!) &&
    (v[4] === "-" || canonicalAddress(v[4]!) !== null)
  );
}

export default {
  id: "iis.httperr",
  title: "HTTP.sys error log (HTTPERR)",
  role: "server",
  gives: {
    port: "always",
    precision: "1 s",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "utc",
  },
  source: "Microsoft KB 820729",
  detect(sample) {
    const lines = tellingLines(sample);
    const named = fieldLines(sample).some((names) =>
      names.some((n) => /^(?:s-reason|reason_phrase)$/i.test(n)),
    );
    const lengths = new Set(fieldLines(sample).map((names) => names.length));
    const fit = lines.filter(
      ({ text }) => (named && lengths.has(splitW3c(text).length)) || shaped(text),
    ).length;
    if (fit === 0 && !named) return NOT_THIS;
    return {
      score: lines.length === 0 ? 1 : fit / lines.length,
      reasons: [`${fit} of ${lines.length} lines are HTTP.sys errors.`],
      specificity: 4,
      ...headerLayout(sample),
      questions: [],
    };
  },
  open: (options) =>
    w3cParser({ name: "HTTPERR", means: "written", protocol: 6, unnamed: [OLD, NEW] }, options),
} satisfies Format as Format;
