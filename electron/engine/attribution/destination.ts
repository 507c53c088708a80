// The server's own address, as the analyst states it. Most server logs write neither the client's port nor their own
// address; where the operator logged destinations, this is what its records can be matched by (connection logs).
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { canonicalAddress, IPV6_BASE, parseIpv4 } from "../../../shared/record/address";

export interface Destination {
  readonly address: string;
  readonly port: number | null;
}

/** `ADDRESS[:PORT]`, IPv6 in brackets where a port follows, several by commas; at most one of each family. Throws "usage". */
export function parseDestinations(text: string): Destination[] {
  const found = text.split(",").map((one): Destination => {
    const part = one.trim();
    const m =
      /^\[(?<six>[^\]]+)\](?::(?<sixPort>\d+))?$|^(?<four>[\d.]+)(?::(?<fourPort>\d+))?$|^(?<bare>[\da-fA-F:.]+)$/.exec(
        part,
      );
    const address = canonicalAddress(m?.groups?.six ?? m?.groups?.four ?? m?.groups?.bare ?? "");
    const digits = m?.groups?.sixPort ?? m?.groups?.fourPort;
    const port = digits === undefined ? null : Number(digits);
    if (address === null || (port !== null && (port < 1 || port > 65_535))) {
      throw new ProductError(
        "usage",
        `"${part}" is no address of a server.`,
        "Write ADDRESS or ADDRESS:PORT, an IPv6 address with a port in brackets: 192.0.2.10:443,[2001:db8::10]:443.",
      );
    }
    return { address, port };
  });
  const families = found.map((d) => d.address.includes(":"));
  if (new Set(families).size !== families.length) {
    throw new ProductError(
      "usage",
      "Two addresses of one family are stated, so it is not known which one an event reached.",
      "State one, and narrow the events with --filter to those that reached it.",
    );
  }
  return found;
}

/** SELECT expressions for an event's destination: its own, else the stated one of its family; over record `r`. */
export async function destinationSql(
  db: Database,
  destinations: readonly Destination[],
): Promise<{ addr: string; port: string }> {
  if (destinations.length === 0) return { addr: "r.dst_addr", port: "r.dst_port" };
  let four = "NULL";
  let six = "NULL";
  let fourPort = "NULL";
  let sixPort = "NULL";
  for (const { address, port } of destinations) {
    const v4 = parseIpv4(address);
    if (v4 !== null) {
      four = String(v4);
      fourPort = String(port ?? "NULL");
      continue;
    }
    // An address that no loaded record names has no id, and nothing can be matched by it.
    const [row] = await db.query("SELECT id FROM address WHERE text = ?", [address]);
    six = String(row?.id ?? "NULL");
    sixPort = String(port ?? "NULL");
  }
  const family = (v4: string, v6: string) =>
    `(CASE WHEN r.src_addr >= ${IPV6_BASE} THEN ${v6} ELSE ${v4} END)`;
  return {
    addr: `coalesce(r.dst_addr, ${family(four, six)})::BIGINT`,
    port: `(CASE WHEN r.dst_addr IS NULL THEN ${family(fourPort, sixPort)} ELSE r.dst_port END)::INTEGER`,
  };
}
