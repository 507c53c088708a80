// Exchange IMAP4 and POP3 protocol logs: cIp is the client's address and port, sIp the server's.
// Source: Microsoft Learn, "Protocol logging for POP3 and IMAP4".
import { NOT_THIS } from "../detect";
import { type ExchangeKind, exchangeParser, exchangeShare } from "../exchange-log";
import type { Format } from "../format";

const kind: ExchangeKind = {
  name: "Exchange's IMAP4 or POP3 log",
  unnamed:
    "dateTime,sessionId,seqNumber,sIp,cIp,user,duration,rqsize,rpsize,command,parameters,context,puid".split(
      ",",
    ),
  time: "dateTime",
  client: "cIp",
  local: "sIp",
  outbound: () => false,
};

export default {
  id: "exchange.imap-pop",
  title: "Exchange IMAP4 and POP3 protocol log",
  role: "server",
  gives: {
    port: "always",
    precision: "1 ms",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "utc",
  },
  source: "Microsoft Learn, Protocol logging for POP3 and IMAP4",
  detect(sample) {
    const named = sample.lines.some((l) => /^(?:#Fields:\s*)?dateTime,sessionId,.*\bcIp\b/i.test(l));
    const { share, lines, found } = exchangeShare(sample, kind);
    if (found === 0 && !named) return NOT_THIS;
    return {
      score: lines === 0 ? 1 : share,
      reasons: [`${found} of ${lines} lines are an Exchange IMAP4 or POP3 log.`],
      specificity: named ? 4 : 2,
    };
  },
  open: (options) => exchangeParser(kind, options),
} satisfies Format as Format;
