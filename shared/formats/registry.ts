// Every format, found by its file: adding one is adding one file. Order is by id, so that it never depends on the disk.
import type { Format } from "./format";

const files = import.meta.glob<{ default: Format }>("./{server,nat,subscriber,reference,any}/*.ts", {
  eager: true,
});

export const FORMATS: readonly Format[] = Object.values(files)
  .map((file) => file.default)
  .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

export const formatById = (id: string): Format | undefined => FORMATS.find((format) => format.id === id);
