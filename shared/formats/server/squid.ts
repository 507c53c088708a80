// Squid's native access.log and any logformat by --layout. The time is when the request ended, the second field how long
// it took (ms); the client's port is %>p. The destination's and the URL's ports are never the client's.
// Source: Squid src/log/FormatSquidNative.cc, squid.conf logformat.
import { NOT_THIS, tellingLines } from "../detect";
import { detectStampless } from "../detect-layouts";
import type { Format, Sample } from "../format";
import { compileLayout, layoutText } from "../layout";
import { layoutParser } from "../layout-format";

const NATIVE = "%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt";
const KNOWN: Readonly<Record<string, string>> = {
  squid: NATIVE,
  squid_port: "%ts.%03tu %6tr %>a:%>p %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt",
};
/** Native with what sites append, and the client with its port right after the time. */
const SHAPES = [
  NATIVE,
  KNOWN.squid_port!,
  `${NATIVE} %further`,
  `${KNOWN.squid_port} %further`,
  "%ts.%03tu %>a:%>p %further",
];

const isLogformat = (layout: string): boolean => {
  if (KNOWN[layout]) return true;
  const { text, dialect } = layoutText(layout);
  return (
    dialect === "squid" ||
    (dialect === null &&
      /%[\d.]*(?:ts|tl|tg|tu)\b|%[<>](?:a|p|Hs|st)/.test(text) &&
      /%[<>]?(?:a|ru|rm|p|un|Ss|Hs)\b/.test(text) &&
      !/%\{|%[hlu] %/.test(text.replace(/%\{[^}]*\}[<>]h/g, "")))
  );
};

/** `time elapsed address number STATUS/code`: which port the number is, the file does not say. */
function numberBehindAddress(sample: Sample): boolean {
  const lines = tellingLines(sample, 200);
  const n = lines.filter(({ text }) => /^\d+\.\d{3} +\d+ \S+ \d{1,5} [A-Z_]+\/\d{3} /.test(text)).length;
  return lines.length > 0 && n >= lines.length * 0.9;
}

const layouts = (option: string | undefined): readonly string[] =>
  option === undefined ? SHAPES : [KNOWN[option] ?? option];

export default {
  id: "squid",
  title: "Squid access.log, native or in a logformat given by --layout",
  role: "server",
  gives: {
    port: "when-configured",
    precision: "1 ms (native), 1 s (%tl)",
    timeMeans: "end",
    writes: "truncates",
    year: true,
    zone: "utc",
  },
  source: "Squid src/log/FormatSquidNative.cc; squid.conf logformat",
  detect(sample, options) {
    if (options.layout !== undefined && !isLogformat(options.layout)) return NOT_THIS;
    const found = detectStampless(
      sample,
      options,
      layouts(options.layout).map((text) => compileLayout(text, "squid")),
      options.layout === undefined ? 3 : 10,
      "Squid's access log",
    );
    if (options.layout !== undefined || found.score === 0 || !numberBehindAddress(sample)) return found;
    return {
      ...found,
      questions: [
        ...(found.questions ?? []),
        {
          kind: "layout",
          text: "A number stands behind the address, the client's port (%>p) or another: give the server's logformat string.",
        },
      ],
    };
  },
  open: (options) =>
    layoutParser({ layouts: layouts(options.layout), dialect: "squid", means: "end", protocol: 6 }, options),
} satisfies Format as Format;
