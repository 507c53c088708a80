// Kea's forensic ("legal") log: who had an address or prefix, and for how long, in lines of local time under the zone's
// abbreviation. An assignment begins a lease, a renewal names one under way; each states the time for which it lasts, so
// that a client which goes away without a release holds no longer than that. A release, or a deletion by the operator,
// ends it. Source: Kea Administrator Reference Manual, "Forensic Logging Hooks".
import { SECOND } from "../../time/civil";
import { readIso } from "../../time/stamp";
import { parseOffset } from "../../time/zone";
import { gives, meansOf, textFormat } from "../nat/support/text";

const HEAD =
  /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(?: ?([A-Za-z]{1,5}|[+-]\d{2}(?::?\d{2})?))? /;
const CLIENT =
  /^(?:Address|Prefix): ?([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))? has been (assigned|renewed|released)\b(.*)$/;
const OPERATOR =
  /^(?:Administrator|HA partner) (added a lease of|updated information on the lease of|deleted the lease for) (?:address|prefix): ?([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))?(.*)$/;
const LASTS = /\bfor (\d+) hrs? (\d+) mins? (\d+) secs?\b/;
const HARDWARE = /\bhardware address: (?:hwtype=\d+ )?([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})+)/;
const DUID = /\bDUID: ([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})+)/;
/** What an operator that knows its lines by their place logs of the relay (option 82). */
const RELAY = {
  relay: /\bvia relay at address: ([0-9A-Fa-f:.]+)/,
  circuit: /\b(?:circuit-id|interface-id): ([0-9A-Fa-f:]+)/,
  remote: /\bremote-id: ([0-9A-Fa-f:]+)/,
  subscriberId: /\bsubscriber-id: ([0-9A-Fa-f:]+)/,
  clientId: /\bclient-id: ([0-9A-Fa-f:]+)/,
};

export default textFormat({
  id: "kea.legal",
  title: "Kea's forensic log",
  role: "subscriber",
  gives: { ...gives("1 s", "start", true, "never"), port: "never" },
  source: "Kea Administrator Reference Manual: libdhcp_legal_log",
  mark: /(?:Address|Prefix): ?[0-9A-Fa-f:.]+(?:\/\d+)? has been (?:assigned|renewed|released)|(?:Administrator|HA partner) (?:added|updated|deleted) /,
  otherwise: "no entry about a lease",
  reader: (times) => (text, line) => {
    const head = HEAD.exec(text);
    const body = head ? text.slice(head[0].length) : text;
    const client = CLIENT.exec(body);
    const operator = client ? null : OPERATOR.exec(body);
    const rest = client?.[4] ?? operator?.[4];
    if (rest === undefined) return { reject: "a lease without its address" };
    const stamp = head && readIso(head[1]!);
    const time = times.one(
      stamp ? { ...stamp, offsetUs: head![2] === undefined ? null : parseOffset(head![2]) } : null,
      line,
    );
    const did = client?.[3] ?? operator![1]!;
    const event = /^(?:assigned|added)/.test(did)
      ? "start"
      : /^(?:renewed|updated)/.test(did)
        ? "interim"
        : "release";
    const lasts = LASTS.exec(rest);
    const seconds = lasts ? Number(lasts[1]) * 3600 + Number(lasts[2]) * 60 + Number(lasts[3]) : null;
    const hardware = HARDWARE.exec(rest)?.[1]?.toLowerCase();
    const duid = DUID.exec(rest)?.[1]?.toLowerCase();
    const relay = Object.entries(RELAY).map(([name, pattern]) => [name, pattern.exec(rest)?.[1]] as const);
    const until = event !== "release" && seconds !== null && time !== null;
    return {
      time,
      timeMeans: meansOf(event),
      event,
      insideIp: client?.[1] ?? operator![2],
      // As in Kea's lease file: the hardware address, else the DUID.
      subscriber: hardware ?? duid ?? null,
      endUs: until ? time.us + seconds * SECOND : null,
      endPrecisionUs: until ? time.precisionUs : null,
      fields: {
        did,
        lasts: seconds,
        prefixLength: client?.[2] ?? operator?.[3],
        duid,
        zone: head?.[2],
        ...Object.fromEntries(relay),
      },
    };
  },
});
