import {
  mapTree,
  print,
  tensor,
  trace,
  type Backend,
  type DType,
  type Tensor,
  type Tree,
} from "@nn/core";
import { naive } from "./naive.ts";

/** The backend of these tests: slow and plain. */
export const backend: Backend = naive();

/** Double-precision data. */
export function f64(data: Parameters<typeof tensor>[1], dtype: DType = "f64"): Tensor {
  return tensor(backend, data, { dtype });
}

/** The elements as plain numbers. */
export function values(x: Tensor): number[] {
  return Array.from(x.readSync());
}

/** Central differences of a scalar function of a tree, in f64. */
export function finiteDifferences<P extends Tree>(
  fn: (parameters: P) => Tensor,
  at: P,
  h = 1e-5,
): number[][] {
  const gradients: number[][] = [];
  mapTree(at, (leaf, path) => {
    const original = leaf.readSync();
    const evaluate = (i: number, change: number): number => {
      const moved = original.slice();
      moved[i]! += change;
      const changed = mapTree(at, (other, otherPath) =>
        otherPath === path
          ? tensor(backend, moved, { shape: leaf.shape, dtype: leaf.dtype })
          : other,
      );
      return fn(changed as P).readSync()[0]!;
    };
    gradients.push(Array.from(original, (_, i) => (evaluate(i, h) - evaluate(i, -h)) / (2 * h)));
    return leaf;
  });
  return gradients;
}

/** How many operations a traced function has, bodies not counted. */
export function operationsOf<A extends Tree[]>(fn: (...args: A) => Tree, ...args: A): string[] {
  return trace(fn, ...args).operations.map(({ primitive }) => primitive.name);
}

/** The printout of a traced function. */
export function printed<A extends Tree[]>(fn: (...args: A) => Tree, ...args: A): string {
  return print(trace(fn, ...args));
}
