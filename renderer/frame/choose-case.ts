// Asks for a case's folder and opens it.
import { t } from "../words/words";
import { openCase } from "./case-actions";
import { choosePaths } from "./file-browser";

export async function chooseCase(): Promise<void> {
  const [path] = await choosePaths("case", t("Open a case"));
  if (path) await openCase(path);
}
