// Run as a process of its own, so that it can be killed: performs one act on a case and says so when it is acknowledged.
import { openCase } from "../../electron/engine/case/open";
import { countingKind } from "./counting-kind";

const [path, rows] = process.argv.slice(2) as [string, string];
const live = await openCase(path);
const note = await live.hideText(`a note beside ${rows} rows`);
const io = { signal: new AbortController().signal, progress: () => {}, examiner: null };
const { seq } = await live.perform(countingKind, { note }, { rows: Number(rows) }, io);
process.stdout.write(`acknowledged ${seq}\n`);
await live.close();
