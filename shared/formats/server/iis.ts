// IIS in the W3C extended format. There is no native field for the client's port: operators log ServerVariable
// REMOTE_PORT as a custom field. Source: IIS 10 documentation, "Log files for a web site", customFields.

import { timeQuestions } from "../../time/reader";
import { splitW3c } from "../delimited";
import { NOT_THIS, tellingLines } from "../detect";
import type { Format } from "../format";
import { fieldLines, headerLayout, isClientPort, looksLike, namesOf, w3cParser } from "../w3c";

/** What IIS 7 and later, and IIS 6, log unless told otherwise: for files that lost their #Fields line. */
const DEFAULTS = [
  "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken",
  "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken",
  "date time s-sitename s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status",
].map((text) => text.split(" "));

export default {
  id: "iis",
  title: "IIS, W3C extended log file format",
  role: "server",
  gives: {
    port: "when-configured",
    precision: "1 s, 1 ms (Advanced Logging)",
    timeMeans: "end",
    writes: "truncates",
    year: true,
    zone: "utc",
  },
  source: "IIS 10 W3C logging and custom fields; W3C WD-logfile-960323",
  detect(sample, options) {
    const given = options.layout === undefined ? null : namesOf(options.layout);
    if (options.layout !== undefined && given === null) return NOT_THIS;
    const lines = tellingLines(sample);
    const stated = fieldLines(sample);
    if (stated.length === 0) {
      const usual = given ? [given] : DEFAULTS;
      const fit = lines.filter(({ text }) => usual.some((names) => looksLike(names, text))).length;
      if (fit === 0) return NOT_THIS;
      return {
        score: fit / lines.length,
        reasons: [
          `${fit} of ${lines.length} lines have the values of ${given ? "the #Fields line given" : "IIS's usual fields, though no #Fields line names them"}.`,
        ],
        specificity: given ? 10 : 3,
        questions: [],
      };
    }
    const all = given ? [given, ...stated] : stated;
    const iis = all.filter(
      (names) =>
        names.some((n) => /^(?:cs-method|cs-uri-stem|s-sitename|sc-status|c-ip)$/i.test(n)) &&
        !names.some((n) => /^(?:s-reason|reason_phrase)$/i.test(n)),
    );
    if (iis.length === 0) return NOT_THIS;
    const lengths = new Set(all.map((names) => names.length));
    const fit = lines.filter(({ text }) => lengths.has(splitW3c(text).length)).length;
    const port = iis.some((names) => names.some(isClientPort));
    const local = iis.some(
      (names) => names.some((n) => /^time-local$/i.test(n)) && !names.some((n) => /^time$/i.test(n)),
    );
    return {
      score: lines.length === 0 ? 1 : fit / lines.length,
      reasons: [
        `${fit} of ${lines.length} lines have the values that its #Fields lines name.`,
        port ? "A field holds the client's port." : "No field holds the client's port.",
      ],
      specificity: 4,
      ...(given ? {} : headerLayout(sample)),
      questions: timeQuestions({ zone: local, year: false }, options),
    };
  },
  open: (options) => w3cParser({ name: "IIS", means: "end", protocol: null, unnamed: DEFAULTS }, options),
} satisfies Format as Format;
