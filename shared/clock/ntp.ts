// Statistics that a server's own NTP client keeps, as pairs of its clock and true time: chrony's tracking log and ntpd's
// loopstats and peerstats.
import { ProductError } from "../errors";
import type { Pair } from "./pairs";

export function parseNtp(text: string, name: string): Pair[] {
  void text;
  throw new ProductError(
    "input",
    `${name} is no chrony tracking log and no ntpd loopstats or peerstats.`,
    "Name the statistics file of the server's NTP client.",
    { file: name },
  );
}
