// Tomcat's AccessLogValve in a pattern of its own, by --layout, and the pattern that Atlassian's servers ship. Its %t is
// the time at which the line is written, unless the pattern says begin:. Source: Tomcat 9-11
// AbstractAccessLogValve.DateAndTimeElement; `%p` is the server's port, `%{remote}p` the client's.

import { NOT_THIS } from "../detect";
import { detectStampless } from "../detect-layouts";
import type { Format } from "../format";
import { compileLayout, layoutText } from "../layout";
import { layoutParser } from "../layout-format";

const SHIPPED = [
  "%t %{X-Forwarded-For}i %{X-AUSERNAME}o %I %h %r %s %Dms %b %{Referer}i %{User-Agent}i",
  "%t %{X-AUSERNAME}o %I %h %r %s %Dms %b %{Referer}i %{User-Agent}i",
  "%t %{X-AUSERNAME}o %I %h:%{remote}p %r %s %Dms %b %{Referer}i %{User-Agent}i",
];

const isPattern = (layout: string): boolean => {
  const { text, dialect } = layoutText(layout);
  if (dialect !== null) return dialect === "tomcat";
  return /%\{[^}%]*(?:yyyy|HH)[^}%]*\}t|%[IS]\b/.test(text) && !/%O\b/.test(text);
};

export default {
  id: "tomcat.access",
  title: "Tomcat AccessLogValve in a pattern given by --layout, or as Confluence ships it",
  role: "server",
  gives: {
    port: "when-configured",
    precision: "1 s (%t), 1 ms with a pattern of its own",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "always",
  },
  source: "Tomcat 9-11 org.apache.catalina.valves.AbstractAccessLogValve",
  detect(sample, options) {
    if (options.layout !== undefined && !isPattern(options.layout)) return NOT_THIS;
    const layouts = options.layout === undefined ? SHIPPED : [options.layout];
    return detectStampless(
      sample,
      options,
      layouts.map((text) => compileLayout(text, "tomcat")),
      options.layout === undefined ? 3 : 10,
      "a Tomcat access log",
    );
  },
  open: (options) =>
    layoutParser(
      {
        layouts: options.layout === undefined ? SHIPPED : [options.layout],
        dialect: "tomcat",
        means: "written",
        protocol: null,
      },
      options,
    ),
} satisfies Format as Format;
