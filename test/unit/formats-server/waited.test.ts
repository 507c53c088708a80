// A server may notice hours later that a client is gone, when its NAT has long given the port to another: such a line says
// how far back its connection may have ended, and no line that a client's words could make narrower.
import { describe, expect, it } from "vitest";
import { readPostgresMessage } from "../../../shared/formats/log-line-prefix";
import { waitedUs } from "../../../shared/formats/program";

const SECOND = 1_000_000;

describe("a line about a client that was gone", () => {
  it("reaches back by what the server waits by default", () => {
    expect(waitedUs("Timeout before authentication for 203.0.113.7 port 50000")).toBe(120 * SECOND);
    expect(waitedUs("timeout after DATA from unknown[203.0.113.7]:50000")).toBe(300 * SECOND);
    expect(waitedUs("Read error from remote host 203.0.113.7 port 50000: Connection timed out")).toBe(
      7_875 * SECOND,
    );
  });

  it("is none that tells of one who was there", () => {
    for (const message of [
      "Accepted publickey for ada from 203.0.113.7 port 50000 ssh2",
      "Connection closed by 203.0.113.7 port 50000",
      "disconnect from unknown[203.0.113.7]:50000 ehlo=1 quit=1 commands=2",
    ])
      expect(waitedUs(message)).toBeNull();
  });

  it("of PostgreSQL reaches back over the session", () => {
    const gone = "disconnection: session time: 2:11:15.250 user=ada database=d host=203.0.113.7 port=50916";
    expect(readPostgresMessage(gone)).toMatchObject({
      client: "203.0.113.7",
      port: 50_916,
      waitedUs: 7_875_250_000,
    });
    const received = readPostgresMessage("connection received: host=203.0.113.7 port=50916");
    expect(received.waitedUs).toBeUndefined();
  });
});
