// Who may come in. The session listens on loopback, where every program and every web page of this machine can knock:
// a page in a browser through DNS rebinding or a plain cross-site request, another user through the port. So each
// request must name this very host and port, come from this very origin or from nowhere, and carry the cookie that the
// one-time token was exchanged for (OWASP, "Cross-Site Request Forgery Prevention"; RFC 6265bis, SameSite).
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export const COOKIE = "portwitness";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
/** Compares without telling by its time where the difference is. */
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** True where a browser says that another site, or a file, began the request. */
export function isElsewhere(request: IncomingMessage): boolean {
  const site = request.headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}

export class Doors {
  private token: string | null = randomBytes(32).toString("hex");
  private readonly secret = randomBytes(32).toString("hex");

  constructor(private readonly port: number) {}

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get origin(): string {
    return `http://${this.host}`;
  }

  /** The address that opens the session, once. */
  get address(): string {
    return `${this.origin}/open?token=${this.token ?? "used"}`;
  }

  /** Exchanges the token for the cookie's header, or null: wrong, or used before. */
  redeem(token: string): string | null {
    if (this.token === null || !same(token, this.token)) return null;
    this.token = null;
    return `${COOKIE}=${this.secret}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /**
   * Why a request is refused, or null where it may pass. `origin`: it changes something, so "from nowhere" will not do.
   * Without `cookie` it brings the token, and may come from a file of the user's (see `isElsewhere`).
   */
  refusal(request: IncomingMessage, needs: { origin: boolean; cookie: boolean }): string | null {
    if (request.headers.host !== this.host) return "This address is not the session's.";
    const origin = request.headers.origin;
    if (origin === undefined ? needs.origin : origin !== this.origin)
      return "The request comes from another origin.";
    if (needs.cookie && isElsewhere(request)) return "The request comes from another site.";
    if (needs.cookie && !this.knows(request.headers.cookie))
      return "This session opens with the address that Portwitness printed, once.";
    return null;
  }

  private knows(header: string | undefined): boolean {
    for (const part of (header ?? "").split(";")) {
      const at = part.indexOf("=");
      if (part.slice(0, at).trim() === COOKIE && same(part.slice(at + 1).trim(), this.secret)) return true;
    }
    return false;
  }
}
