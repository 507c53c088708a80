// Access logs in the layouts that Apache httpd made common and that nginx, Tomcat, Squid and most others write too; any
// LogFormat string by --layout. Source: httpd 2.4 mod_log_config (time of %t: when the request was received).
import { detectAccess, isTried, layoutsOf } from "../access-layouts";
import { NOT_THIS } from "../detect";
import type { Format } from "../format";
import { layoutText } from "../layout";
import { layoutParser } from "../layout-format";

/** A LogFormat string, and not one of another server's kind. */
const isLogFormat = (layout: string): boolean => {
  const { text, dialect } = layoutText(layout);
  if (dialect !== null) return dialect === "apache";
  return (
    /^\w[\w+]*$/.test(text) ||
    (/%[<>!\d,{}\w-]*[a-zA-Z]/.test(text) &&
      !/\$[a-z]|%[<>]?(?:ts|tu|tl|ru|rm|Hs|a|p)\b.*%[<>](?:a|p|ru)\b|%\{[^}]*(?:yyyy|HH)/.test(text))
  );
};

export default {
  id: "apache.access",
  title: "Access log: Apache LogFormat, and the common and combined layouts of any web server",
  role: "server",
  gives: {
    port: "when-configured",
    precision: "1 s (%t), 1 ms or 1 us with %{...}t",
    timeMeans: "start",
    writes: "truncates",
    year: true,
    zone: "always",
  },
  source: "httpd 2.4 mod_log_config, mod_remoteip; RFC 9110 for the protocol's name",
  detect(sample, options) {
    if (options.layout !== undefined && !isLogFormat(options.layout)) return NOT_THIS;
    return detectAccess(sample, options, "apache");
  },
  open: (options) =>
    layoutParser(
      {
        layouts: layoutsOf(options.layout),
        dialect: "apache",
        means: "start",
        protocol: null,
        tried: isTried(options.layout),
      },
      options,
    ),
} satisfies Format as Format;
