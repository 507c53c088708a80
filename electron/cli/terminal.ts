// Standard output, standard error and progress. Output waits for its reader (a pipe to `head` or a slow disk never
// gathers a case in memory), and a reader that closes early ends the command without an error.
import type { Progress } from "../../shared/contract/messages";
import type { ProductError } from "../../shared/errors";
import { bytes, escaped, number, wrap } from "./print";

/** Thrown where the reader of standard output is gone: not an error, the command just ends. */
export class ReaderGone extends Error {}

export class Terminal {
  private readerGone = false;
  private drawn = false;

  constructor(private readonly json: boolean) {
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      this.readerGone = true;
    });
  }

  async out(text: string): Promise<void> {
    if (this.readerGone) throw new ReaderGone();
    this.clear();
    if (process.stdout.write(`${text}\n`)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        process.stdout.off("drain", done);
        process.stdout.off("error", done);
        resolve();
      };
      process.stdout.once("drain", done);
      process.stdout.once("error", done);
    });
    if (this.readerGone) throw new ReaderGone();
  }

  remark(text: string): void {
    this.clear();
    process.stderr.write(`${text}\n`);
  }

  /** One line that is written over; only where standard error is a terminal. */
  progress(report: Progress): void {
    if (!process.stderr.isTTY || this.json) return;
    const amount = (value: number) =>
      report.unit === "bytes" ? bytes(value) : `${number(value)} ${report.unit}`;
    const share = report.total
      ? ` ${String(Math.floor((100 * report.done) / report.total)).padStart(3)} %`
      : "";
    const counts =
      report.records === undefined
        ? ""
        : `, ${number(report.records)} records, ${number(report.rejects ?? 0)} rejects`;
    const line = `${escaped(report.doing)}${share} (${amount(report.done)}${counts})`;
    process.stderr.write(`\r\u001b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    this.drawn = true;
  }

  clear(): void {
    if (!this.drawn) return;
    process.stderr.write("\r\u001b[K");
    this.drawn = false;
  }

  /** What went wrong, where, and what to do; with --json the same as one JSON object on standard error. */
  failure(error: ProductError): void {
    this.clear();
    const { file, line, candidates } = error.where;
    if (this.json) {
      const object = {
        error: { code: error.code, message: error.message, mend: error.mend, ...error.where },
      };
      process.stderr.write(`${JSON.stringify(object)}\n`);
      return;
    }
    const place = file === undefined ? "" : `${file}${line === undefined ? "" : `, line ${number(line)}`}: `;
    process.stderr.write(`portwitness: ${escaped(`${place}${error.message}`)}\n`);
    if (candidates && candidates.length > 0)
      process.stderr.write(`  Candidates: ${escaped(candidates.join(", "))}\n`);
    for (const sentence of wrap(error.mend)) process.stderr.write(`${sentence}\n`);
  }
}
