// PAN-OS TRAFFIC logs in ArcSight's CEF, as the vendor's format strings for it have them: `rt` is when the management
// plane received the log, `start` when the data plane generated it (not the session's start), `cn3` the elapsed seconds.
// A session's end is logged some time after its last packet, so that its start cannot be told from these: it is the
// "start" record's, by session id. Source: Palo Alto Networks, "CEF-style Log Formats", TRAFFIC.
import { readRfc3164, type Stamp } from "../../time/stamp";
import { gives, headOf, meansOf, portOf, protocolOf, textFormat } from "./support/text";

const HEAD =
  /CEF:\d+\|Palo Alto Networks\|PAN-OS\|(?:[^|\\]|\\.)*\|(start|end|drop|deny|TRAFFIC)\|(TRAFFIC|start|end|drop|deny)\|[^|]*\|/;
/** A key is preceded by a blank; a value goes on to the next key, with an equals sign only behind a backslash. */
const KEY = /(?:^|\s)([A-Za-z]\w*)=/g;
/** Nov 24 2026 05:34:12, with GMT or UTC where the profile says so. */
const TIME = /^([A-Z][a-z]{2} \d{1,2} \d{4} \d{2}:\d{2}:\d{2})(?: (GMT|UTC))?$/;

function written(text: string | undefined): Stamp | null {
  const m = TIME.exec(text?.trim() ?? "");
  const stamp = m && readRfc3164(m[1]!);
  return stamp && m![2] !== undefined ? { ...stamp, offsetUs: 0 } : stamp;
}

export default textFormat({
  id: "panos.cef",
  title: "PAN-OS traffic log in CEF",
  gives: gives("1 s", "end", true, "when-configured"),
  source: "Palo Alto Networks: CEF-style Log Formats, TRAFFIC",
  mark: /CEF:\d+\|Palo Alto Networks\|PAN-OS\|.*\bTRAFFIC\b/,
  otherwise: "no PAN-OS TRAFFIC record in CEF",
  reader: (times) => (text, line) => {
    const m = HEAD.exec(text);
    const subtype = m ? [m[1]!, m[2]!].find((word) => word !== "TRAFFIC") : undefined;
    if (!m || subtype === undefined) return { reject: "a CEF header without TRAFFIC and its subtype" };
    const kv = new Map<string, string>();
    const extension = text.slice(m.index + m[0].length);
    const keys = [...extension.matchAll(KEY)];
    for (const [i, key] of keys.entries()) {
      if (kv.has(key[1]!)) return { reject: `${key[1]} stands there twice` };
      const value = extension.slice(key.index + key[0].length, keys[i + 1]?.index);
      kv.set(key[1]!, value.replace(/\\(.)/g, "$1").trim());
    }
    const value = (key: string): string | null => {
      const v = kv.get(key);
      return v === undefined || v === "" ? null : v;
    };
    const head = headOf(text.slice(0, m.index));
    const received = written(kv.get("rt"));
    const { time, otherTimeUs } = times.two(
      written(kv.get("start")) ?? received,
      received ?? head.stamp,
      line,
    );
    if (time === null) return { reject: "it has no time" };
    const outside = value("sourceTranslatedAddress");
    // Where only the destination is translated, the source stands there as it is.
    const forwarded = outside === value("src") && value("sourceTranslatedPort") === value("spt");
    const natted = !forwarded && outside !== null && outside !== "0.0.0.0" && outside !== "::";
    const event =
      !natted || subtype === "drop" || subtype === "deny"
        ? "other"
        : subtype === "start"
          ? "start"
          : "release";
    const low = natted ? portOf(value("sourceTranslatedPort")) : null;
    const id = /session/i.test(kv.get("cn1Label") ?? "") ? value("cn1") : null;
    return {
      time,
      otherTimeUs,
      timeMeans: meansOf(event),
      event,
      protocol: protocolOf(value("proto")),
      insideIp: value("src"),
      insidePort: portOf(value("spt")),
      publicIp: natted ? outside : null,
      portLow: low,
      portHigh: low,
      dstIp: value("dst"),
      dstPort: portOf(value("dpt")),
      conn: id !== null && /^\d{1,15}$/.test(id) ? Number(id) : null,
      realm: /virtual system/i.test(kv.get("cs3Label") ?? "") ? value("cs3") : null,
      device: value("deviceExternalId") ?? head.host,
      fields: {
        subtype,
        user: value("suser"),
        app: value("app"),
        action: value("act"),
        elapsed: value("cn3"),
      },
    };
  },
});
