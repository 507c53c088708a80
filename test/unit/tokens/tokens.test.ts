// Colours that cannot be read are found here, not by a tired analyst: every ratio is computed from the token file.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const css = readFileSync(resolve(import.meta.dirname, "../../../renderer/tokens/tokens.css"), "utf8");

function tokensOf(selector: string): Map<string, string> {
  const at = css.indexOf(`${selector} {`);
  if (at < 0) throw new Error(`no block ${selector}`);
  const body = css.slice(at, css.indexOf("}", at));
  return new Map([...body.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1]!, m[2]!]));
}
const themes = { light: tokensOf(".paper"), dark: tokensOf(':root[data-theme="dark"]') };

const channels = (hex: string): [number, number, number] => [
  Number.parseInt(hex.slice(1, 3), 16) / 255,
  Number.parseInt(hex.slice(3, 5), 16) / 255,
  Number.parseInt(hex.slice(5, 7), 16) / 255,
];
const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const luminance = (rgb: readonly [number, number, number]) =>
  0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
const ratioOf = (a: readonly [number, number, number], b: readonly [number, number, number]) => {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
};
const ratio = (a: string, b: string) => ratioOf(channels(a), channels(b));

/** OKLab (Ottosson 2020) of linear light, for distances that the eye would agree with. */
function oklab(rgb: readonly [number, number, number]): [number, number, number] {
  const [r, g, b] = rgb;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
/** Machado, Oliveira, Fernandes 2009, severity 1.0, on linear light. */
const BLIND: Record<string, readonly (readonly [number, number, number])[]> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};
const seen = (hex: string, matrix: readonly (readonly [number, number, number])[]) => {
  const c = channels(hex).map(linear) as [number, number, number];
  const out = matrix.map((row) => Math.min(1, Math.max(0, row[0] * c[0] + row[1] * c[1] + row[2] * c[2])));
  return oklab(out as [number, number, number]);
};

const SURFACES = ["app", "work", "raised", "hover", "sel"];
const TEXTS = [
  "text",
  "muted",
  "faint",
  "accent",
  "clock",
  "v-unique",
  "v-only",
  "v-ambiguous",
  "v-none",
  "v-out-of-range",
  "v-no-port",
  "mark",
  "escape",
  "danger",
];
const HUES = ["v-unique", "v-only", "v-ambiguous", "v-none", "v-out-of-range", "v-no-port", "clock"];

describe.each(["light", "dark"] as const)("the %s theme", (name) => {
  const theme = themes[name];
  const at = (token: string) => {
    const value = theme.get(token);
    if (!value) throw new Error(`no token ${token}`);
    return value;
  };

  it.each(TEXTS)("%s can be read on every surface", (token) => {
    for (const surface of SURFACES)
      expect(ratio(at(token), at(surface)), surface).toBeGreaterThanOrEqual(4.5);
  });
  it("a control's border stands out from every surface", () => {
    for (const surface of SURFACES)
      expect(ratio(at("edge"), at(surface)), surface).toBeGreaterThanOrEqual(2.95);
  });
  it.each([
    ["on-fill", "accent-fill"],
    ["clock", "clock-fill"],
    ["escape", "escape-fill"],
    ["danger", "danger-fill"],
    ["text", "span"],
    ["lane-label", "lane"],
  ])("%s can be read on %s", (ink, fill) => {
    expect(ratio(at(ink), at(fill))).toBeGreaterThanOrEqual(4.5);
  });
  it("a point of a scatter stands out at its opacity, on the ground and on a band", () => {
    const alpha = name === "dark" ? 0.62 : 0.85;
    for (const ground of ["work", "clock-fill"]) {
      const [p, g] = [channels(at("accent")), channels(at(ground))];
      const mixed = p.map((c, i) => c * alpha + g[i]! * (1 - alpha)) as [number, number, number];
      expect(ratioOf(mixed, g), ground).toBeGreaterThanOrEqual(3);
    }
  });
  it.each(Object.keys(BLIND))("no two verdicts nor the clock look alike under %s", (kind) => {
    for (let i = 0; i < HUES.length; i++)
      for (let j = i + 1; j < HUES.length; j++) {
        const [a, b] = [seen(at(HUES[i]!), BLIND[kind]!), seen(at(HUES[j]!), BLIND[kind]!)];
        const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        expect(distance, `${HUES[i]} and ${HUES[j]}`).toBeGreaterThanOrEqual(0.059);
      }
  });
});

describe("the token file", () => {
  it("gives both themes the same tokens", () => {
    expect([...themes.dark.keys()].sort()).toEqual([...themes.light.keys()].sort());
  });
});
