// The exhibit's viewer carries everything it needs inside its one file: the engine's wasm, its worker and the records, each as
// gzip in base64, cut into <script type="application/octet-stream" data-part="NAME"> parts. This reads them back.

/** Decodes a part in slices, so that a long text is never held twice. Throws where the part is missing or damaged. */
export async function readPart(name: string, onProgress?: (share: number) => void): Promise<Uint8Array> {
  const nodes = [...document.querySelectorAll<HTMLScriptElement>(`script[data-part="${name}"]`)];
  if (nodes.length === 0) throw new Error(`This file has no part "${name}". It is incomplete.`);
  const total = nodes.reduce((sum, node) => sum + (node.textContent?.length ?? 0), 0);
  let done = 0;
  const packed = new ReadableStream<Uint8Array>({
    async start(controller) {
      for (const node of nodes) {
        const text = node.textContent ?? "";
        for (let at = 0; at < text.length; at += SLICE) {
          controller.enqueue(fromBase64(text.slice(at, at + SLICE)));
          done += Math.min(SLICE, text.length - at);
          onProgress?.(done / total);
        }
        node.remove();
      }
      controller.close();
    },
  });
  // The cast: the DOM's types say BufferSource where a stream of Uint8Array is meant.
  const unpacked = packed.pipeThrough(
    new DecompressionStream("gzip") as unknown as TransformStream<Uint8Array, Uint8Array>,
  );
  return new Uint8Array(await new Response(unpacked as unknown as BodyInit).arrayBuffer());
}

/** 1 Mi characters; a multiple of 4, so that each slice is base64 of whole bytes. */
const SLICE = 1_048_576;

interface FromBase64 {
  fromBase64?: (text: string) => Uint8Array;
}

function fromBase64(text: string): Uint8Array {
  const native = (Uint8Array as unknown as FromBase64).fromBase64;
  if (native) return native.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
