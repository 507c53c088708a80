// The shape of one operation. The table in ./contract.ts lists each once; MessagePort, WebSocket and the command line
// carry it, and check request and reply against these schemas at the boundary.
import * as v from "valibot";

export interface Operation<
  Request extends v.GenericSchema = v.GenericSchema,
  Reply extends v.GenericSchema = v.GenericSchema,
> {
  readonly request: Request;
  readonly reply: Reply;
  /** The ledger's action where the operation is an act, else null (reading). */
  readonly act: string | null;
}

export const operation = <Request extends v.GenericSchema, Reply extends v.GenericSchema>(
  request: Request,
  reply: Reply,
  act: string | null = null,
): Operation<Request, Reply> => ({ request, reply, act });

export const int = v.pipe(v.number(), v.safeInteger());
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const text = v.string();
export const nullable = <S extends v.GenericSchema>(schema: S) => v.nullable(schema);
/** Path of a case folder on this machine. Every operation on a case names it; the engine keeps it open. */
export const casePath = v.pipe(v.string(), v.minLength(1));
export const role = v.picklist(["server", "nat", "subscriber", "reference"]);
/** `{key: value}` with text or number values: a record's own fields. */
export const fields = v.record(v.string(), v.union([v.string(), v.number(), v.null()]));
