// viewer.html: the page that lets a reader with nothing installed filter and check the exhibit. The page itself is built once
// (build/vite.viewer.config.ts); this puts the exhibit's records into it. Compressed by fflate, a pinned JavaScript
// deflate, since zlib's output differs between builds and the page's hash stands in the manifest.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "fflate";
import { ProductError } from "../../../shared/errors";
import { builtFile } from "../built-file";
import { DataFile, type ExhibitPart } from "./context";

const PLACE = "<!--portwitness:data-->";
/** Characters of base64 in one element: small, so that the page can work on one while the next arrives. */
const PART_CHARACTERS = 1_048_576;

export const viewerPart: ExhibitPart = {
  name: "viewer.html",
  async build(context) {
    const page = builtFile("viewer/viewer.html");
    if (!existsSync(page)) {
      throw new ProductError("input", "The program's viewer page is missing.", "Install the program again.", {
        file: page,
      });
    }
    const html = readFileSync(page, "utf8");
    const at = html.indexOf(PLACE);
    if (at < 0) throw new Error(`${page} has no place for the records`);
    const records = readFileSync(join(context.data, "records.duckdb"));
    const packed = Buffer.from(gzipSync(records, { level: 6, mtime: 0 })).toString("base64");
    const file = new DataFile(context.data, "viewer.html");
    file.write(html.slice(0, at));
    for (let from = 0; from < packed.length; from += PART_CHARACTERS) {
      const part = packed.slice(from, from + PART_CHARACTERS);
      const last = from + PART_CHARACTERS >= packed.length ? " data-last" : "";
      file.write(`<script type="application/octet-stream" data-part="records"${last}>${part}</script>\n`);
    }
    file.write(html.slice(at + PLACE.length));
    file.close();
  },
};
