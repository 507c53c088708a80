// RFC 6962 section 2.1: the Merkle tree over a list of leaves, inclusion and consistency with it. The ledger's tree has
// one leaf a line; the exhibit's row tree has one a row, so that a part can be disclosed and still be proven.
import { concat, equalBytes, type Sha256 } from "./bytes";

const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

export const leafHash = (data: Uint8Array, sha256: Sha256): Uint8Array => sha256(concat(LEAF, data));
export const nodeHash = (left: Uint8Array, right: Uint8Array, sha256: Sha256): Uint8Array =>
  sha256(concat(NODE, left, right));

/** The tree as it grows: one hash for each complete subtree, largest first, so that each act costs O(log n). */
export class MerkleFrontier {
  private readonly subtrees: { hash: Uint8Array; size: number }[] = [];
  private leaves = 0;

  constructor(private readonly sha256: Sha256) {}

  get size(): number {
    return this.leaves;
  }

  append(data: Uint8Array): void {
    this.appendLeafHash(leafHash(data, this.sha256));
  }

  appendLeafHash(hash: Uint8Array): void {
    let node = { hash, size: 1 };
    for (let last = this.subtrees.at(-1); last && last.size === node.size; last = this.subtrees.at(-1)) {
      this.subtrees.pop();
      node = { hash: nodeHash(last.hash, node.hash, this.sha256), size: node.size * 2 };
    }
    this.subtrees.push(node);
    this.leaves++;
  }

  root(): Uint8Array {
    let root: Uint8Array | undefined;
    for (let i = this.subtrees.length - 1; i >= 0; i--) {
      const { hash } = this.subtrees[i]!;
      root = root === undefined ? hash : nodeHash(hash, root, this.sha256);
    }
    return root ?? this.sha256(new Uint8Array(0));
  }
}

/** Root over leaf hashes [from, to). */
export function rootOf(
  hashes: readonly Uint8Array[],
  sha256: Sha256,
  from = 0,
  to = hashes.length,
): Uint8Array {
  const tree = new MerkleFrontier(sha256);
  for (let i = from; i < to; i++) tree.appendLeafHash(hashes[i]!);
  return tree.root();
}

/** RFC 6962 section 2.1.1: the path of leaf `index`, nearest sibling first. */
export function inclusionProof(hashes: readonly Uint8Array[], index: number, sha256: Sha256): Uint8Array[] {
  if (index < 0 || index >= hashes.length) throw new RangeError("no such leaf");
  const path: Uint8Array[] = [];
  let from = 0;
  let to = hashes.length;
  while (to - from > 1) {
    const middle = from + splitPoint(to - from);
    if (index < middle) {
      path.push(rootOf(hashes, sha256, middle, to));
      to = middle;
    } else {
      path.push(rootOf(hashes, sha256, from, middle));
      from = middle;
    }
  }
  return path.reverse();
}

/** RFC 9162 section 2.1.3.2. */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
  root: Uint8Array,
  sha256: Sha256,
): boolean {
  if (index < 0 || index >= size) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash, sha256);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling, sha256);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalBytes(hash, root);
}

/** The largest power of two below n. */
function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
