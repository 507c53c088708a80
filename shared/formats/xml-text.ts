// Text of XML elements as servers write it: entities resolved. Source: XML 1.0, sections 4.1 and 4.6.

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

export const unescaped = (text: string): string =>
  text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/g, (all, hex, dec, name) => {
    if (name !== undefined) return ENTITIES[name as string]!;
    const code = hex !== undefined ? Number.parseInt(hex as string, 16) : Number(dec);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
