// Kea memfile lease files, DHCPv4 and DHCPv6: a journal, one state of a lease a row. start = expire - valid_lifetime.
// A state of 1 (declined) or 2 (expired, reclaimed) is no hold. A later row for an address replaces the earlier one,
// so a row alone may claim a hold that was cut short; both stay, and an overlap is shown.
// Source: Kea Administrator Reference Manual, "Memfile"; src/lib/dhcpsrv/csv_lease_file4.cc, _file6.cc ("&#x2c").
import { SECOND } from "../../time/civil";
import { gives, textFormat } from "../nat/support/text";
import { epochMoment } from "../nat/support/times";

const HEADER = /^address,(?:hwaddr|duid),/;
/** RFC 9562 has no say here: Kea writes an infinite lifetime as 2^32 - 1. */
const FOREVER = 4_294_967_295;

export default textFormat({
  id: "kea.leases",
  title: "Kea DHCP lease file",
  role: "subscriber",
  gives: { ...gives("1 s", "start", true, "utc"), port: "never" },
  source: "Kea Administrator Reference Manual: lease file (memfile)",
  remembers: true,
  mark: /^address,(?:hwaddr|duid),|^[0-9A-Fa-f.:]+,[^,]*,/,
  otherwise: "no lease",
  reader: () => {
    let names: string[] | null = null;
    return (text) => {
      if (HEADER.test(text)) {
        names = text.split(",");
        return "header";
      }
      if (names === null) return { reject: "a lease before the header that names its columns" };
      const cells = text.split(",");
      if (cells.length > names.length || cells.length < names.indexOf("subnet_id") + 1)
        return { reject: `it has ${cells.length} columns, the header ${names.length}` };
      const at = (name: string): string => (cells[names!.indexOf(name)] ?? "").replaceAll("&#x2c", ",");
      const lifetime = Number(at("valid_lifetime"));
      const expire = Number(at("expire"));
      if (!Number.isInteger(lifetime) || !Number.isInteger(expire) || expire < lifetime)
        return { reject: "its lifetime and expiry are no numbers that fit" };
      const state = at("state");
      const start = (expire - lifetime) * SECOND;
      const forever = lifetime >= FOREVER;
      const held = (state === "0" || state === "") && lifetime > 0;
      const who = at("hwaddr") || at("duid") || at("client_id");
      return {
        time: epochMoment(start, SECOND),
        timeMeans: "start",
        event: held ? "mapping" : "other",
        insideIp: at("address"),
        subscriber: who === "" ? null : who,
        startUs: held ? start : null,
        startPrecisionUs: held ? SECOND : null,
        endUs: held && !forever ? expire * SECOND : null,
        endPrecisionUs: held && !forever ? SECOND : null,
        fields: {
          hwaddr: at("hwaddr") || null,
          duid: at("duid") || null,
          clientId: at("client_id") || null,
          hostname: at("hostname") || null,
          subnet: at("subnet_id") || null,
          prefixLength: at("prefix_len") || null,
          state: state || null,
        },
      };
    };
  },
});
