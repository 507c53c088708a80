// Linux `conntrack -E -o timestamp`: the public pair is the reply tuple's dst and dport. The stamp's fraction is
// microseconds without padding ([1338987414.52626] is .052626 s). With -o ktimestamp a line also has the connection's
// start and stop, so that an end alone gives the whole interval. Source: conntrack-tools, src/conntrack.c (event_cb),
// libnetfilter_conntrack, snprintf_default.c.
import { SECOND } from "../../time/civil";
import { together } from "../line-parts";
import { connection, kernelTimes } from "./support/conntrack";
import { gives, headOf, meansOf, textFormat } from "./support/text";
import { epochMoment } from "./support/times";

const EVENT = /\[(NEW|UPDATE|DESTROY)\]\s+(?:ipv[46]\s+\d+\s+)?(\w+)\s+(\d+)/;
const STAMP = /\[(\d{9,10})\.(\d{1,6})\s*\]\s*\[(?:NEW|UPDATE|DESTROY)\]/;

export default textFormat({
  id: "linux.conntrack",
  title: "Linux conntrack events",
  gives: gives("1 µs", "start", true, "utc"),
  source: "conntrack-tools: conntrack -E -o timestamp",
  mark: /\[(?:NEW|UPDATE|DESTROY)\]\s+(?:ipv[46]\s+\d+\s+)?\w+\s+\d+.*src=\S+ dst=\S+.*src=\S+ dst=\S+/,
  otherwise: "no conntrack event",
  reader: (times) => (text, line) => {
    const m = EVENT.exec(text)!;
    const found = connection(text, m[3]!);
    if ("reject" in found) return { reject: found.reject };
    const stamp = STAMP.exec(text);
    const head = headOf(text);
    const us = stamp ? Number(stamp[1]) * SECOND + Number(stamp[2]) : null;
    const event = m[1] === "NEW" ? "start" : m[1] === "DESTROY" ? "release" : "interim";
    const kernel = kernelTimes(text);
    const own = event === "start" ? kernel.start : event === "release" ? kernel.stop : null;
    const clocks =
      us === null
        ? times.two(own ?? head.stamp, own ? head.stamp : head.outer, line)
        : { time: epochMoment(us, 1), otherTimeUs: times.headerNear(head.outer ?? head.stamp, us, line) };
    // The kernel's times have the machine's zone: they count where it is known.
    const [start, stop] = [times.ifSettled(kernel.start, line), times.ifSettled(kernel.stop, line)];
    return together(clocks, found, {
      timeMeans: meansOf(event),
      event,
      startUs: start?.us ?? null,
      startPrecisionUs: start?.precisionUs ?? null,
      endUs: event === "release" ? (stop?.us ?? null) : null,
      endPrecisionUs: event === "release" ? (stop?.precisionUs ?? null) : null,
      device: head.host,
      fields: { event: m[1] },
    });
  },
});
