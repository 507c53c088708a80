import * as v from "valibot";
import { casePath, count, operation, text } from "./operation";

export const datasetOperations = {
  /** Writes the case's tables into the new folder `out` as Parquet, partitioned as Hive does, for the lab's own cluster. */
  "dataset.write": operation(
    v.object({
      case: casePath,
      out: text,
      /** Names of the sources whose records and mappings are written (default: all). */
      sources: v.optional(v.array(text)),
    }),
    v.object({
      path: text,
      tables: v.array(v.object({ name: text, rows: count, files: count, bytes: count })),
      /** Of `files.csv`, which lists every file with its own. */
      sha256: text,
    }),
    "dataset.write",
  ),
};
