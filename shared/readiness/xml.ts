// The start tags of an XML text, comments left out, with their attributes, line and the names of the elements around
// them. Not a validating parser: enough to read configuration, and nothing is fetched or expanded.

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly line: number;
  readonly parents: readonly string[];
  /** Index among all elements of the innermost element around it; -1 at the root. */
  readonly parent: number;
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', apos: "'", lt: "<", gt: ">", amp: "&" };

export function elements(text: string): Element[] {
  const out: Element[] = [];
  const open: number[] = [];
  let line = 1;
  let counted = 0;
  const lineAt = (at: number): number => {
    for (; counted < at; counted++) if (text.charCodeAt(counted) === 10) line++;
    return line;
  };
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    const skip = (mark: string, end: string): boolean => {
      if (!text.startsWith(mark, at)) return false;
      const close = text.indexOf(end, at + mark.length);
      at = close < 0 ? text.length : close + end.length;
      return true;
    };
    if (skip("<!--", "-->") || skip("<![CDATA[", "]]>") || skip("<?", "?>") || skip("<!", ">")) continue;
    const end = tagEnd(text, at);
    const tag = text.slice(at + 1, end);
    if (tag.startsWith("/")) open.pop();
    else {
      const name = /^[^\s/>]+/.exec(tag)?.[0] ?? "";
      const attributes: Record<string, string> = {};
      for (const m of tag.slice(name.length).matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
        attributes[m[1]!] = (m[2] ?? m[3] ?? "").replace(
          /&(quot|apos|lt|gt|amp);/g,
          (_, e: string) => ENTITIES[e]!,
        );
      }
      const parents = open.map((i) => out[i]!.name);
      const index =
        out.push({ name, attributes, line: lineAt(at), parents, parent: open[open.length - 1] ?? -1 }) - 1;
      if (!tag.endsWith("/")) open.push(index);
    }
    at = end + 1;
  }
  return out;
}

/** Index of the tag's `>`; one inside quotes does not end it. */
function tagEnd(text: string, from: number): number {
  let quote = "";
  for (let i = from; i < text.length; i++) {
    const c = text[i]!;
    if (quote !== "") {
      if (c === quote) quote = "";
    } else if (c === '"' || c === "'") quote = c;
    else if (c === ">") return i;
  }
  return text.length;
}
