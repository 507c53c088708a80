// What the interface's own server may hand out: the files of dist/renderer, read-only, and nothing beside them. Shared
// by the app:// protocol and the loopback session, so that both have one containment check and one content policy.
// Containment is by whole path segments: a prefix test without the separator lets `renderer-secret` pass for `renderer`.
import { readFile, realpath } from "node:fs/promises";
import { extname, join, sep } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".json": "application/json",
};

/** `connect` is the one address that the page may talk to; a window over a MessagePort needs none. */
export const contentPolicy = (connect: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    // Styles are set by the grid and the plots at run time; a style runs no code.
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; ");

export const contentHeaders = (connect: string): Record<string, string> => ({
  "Content-Security-Policy": contentPolicy(connect),
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()",
  "Cache-Control": "no-store",
});

export interface Content {
  readonly type: string;
  readonly body: Buffer;
}

/** The file behind a URL's path, or null: not there, outside the folder, or of a type that the interface has none of. */
export async function contentOf(folder: string, pathname: string): Promise<Content | null> {
  let name: string;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (name.includes("\0") || name.includes("\\")) return null;
  if (name === "/" || name === "") name = "/index.html";
  const type = TYPES[extname(name).toLowerCase()];
  if (!type) return null;
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, name));
    if (!file.startsWith(root + sep)) return null;
    return { type, body: await readFile(file) };
  } catch {
    return null;
  }
}
