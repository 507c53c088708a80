// What a filter over several sources may name: every field that some role has, and the source itself. A field that a
// source's records lack is unknown there, so that no test on it is passed (docs/filter.md, "What is unknown").
import type { Role } from "../record/columns";
import { type Field, type Fields, recordFields } from "./fields";

const ROLES: readonly Role[] = ["server", "nat", "subscriber", "reference"];
const UNKNOWN = "CAST(NULL AS BIGINT)";

function unknown(field: Field): Field {
  switch (field.kind) {
    case "address":
      return { ...field, sql: [UNKNOWN] };
    case "ports":
      return { kind: "ports", low: UNKNOWN, high: UNKNOWN, step: UNKNOWN };
    case "mark":
    case "own":
    case "raw":
      return field;
    default:
      return { ...field, sql: UNKNOWN };
  }
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Fields of the records of one source among `names`. */
export function timelineFields(
  source: { readonly name: string; readonly role: Role },
  names: readonly string[],
): Fields {
  const own = recordFields(source.role);
  const all = Object.entries(recordFields("nat")).map(([name, field]) => {
    if (name === "port" && own.port?.kind === "int")
      return [
        name,
        { kind: "ports", low: own.port.sql, high: own.port.sql, step: "1" } satisfies Field,
      ] as const;
    return [name, Object.hasOwn(own, name) ? own[name]! : unknown(field)] as const;
  });
  return {
    source: { kind: "text", sql: literal(source.name), values: names },
    role: { kind: "text", sql: literal(source.role), values: ROLES },
    ...Object.fromEntries(all),
  };
}
