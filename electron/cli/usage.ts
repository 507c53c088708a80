// Wrong use (exit 2), said the same way by every command.
import { ProductError } from "../../shared/errors";

export const usage = (command: string, what: string): ProductError =>
  new ProductError("usage", `${command}: ${what}`, `See: portwitness help ${command}`);
