// The exhibit's viewer carries everything it needs inside its one file: the engine's worker and wasm and the records, each as
// gzip in base64, cut into <script type="application/octet-stream" data-part="NAME"> elements. They are read while the page
// still arrives: the engine compiles as its bytes come, and no part is held twice.

/** The bytes of a part, still packed, piece by piece. Throws where the part is missing or incomplete. */
export async function* packedPart(name: string): AsyncGenerator<Uint8Array> {
  for (;;) {
    const arrived = document.readyState !== "loading";
    // A new look at each piece: the page may have grown while the last one was worked on.
    const node = document.querySelector<HTMLScriptElement>(`script[data-part="${name}"]`);
    if (node && (arrived || node.nextSibling !== null)) {
      const last = node.dataset.last !== undefined;
      const text = node.textContent ?? "";
      node.remove();
      yield fromBase64(text);
      if (last) return;
    } else if (arrived) {
      throw new Error(`This file has no whole part "${name}". It is incomplete: get it again.`);
    } else await more();
  }
}

/** A part unpacked. */
export async function readPart(name: string): Promise<Uint8Array> {
  const pieces = packedPart(name);
  const packed = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  // The cast: the DOM's types say BufferSource where a stream of Uint8Array is meant.
  const unpacked = packed.pipeThrough(
    new DecompressionStream("gzip") as unknown as TransformStream<Uint8Array, Uint8Array>,
  );
  return new Uint8Array(await new Response(unpacked as unknown as BodyInit).arrayBuffer());
}

/** Resolves once the page has grown or is complete. An element is whole where something stands behind it. */
function more(): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      observer.disconnect();
      document.removeEventListener("DOMContentLoaded", done);
      resolve();
    };
    const observer = new MutationObserver(done);
    observer.observe(document.body, { childList: true });
    document.addEventListener("DOMContentLoaded", done);
  });
}

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
