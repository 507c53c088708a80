// Who may be named in an exhibit (rule of evidence 12): the party of a `unique` or `only` result. Every other party is a
// pseudonym, Party A, B, ..., numbered by its first hold in the whole case, so that it is the same party in every
// exhibit of that case.
import type { Database } from "../../../shared/database";
import { formatIpv4, IPV6_BASE } from "../../../shared/record/address";
import { allSources } from "../catalogue";

export interface PartyName {
  readonly subscriber: string | null;
  readonly insideIp: string | null;
  readonly realm?: string | null;
}

/** Identity of a party as results name it: the subscriber, else the inside address in its realm. */
export const partyKey = (party: PartyName): string =>
  party.subscriber !== null ? `s${party.subscriber}` : `a${party.insideIp ?? ""}@${party.realm ?? ""}`;

/** "Party A" for 0, "Party Z" for 25, "Party AA" for 26. */
export function pseudonym(rank: number): string {
  let letters = "";
  for (let n = rank + 1; n > 0; n = Math.floor((n - 1) / 26))
    letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters;
  return `Party ${letters}`;
}

export class Parties {
  private readonly used = new Set<string>();

  constructor(
    /** Parties that are the answer of a `unique` or `only` result. */
    private readonly answers: ReadonlySet<string>,
    /** Place of each other party of the exhibit, by its first hold in the case. */
    private readonly ranks: ReadonlyMap<string, number>,
    private readonly nameAll: boolean,
  ) {}

  isNamed(party: PartyName): boolean {
    return this.nameAll || this.answers.has(partyKey(party));
  }

  /** The party as the exhibit shows it. */
  show(party: PartyName): PartyName {
    if (this.isNamed(party)) return party;
    const key = partyKey(party);
    this.used.add(key);
    const rank = this.ranks.get(key);
    return {
      subscriber: rank === undefined ? "Party (unknown)" : pseudonym(rank),
      insideIp: null,
      realm: null,
    };
  }

  /** Parties that were shown under a pseudonym so far. */
  get pseudonyms(): number {
    return this.used.size;
  }
}

/** Places of the wanted parties in the order of first holds over all NAT sources of the case. */
export async function rankParties(db: Database, wanted: ReadonlySet<string>): Promise<Map<string, number>> {
  const ranks = new Map<string, number>();
  if (wanted.size === 0) return ranks;
  const seen = new Set<string>();
  const addresses = new Map<number, string>();
  for (const row of await db.query("SELECT id, text FROM address ORDER BY id"))
    addresses.set(Number(row.id), String(row.text));
  for (const source of await allSources(db)) {
    if (source.role !== "nat") continue;
    const sql = `SELECT t.text AS subscriber, g.in_addr, r.text AS realm FROM (
        SELECT subscriber, CASE WHEN subscriber IS NULL THEN in_addr END AS in_addr,
          CASE WHEN subscriber IS NULL THEN realm END AS realm, min(id) AS first
        FROM "mapping_${source.n}" GROUP BY 1, 2, 3) g
      LEFT JOIN text_value t ON t.id = g.subscriber LEFT JOIN text_value r ON r.id = g.realm ORDER BY g.first`;
    for await (const rows of db.stream(sql)) {
      for (const row of rows) {
        const key = partyKey({
          subscriber: row.subscriber as string | null,
          insideIp: addressText(row.in_addr as number | null, addresses),
          realm: row.realm as string | null,
        });
        if (seen.has(key)) continue;
        if (wanted.has(key)) ranks.set(key, seen.size);
        seen.add(key);
      }
    }
  }
  return ranks;
}

export function addressText(id: number | null, ipv6: ReadonlyMap<number, string>): string | null {
  if (id === null) return null;
  return id < IPV6_BASE ? formatIpv4(id) : (ipv6.get(id) ?? null);
}
