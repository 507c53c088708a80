// Splits a line into fields: W3C extended log files (blanks, values in quotes where a program quotes), and RFC 4180 CSV.

/** Fields between runs of blanks; `"a ""b"" c"` is one field. */
export function splitW3c(line: string): string[] {
  const out: string[] = [];
  const n = line.length;
  let i = 0;
  while (i < n) {
    while (i < n && isBlank(line.charCodeAt(i))) i++;
    if (i >= n) break;
    if (line.charCodeAt(i) === 34) {
      let value = "";
      i++;
      while (i < n) {
        const quote = line.indexOf('"', i);
        const stop = quote < 0 ? n : quote;
        value += line.slice(i, stop);
        i = stop;
        if (i >= n || line.charCodeAt(i + 1) !== 34) break;
        value += '"';
        i += 2;
      }
      i++;
      out.push(value);
    } else {
      const from = i;
      while (i < n && !isBlank(line.charCodeAt(i))) i++;
      out.push(line.slice(from, i));
    }
  }
  return out;
}

const isBlank = (c: number): boolean => c === 32 || c === 9;

/** RFC 4180 fields of one record; `open` where a quoted field does not end. */
export function splitCsv(text: string, separator = ","): { fields: string[]; open: boolean } {
  const fields: string[] = [];
  const n = text.length;
  let i = 0;
  for (;;) {
    if (text[i] === '"') {
      let value = "";
      i++;
      for (;;) {
        const quote = text.indexOf('"', i);
        if (quote < 0) return { fields: [...fields, value + text.slice(i)], open: true };
        value += text.slice(i, quote);
        i = quote + 1;
        if (text[i] !== '"') break;
        value += '"';
        i++;
      }
      const next = text.indexOf(separator, i);
      fields.push(value + text.slice(i, next < 0 ? n : next));
      if (next < 0) return { fields, open: false };
      i = next + 1;
    } else {
      const next = text.indexOf(separator, i);
      fields.push(text.slice(i, next < 0 ? n : next));
      if (next < 0) return { fields, open: false };
      i = next + 1;
    }
  }
}

/** `192.0.2.1:25`, `[2001:db8::1]:25`, and `2001:db8::1:25` where a port always stands at the end. */
export function splitEndpoint(text: string): { ip: string; port: string | null } {
  const m = /^\[([^\]]+)\](?::(\d+))?$/.exec(text) ?? /^(.*):(\d+)$/.exec(text);
  return m ? { ip: m[1]!, port: m[2] ?? null } : { ip: text, port: null };
}
