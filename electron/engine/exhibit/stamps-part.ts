// timestamps/: each time-stamp that a covered act brought in, with the checkpoint that it stamps.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKPOINTS, checkpointFile } from "../case/ledger";
import { STAMPS, stampActs, stampFile } from "../case/stamps";
import { type ExhibitPart, writeData } from "./context";

export const stampsPart: ExhibitPart = {
  name: "timestamps",
  async build(context) {
    const stamps = stampActs(context.entries);
    if (stamps.length === 0) return;
    mkdirSync(join(context.data, STAMPS));
    for (const size of new Set(stamps.map((stamp) => stamp.size))) {
      const note = checkpointFile(size);
      writeData(context, `${STAMPS}/${note}`, readFileSync(join(context.live.path, CHECKPOINTS, note)));
    }
    for (const stamp of stamps) {
      const file = stampFile(stamp);
      writeData(context, `${STAMPS}/${file}`, readFileSync(join(context.live.path, STAMPS, file)));
    }
  },
};
