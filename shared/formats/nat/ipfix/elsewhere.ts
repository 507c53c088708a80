// Templates that stand in another file of the same import: a collector that rotates its files, or an exporter's messages
// saved one by one. They serve only where a file itself never says what a set's id means, and never where it is open
// which of several exporters meant it: a record read with another exporter's template would be a mapping that never was.
// Source: RFC 7011 section 8 (templates outlive the message that sent them); RFC 3954 section 9.
import { measure, type Template } from "./templates";

export interface Elsewhere {
  /** The template of another file for this key (exporter, version, domain, id); "several" where they disagree. */
  template(key: string): Template | "several" | null;
}

export class TemplateBook {
  private readonly told = new Map<string, { file: number; template: Template }[]>();

  learn(key: string, file: number, template: Template): void {
    const list = this.told.get(key);
    if (!list) this.told.set(key, [{ file, template }]);
    else if (list.at(-1)!.file !== file || !alike(list.at(-1)!.template, template))
      list.push({ file, template });
  }

  /** What the other files say, for file `file`: the nearest before it, else the nearest behind. */
  around(file: number): Elsewhere {
    return {
      template: (key) => {
        const others = (this.told.get(key) ?? []).filter((entry) => entry.file !== file);
        const first = others[0];
        if (!first) return null;
        // Without an exporter's address one id may be several exporters'.
        if (key.startsWith("/") && others.some(({ template }) => !alike(template, first.template)))
          return "several";
        return (others.findLast((entry) => entry.file < file) ?? first).template;
      },
    };
  }
}

const alike = (a: Template, b: Template): boolean =>
  a.options === b.options &&
  a.fields.length === b.fields.length &&
  a.fields.every((field, i) => {
    const other = b.fields[i]!;
    return field.id === other.id && field.pen === other.pen && field.length === other.length;
  });

/** Whether records of the template fill the set to its end, but for padding (zeros shorter than a record). */
export function fills(template: Template, bytes: Uint8Array, spans: Int32Array): boolean {
  let at = 0;
  while (at + template.minimum <= bytes.length) {
    const next = measure(template, bytes, at, bytes.length, spans);
    if (next < 0) break;
    at = next;
  }
  return (
    at > 0 && bytes.subarray(at).every((c) => c === 0) && bytes.length - at < Math.max(template.minimum, 4)
  );
}
