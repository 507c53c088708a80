// The few platform globals that Node, browsers and workers share and that pure code may use. `types: []` and no DOM
// keep everything else out of shared/.
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(input: string, into: Uint8Array): { read: number; written: number };
}
interface ImportMeta {
  /** Vite: the modules that match, eagerly. */
  glob<T>(pattern: string | string[], options: { eager: true }): Record<string, T>;
}
