// nginx access logs (http, stream, mail) in a log_format of their own, given by --layout. nginx writes a line when the
// request ends. Source: ngx_http_log_module, ngx_stream_log_module, ngx_http_realip_module.

import { ProductError } from "../../errors";
import { NOT_THIS } from "../detect";
import { detectStampless } from "../detect-layouts";
import type { Format } from "../format";
import { compileLayout, layoutText } from "../layout";
import { layoutParser } from "../layout-format";

const isLogFormat = (layout: string): boolean => {
  const { text, dialect } = layoutText(layout);
  return dialect === "nginx" || (dialect === null && /\$\{?[a-z]/.test(text));
};

export default {
  id: "nginx.access",
  title: "nginx access log in a log_format given by --layout",
  role: "server",
  gives: {
    port: "when-configured",
    precision: "1 s ($time_local, $time_iso8601), 1 ms ($msec)",
    timeMeans: "end",
    writes: "truncates",
    year: true,
    zone: "always",
  },
  source: "nginx src/http/modules/ngx_http_log_module.c, ngx_http_realip_module.c",
  detect(sample, options) {
    if (options.layout === undefined || !isLogFormat(options.layout)) return NOT_THIS;
    return detectStampless(
      sample,
      options,
      [compileLayout(options.layout, "nginx")],
      10,
      "the log_format given",
    );
  },
  open(options) {
    if (options.layout === undefined)
      throw new ProductError(
        "usage",
        "nginx.access needs a log_format.",
        "Give it with --layout; common and combined layouts are apache.access.",
      );
    return layoutParser(
      { layouts: [options.layout], dialect: "nginx", means: "end", protocol: null },
      options,
    );
  },
} satisfies Format as Format;
