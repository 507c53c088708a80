// Flow records as `nfdump -o json` prints them, over several lines each, or one a line (`-o ndjson`): the only text of
// nfdump's that has everything it keeps of a translation. Source: nfdump 1.6.25 bin/output_json.c, nfdump 1.7
// src/output/output_json.c, output_ndjson.c.
import { NOTHING_PRINTED, type Printed, printedRecord } from "./support/nfdump";
import { gives, textFormat } from "./support/text";

/** A record's keys, the older version's behind the newer's. */
const KEYS: Readonly<Record<keyof Printed, readonly string[]>> = {
  src: ["src4_addr", "src6_addr"],
  srcPort: ["src_port"],
  dst: ["dst4_addr", "dst6_addr"],
  dstPort: ["dst_port"],
  protocol: ["proto"],
  xsrc: ["src4_xlt_ip", "src6_xlt_ip"],
  xsrcPort: ["src_xlt_port"],
  xdst: ["dst4_xlt_ip", "dst6_xlt_ip"],
  xdstPort: ["dst_xlt_port"],
  natEvent: ["nat_event_id"],
  firewallEvent: ["event_id"],
  blockStart: ["pblock_start"],
  blockEnd: ["pblock_end"],
  blockStep: ["pblock_step"],
  blockSize: ["pblock_size"],
  realm: ["ingress_vrf"],
  user: ["user_name"],
  natString: ["natString"],
  conn: ["connect_id"],
  observed: ["t_event"],
  first: ["first", "t_first"],
  last: ["last", "t_last"],
  received: ["received", "t_received"],
  device: ["ip4_router", "ip6_router"],
};
const NAMES = Object.entries(KEYS) as [keyof Printed, readonly string[]][];

const OPENS = /^\s*\{/;
const CLOSED = /\}\s*,?\s*$/;

export default textFormat({
  id: "nfdump.json",
  title: "nfdump's JSON",
  gives: gives("1 ms", "start", true, "never"),
  source: "nfdump -o json, -o ndjson",
  json: true,
  mark: /^\s*(?:[[\],]\s*$|\{)/,
  otherwise: "no flow record",
  continues: (text, before) => OPENS.test(before) && !CLOSED.test(before) && !OPENS.test(text),
  reader: (times) => (text, line) => {
    if (!OPENS.test(text)) return "header";
    if (!text.includes('"export_sysid"')) return { reject: "an object that is no flow record of nfdump's" };
    let json: Record<string, unknown>;
    try {
      json = JSON.parse(text.slice(0, text.lastIndexOf("}") + 1)) as Record<string, unknown>;
    } catch {
      return { reject: "an object that is cut short or no JSON" };
    }
    const get = (key: string): string | null => {
      const value = json[key];
      return typeof value === "string" || typeof value === "number" ? String(value) : null;
    };
    const printed: Record<keyof Printed, string | null> = { ...NOTHING_PRINTED };
    for (const [name, keys] of NAMES) {
      const key = keys.find((k) => k in json);
      if (key !== undefined) printed[name] = get(key);
    }
    // As a collector's own file numbers its exporters.
    printed.device = `${printed.device ?? ""}/${get("export_sysid")}`;
    return printedRecord(printed, times, line);
  },
});
