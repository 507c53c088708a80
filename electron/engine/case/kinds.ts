// Every kind of act that works on the database. Recovery and rebuild find the kind of a ledger line here, so an act that
// is missing from this list cannot be replayed.
import { attributionRunKind } from "../attribution/act";
import { calibrateKind, calibrationUndoKind } from "../clock/act";
import { evidenceAddKind } from "../import/act";
import { recordsJoinKind } from "../portjoin/act";
import { recordsNoteKind, recordsTagKind } from "../records/mark-acts";
import type { ActKind, Json } from "./act";

const kinds = new Map<string, ActKind<Json>>();

/** Adds a kind; twice the same action is an error. */
export function registerKind<P extends Json>(kind: ActKind<P>): void {
  const known = kinds.get(kind.action);
  if (known && known !== (kind as unknown as ActKind<Json>))
    throw new Error(`two kinds of act are named ${kind.action}`);
  kinds.set(kind.action, kind as unknown as ActKind<Json>);
}

export const kindOf = (action: string): ActKind<Json> | undefined => kinds.get(action);
export const kindNames = (): string[] => [...kinds.keys()].sort();

registerKind(evidenceAddKind);
registerKind(attributionRunKind);
registerKind(calibrateKind);
registerKind(calibrationUndoKind);
registerKind(recordsJoinKind);
registerKind(recordsTagKind);
registerKind(recordsNoteKind);
