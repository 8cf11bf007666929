import { type Backend, check, flatten, gather, mapTree, tensor } from "@nn/core";
import type { Batch, Resident } from "./data.ts";
import { shuffled } from "./shuffle.ts";

/** Copies of the rows for training and of those that are held back, which are drawn as `splitRows` draws them. */
export function divide(
  { tree, rows }: Resident<Batch>,
  part: number,
  seed: number,
  backend: Backend,
): Resident<Batch>[] {
  const size = part < 1 ? Math.max(1, Math.round(part * rows)) : part;
  check(
    part > 0 && Number.isSafeInteger(size) && size < rows,
    () =>
      `fit: validation must be a fraction between 0 and 1, or a number of rows that leaves some of ${rows} for ` +
      `training, got ${part}`,
  );
  const order = shuffled(rows, seed, -1);
  return [order.subarray(size), order.subarray(0, size)].map((numbers) => {
    const at = tensor(backend, numbers.toSorted());
    const taken = mapTree(tree, (leaf) => gather(leaf, at)) as Batch;
    at.dispose();
    const { leaves } = flatten(taken);
    return {
      tree: taken,
      rows: numbers.length,
      release: () => leaves.forEach((leaf) => leaf.dispose()),
    };
  });
}
