// Exchange SMTP protocol log. Of a Receive connector remote-endpoint is the client, of a Send connector it is the server
// that Exchange connected to, and no client at all. Source: Microsoft Learn, "Protocol logging".

import { splitEndpoint } from "../delimited";
import { NOT_THIS } from "../detect";
import { type ExchangeKind, exchangeParser, exchangeShare } from "../exchange-log";
import type { Format } from "../format";

const SERVICE = new Set(["25", "465", "475", "587", "717", "2525"]);

const kind: ExchangeKind = {
  name: "Exchange's SMTP protocol log",
  unnamed:
    "date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context".split(
      ",",
    ),
  time: "date-time",
  client: "remote-endpoint",
  local: "local-endpoint",
  outbound(logType, local, remote) {
    if (/send/i.test(logType)) return true;
    if (/receive/i.test(logType)) return false;
    // A file that lost its header: who holds the service's port is the server.
    const here = SERVICE.has(splitEndpoint(local).port ?? "");
    const there = SERVICE.has(splitEndpoint(remote).port ?? "");
    return !here || there;
  },
};

export default {
  id: "exchange.smtp",
  title: "Exchange SMTP protocol log (receive, send)",
  role: "server",
  gives: {
    port: "always",
    precision: "1 ms",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "utc",
  },
  source: "Microsoft Learn, Protocol logging (Exchange 2013-2019)",
  detect(sample) {
    const named = sample.lines.some((l) => /^#Fields:.*remote-endpoint/i.test(l));
    const { share, lines, found } = exchangeShare(sample, kind);
    if (found === 0 && !named) return NOT_THIS;
    return {
      score: lines === 0 ? 1 : share,
      reasons: [`${found} of ${lines} lines are an Exchange SMTP protocol log.`],
      specificity: 4,
    };
  },
  open: (options) => exchangeParser(kind, options),
} satisfies Format as Format;
