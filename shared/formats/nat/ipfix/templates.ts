// Templates of IPFIX and NetFlow v9: what the bytes of a data record mean. Kept per exporter and observation domain,
// since ids are theirs alone; a record read with another exporter's template would be a mapping that never was.
// Source: RFC 7011 sections 3.4.1 to 3.4.3 and 7; RFC 3954 sections 5.2 and 6.
import { type Element, elementOf } from "./elements";

export interface Field {
  readonly id: number;
  /** Private enterprise number; 0 for the IANA registry. */
  readonly pen: number;
  /** VARIABLE for variable length. */
  readonly length: number;
  readonly element: Element;
  /** Offset in a record of fixed length; -1 after a field of variable length. */
  readonly offset: number;
}

export const VARIABLE = 65_535;

export interface Template {
  readonly id: number;
  readonly fields: readonly Field[];
  /** An options template: its records describe the exporter. */
  readonly options: boolean;
  /** Least length of a record, and whether all have it. */
  readonly minimum: number;
  readonly fixed: boolean;
  /** Position of an IANA element in `fields`; the first where it occurs twice. */
  readonly at: ReadonlyMap<number, number>;
  /** The same for enterprise elements, by "PEN/number". */
  readonly enterprise: ReadonlyMap<string, number>;
}

export interface TemplateFault {
  readonly offset: number;
  readonly length: number;
  readonly reason: string;
}

const u16 = (b: Uint8Array, at: number): number => b[at]! * 256 + b[at + 1]!;
const u32 = (b: Uint8Array, at: number): number => u16(b, at) * 65_536 + u16(b, at + 2);

/** Most bytes a fixed record may have; a longer one cannot be in a message. */
const LONGEST = 65_535;

/**
 * Templates of one template set's content (after its 4-byte header). `withdrawn` are ids without fields.
 * A fault ends the set: what follows it cannot be told apart.
 */
export function readTemplates(
  b: Uint8Array,
  version: 9 | 10,
  options: boolean,
): { templates: Template[]; withdrawn: number[]; fault: TemplateFault | null } {
  const templates: Template[] = [];
  const withdrawn: number[] = [];
  let at = 0;
  while (at + 4 <= b.length) {
    const start = at;
    const id = u16(b, at);
    if (id < 256) {
      // Padding is zeros; anything else is no template.
      const rest = b.subarray(at);
      const fault = rest.every((c) => c === 0)
        ? null
        : { offset: at, length: b.length - at, reason: `template id ${id} is below 256` };
      return { templates, withdrawn, fault };
    }
    let count: number;
    let bytes = VARIABLE;
    if (options && version === 9) {
      if (at + 6 > b.length) break;
      const scope = u16(b, at + 2);
      bytes = scope + u16(b, at + 4);
      count = Math.floor(bytes / 4);
      at += 6;
      if (bytes % 4 !== 0) return { templates, withdrawn, fault: short(start, b, id) };
    } else {
      count = u16(b, at + 2);
      at += 4;
      if (count === 0) {
        withdrawn.push(id);
        continue;
      }
      // RFC 7011: the scope field count of an options template follows the field count.
      if (options) at += 2;
    }
    const fields: Field[] = [];
    let offset = 0;
    let minimum = 0;
    for (let i = 0; i < count; i++) {
      if (at + 4 > b.length) return { templates, withdrawn, fault: short(start, b, id) };
      let number = u16(b, at);
      const length = u16(b, at + 2);
      at += 4;
      let pen = 0;
      if (version === 10 && number >= 32_768) {
        if (at + 4 > b.length) return { templates, withdrawn, fault: short(start, b, id) };
        pen = u32(b, at);
        number -= 32_768;
        at += 4;
      }
      // In version 9 the first fields of an options template are scopes (1 system to 5 template), not elements.
      fields.push({ id: number, pen, length, element: elementOf(pen, number, length), offset });
      minimum += length === VARIABLE ? 1 : length;
      offset = length === VARIABLE || offset < 0 ? -1 : offset + length;
    }
    if (minimum === 0 || minimum > LONGEST)
      return {
        templates,
        withdrawn,
        fault: {
          offset: start,
          length: at - start,
          reason: `template ${id} describes records of ${minimum} bytes`,
        },
      };
    templates.push(templateOf(id, fields, options, minimum, offset >= 0));
  }
  return { templates, withdrawn, fault: null };
}

const short = (start: number, b: Uint8Array, id: number): TemplateFault => ({
  offset: start,
  length: b.length - start,
  reason: `template ${id} does not fit its set`,
});

function templateOf(
  id: number,
  fields: readonly Field[],
  options: boolean,
  minimum: number,
  fixed: boolean,
): Template {
  const at = new Map<number, number>();
  const enterprise = new Map<string, number>();
  fields.forEach((field, i) => {
    if (field.pen === 0) {
      if (!at.has(field.id)) at.set(field.id, i);
    } else if (!enterprise.has(`${field.pen}/${field.id}`)) enterprise.set(`${field.pen}/${field.id}`, i);
  });
  return { id, fields, options, minimum, fixed, at, enterprise };
}

/**
 * Where each field of the record at `at` stands: pairs of from and to in `spans`. Returns the position after the record,
 * or -1 where it does not fit in [at, end).
 */
export function measure(
  template: Template,
  b: Uint8Array,
  at: number,
  end: number,
  spans: Int32Array,
): number {
  let p = at;
  for (let i = 0; i < template.fields.length; i++) {
    let length = template.fields[i]!.length;
    if (length === VARIABLE) {
      if (p >= end) return -1;
      length = b[p++]!;
      if (length === 255) {
        if (p + 2 > end) return -1;
        length = u16(b, p);
        p += 2;
      }
    }
    if (p + length > end) return -1;
    spans[2 * i] = p;
    spans[2 * i + 1] = p + length;
    p += length;
  }
  return p;
}
