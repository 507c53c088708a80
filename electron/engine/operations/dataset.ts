// dataset.*: the case's tables for a store that is larger than this machine.
import { writeDataset } from "../dataset/write";
import type { Handlers } from "../engine";

export const datasetHandlers: Pick<Handlers, "dataset.write"> = {
  "dataset.write": async (request, context) => {
    const openCase = await context.cases.get(request.case, { examiner: context.examiner });
    return writeDataset(openCase, { out: request.out, sources: request.sources ?? null }, context.examiner, {
      signal: context.signal,
      progress: context.progress,
    });
  },
};
