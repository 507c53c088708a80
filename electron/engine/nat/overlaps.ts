// Counts mappings that contradict each other: two parties that certainly hold the same public address, port and
// protocol at once. An operator's log cannot be right where that happens, so it is reported at import and never
// resolved by choosing (DESIGN: overlapping mappings are a finding). Possible holds of open-ended mappings do not count.
import type { Database } from "../../../shared/database";
import { PARTY_SQL } from "../../../shared/nat/mapping";

/** Up to this many mappings that hang together in time are compared pair by pair; in a larger heap each one counts. */
const PAIRWISE = 2_000;

export async function countOverlaps(db: Database, mapping: string, signal: AbortSignal): Promise<number> {
  // Where all port sets of an address are either the same or apart, the set's first port stands for it; only on the
  // other addresses is a set taken apart into cells of 64 ports.
  const islands = `
    WITH sets AS (SELECT DISTINCT pub_addr, port_low, port_high, port_step FROM "${mapping}" WHERE pub_addr IS NOT NULL),
    crossing AS (SELECT DISTINCT pub_addr FROM (SELECT pub_addr, port_low, max(port_high) OVER (PARTITION BY pub_addr
        ORDER BY port_low, port_high, port_step ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM sets)
      WHERE before >= port_low),
    certain AS (SELECT id, m.pub_addr, port_low, port_high, start_max_us AS s, end_min_us AS e,
        ${PARTY_SQL("m")} AS party, crossing.pub_addr IS NOT NULL AS crosses
      FROM "${mapping}" m LEFT JOIN crossing ON crossing.pub_addr = m.pub_addr
      WHERE m.pub_addr IS NOT NULL AND start_max_us < end_min_us),
    cells AS (SELECT id, pub_addr, port_low AS cell, s, e, party FROM certain WHERE NOT crosses
      UNION ALL SELECT id, pub_addr, unnest(range(port_low >> 6, (port_high >> 6) + 1)) AS cell, s, e, party
      FROM certain WHERE crosses),
    marked AS (SELECT *, max(e) OVER (PARTITION BY pub_addr, cell ORDER BY s, e, id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM cells),
    numbered AS (SELECT id, pub_addr, cell, party, count(CASE WHEN before IS NULL OR before <= s THEN 1 END)
        OVER (PARTITION BY pub_addr, cell ORDER BY s, e, id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island
      FROM marked),
    shared AS (SELECT pub_addr, cell, island, count(*) AS members FROM numbered GROUP BY pub_addr, cell, island
      HAVING min(party) <> max(party)),
    member AS (SELECT numbered.id, pub_addr, cell, island, members FROM numbered JOIN shared USING (pub_addr, cell, island))`;
  const compatible = (name: string): string =>
    `(a.${name} IS NULL OR b.${name} IS NULL OR a.${name} = b.${name})`;
  const sql = `${islands},
    pair AS (SELECT DISTINCT x.id AS a_id, y.id AS b_id FROM member x JOIN member y USING (pub_addr, cell, island)
      WHERE x.members <= ${PAIRWISE} AND x.id < y.id),
    found AS (SELECT a.id AS a_id, b.id AS b_id FROM pair
      JOIN "${mapping}" a ON a.id = pair.a_id JOIN "${mapping}" b ON b.id = pair.b_id
      WHERE a.start_max_us < b.end_min_us AND b.start_max_us < a.end_min_us
        AND a.port_low <= b.port_high AND b.port_low <= a.port_high
        AND (a.port_step = 1 OR b.port_step = 1 OR a.port_step <> b.port_step
          OR (a.port_low - b.port_low) % a.port_step = 0)
        AND ${compatible("protocol")} AND ${compatible("dst_addr")} AND ${compatible("dst_port")}
        AND ${PARTY_SQL("a")} <> ${PARTY_SQL("b")})
    SELECT count(*) AS n FROM (SELECT a_id AS id FROM found UNION SELECT b_id FROM found
      UNION SELECT id FROM member WHERE members > ${PAIRWISE})`;
  const [row] = await db.query(sql, [], signal);
  return Number(row?.n ?? 0);
}
