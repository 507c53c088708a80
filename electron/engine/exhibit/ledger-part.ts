// The covered ledger with its checkpoint, and the texts that a replay of it needs. Paths stay behind: a replay finds its
// evidence by hash, and a folder's name says more of the lab than of the case.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkpointText } from "../../../shared/custody/checkpoint";
import type { Json } from "../case/act";
import { CHECKPOINTS, checkpointFile, signNote } from "../case/ledger";
import { formatText, hiddenIn } from "../case/texts";
import { type ExhibitPart, writeData } from "./context";
import { exportedMarks } from "./marks";

/** Keys under which a text stays in the lab: a replay does not need it, and it may tell of more than the exhibit does. */
const WITHHELD = new Set(["path", "out", "note", "tag", "message", "reply", "replies"]);

export const ledgerPart: ExhibitPart = {
  name: "custody.jsonl",
  async build(context) {
    const { live, entries } = context;
    const whole = readFileSync(live.ledgerFile.file);
    let end = 0;
    for (let line = 0; line < entries.length; line++) end = whole.indexOf(10, end) + 1;
    writeData(context, "custody.jsonl", whole.subarray(0, end));

    const size = entries.length;
    const stored = live.ledgerFile.checkCheckpoint(size) === null;
    const note = stored
      ? readFileSync(join(live.path, CHECKPOINTS, checkpointFile(size)))
      : signNote(
          checkpointText({ origin: context.ledgerOrigin, size, root: context.ledgerRoot }),
          context.signer,
        );
    writeData(context, "checkpoint.note", note);

    const hashes = new Set(entries.flatMap((entry) => hiddenIn(entry.parameters as Json, WITHHELD)));
    // Tags and notes go with the events that they are on, and with no other.
    for (const { ref } of await exportedMarks(live, context.runs)) if (ref !== "") hashes.add(ref);
    const texts = [...hashes].flatMap((hash) => live.texts.entry(hash) ?? []);
    writeData(context, "texts.jsonl", texts.map(formatText).join(""));
  },
};
