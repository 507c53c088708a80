// Typst behind one function: a template and a model in, a tagged PDF/A-2b out, the same bytes on every machine. Evidence
// reaches the template only as JSON data (sys.inputs), never as Typst source, so no text in a log can become markup.
import { createRequire } from "node:module";
import { fontBlobs } from "./fonts";

type TypstModule = typeof import("@myriaddreamin/typst-ts-node-compiler");

export interface PdfOptions {
  /** Seconds since the epoch: the date in the PDF's metadata. */
  readonly timestamp: number;
}

/** Throws Error with Typst's own diagnostics, which name a fault of the template, never of the evidence. */
export function compilePdf(template: string, model: unknown, options: PdfOptions): Buffer {
  const typst = createRequire(import.meta.url)("@myriaddreamin/typst-ts-node-compiler") as TypstModule;
  const compiler = typst.NodeCompiler.create({ fontArgs: [{ fontBlobs: fontBlobs() }] });
  const compiled = compiler.compile({
    mainFileContent: template,
    inputs: { model: JSON.stringify(model) },
  });
  const document = compiled.result;
  if (!document) {
    const error = compiled.takeDiagnostics() ?? compiled.takeError();
    throw new Error(
      `The report's template does not compile: ${JSON.stringify(error?.shortDiagnostics ?? [])}`,
    );
  }
  return compiler.pdf(document, { pdfStandard: "a-2b" as never, creationTimestamp: options.timestamp });
}
