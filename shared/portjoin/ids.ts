// The names under which logs carry the number of a connection or of a process. Two logs share an id only where both
// carry it under the same name here: a queue id or a user name must never pass for a connection.

/** Field names as the formats give them: in lower case, but for httpd's codes, whose case tells them apart. */
const KINDS: Readonly<Record<string, readonly [IdRole, string]>> = {
  connection: ["connection", "connection"],
  connection_id: ["connection", "connection"],
  connectionid: ["connection", "connection"],
  conn: ["connection", "connection"],
  $connection: ["connection", "connection"],
  session: ["connection", "session"],
  session_id: ["connection", "session"],
  request_id: ["connection", "request"],
  requestid: ["connection", "request"],
  $request_id: ["connection", "request"],
  unique_id: ["connection", "request"],
  "%{UNIQUE_ID}e": ["connection", "request"],
  "%L": ["connection", "log"],
  pid: ["process", "pid"],
  $pid: ["process", "pid"],
  "%P": ["process", "pid"],
  "%{pid}P": ["process", "pid"],
};

export type IdRole = "connection" | "process";

/** What an id field names, or null where it is none. `kind` is what both logs must share. */
export function idKind(field: string): { role: IdRole; kind: string } | null {
  const name = field.startsWith("%") ? field : field.toLowerCase();
  if (!Object.hasOwn(KINDS, name)) return null;
  const [role, kind] = KINDS[name]!;
  return { role, kind };
}

/** Kinds that both records' fields carry, per role: the first in the alphabet decides. */
export function sharedKinds(
  a: readonly string[],
  b: readonly string[],
): { readonly connection: string | null; readonly process: string | null } {
  const kinds = (fields: readonly string[], role: IdRole) =>
    fields.flatMap((field) => {
      const found = idKind(field);
      return found?.role === role ? [found.kind] : [];
    });
  const both = (role: IdRole): string | null => {
    const others = new Set(kinds(b, role));
    return (
      kinds(a, role)
        .filter((kind) => others.has(kind))
        .sort()[0] ?? null
    );
  };
  return { connection: both("connection"), process: both("process") };
}

/** The value of a kind in a record's fields; null where it has none. */
export function idValue(
  fields: Readonly<Record<string, string | number | null>>,
  kind: string | null,
): string | null {
  if (kind === null) return null;
  for (const [field, value] of Object.entries(fields)) {
    if (value === null || value === "" || value === "-" || idKind(field)?.kind !== kind) continue;
    return String(value);
  }
  return null;
}

/** Process ids of one program lie in one such range. */
export const PROGRAM_RANGE = 2 ** 32;

/** False where two programs wrote the records, or where it is not known who did. */
export const sameProgram = (a: number, b: number): boolean =>
  a >= 0 && b >= 0 && Math.floor(a / PROGRAM_RANGE) === Math.floor(b / PROGRAM_RANGE);

/**
 * False where the ids say that two processes wrote the records: of one program unequal ids are two connections, of two
 * programs (postscreen hands a connection to smtpd) they say nothing.
 */
export const sameProcess = (a: number, b: number): boolean => a < 0 || b < 0 || a === b || !sameProgram(a, b);
