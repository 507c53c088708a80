// A bag that attacks are tried on, one after the other: each is taken back before the next.
import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow } from "../../../electron/engine/exhibit/bag";

/** A bag that is changed and put right again, over and over. */
export class WorkingCopy {
  private readonly originals = new Map<string, Buffer>();

  constructor(
    bag: string,
    readonly folder: string,
    /** Another genuine exhibit of the same case. */
    readonly other: string,
    /** A genuine checkpoint of the case over fewer acts, and how many. */
    readonly shorter: { size: number; note: string },
  ) {
    cpSync(bag, folder, { recursive: true });
    for (const name of filesBelow(bag)) this.originals.set(name, readFileSync(join(bag, name)));
  }

  get names(): string[] {
    return [...this.originals.keys()];
  }

  bytes(name: string): Buffer {
    return Buffer.from(this.originals.get(name)!);
  }

  text(name: string): string {
    return this.originals.get(name)!.toString("utf8");
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), content);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** False where the copy is what it was: the attack did nothing. */
  changed(): boolean {
    const now = filesBelow(this.folder);
    const same = now.length === this.originals.size && !lstatSync(this.path("data")).isSymbolicLink();
    return !(
      same &&
      now.every(
        (name) =>
          lstatSync(this.path(name)).isFile() &&
          this.originals.get(name)?.equals(readFileSync(this.path(name))) === true,
      )
    );
  }

  /** Puts back what was changed, and only that. */
  restore(): void {
    if (lstatSync(this.path("data"), { throwIfNoEntry: false })?.isSymbolicLink())
      unlinkSync(this.path("data"));
    mkdirSync(this.path("data"), { recursive: true });
    this.sweep("");
    for (const [name, bytes] of this.originals) {
      const path = this.path(name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat?.isFile() && readFileSync(path).equals(bytes)) continue;
      if (stat) rmSync(path, { recursive: true });
      this.write(name, bytes);
    }
  }

  private sweep(prefix: string): void {
    for (const name of readdirSync(this.path(prefix))) {
      const path = prefix === "" ? name : `${prefix}/${name}`;
      if (this.originals.has(path)) continue;
      if (path === "data") this.sweep(path);
      else rmSync(this.path(path), { recursive: true, force: true });
    }
  }
}
