import {
  add,
  type Backend,
  cast,
  check,
  flatten,
  gather,
  iota,
  isFloat,
  jit,
  type Json,
  mapTree,
  type Metric,
  type Tensor,
  tensor,
  type TensorMap,
  type Tree,
} from "@nn/core";
import { checkOptions } from "./options.ts";
import { homeOf, rowsOfAll, upload, type Values } from "./values.ts";

/** Rows that are measured at a time. */
const most = 8192;

/** How to compute a metric. */
export interface MeasureOptions {
  /** Where to compute; by default where the tensors are. Needed when all is given as arrays. */
  readonly backend?: Backend;
}

/**
 * A metric of whole predictions, be it a number or a table. Arrays are uploaded for the time of the call; tensors stay
 * the caller's. All is computed in double precision on backends that have it.
 *
 * ```ts
 * const score = await measure(r2(), await predict(model, variables, inputs), targets);
 * const table = await measure(confusionMatrix(), [[0.1, 2], [3, 0.5]], [1, 0], { backend });
 * ```
 */
export async function measure<Out extends Tree, Target extends Tree, Result extends Json>(
  metric: Metric<Out, Target, Result>,
  prediction: Values,
  target: Values,
  options: MeasureOptions = {},
): Promise<Result> {
  check(
    typeof (metric as Partial<typeof metric>).measure === "function",
    () => `measure: expected a metric such as r2(), got ${typeof metric}`,
  );
  checkOptions("measure", options, ["backend"]);
  const backend = options.backend ?? homeOf(prediction) ?? homeOf(target);
  check(
    backend,
    () =>
      "measure: expected a tensor on a backend, got arrays alone; pass { backend } to say where to compute",
  );
  const dtype = backend.dtypes.includes("f64") ? "f64" : "f32";
  const own: Tensor[] = [];
  try {
    const given = [
      upload("measure: prediction", backend, prediction, dtype, own),
      upload("measure: target", backend, target, dtype, own),
    ];
    const rows = rowsOfAll(flatten(given).leaves);
    const wide = (leaf: Tensor): Tensor => (isFloat(leaf.dtype) ? cast(leaf, dtype) : leaf);
    const sums = newSums(metric.mode);
    const measureOf = (length: number): ((values: Tree, start: Tensor) => TensorMap) =>
      jit(function measure(values: Tree, start: Tensor): TensorMap {
        const take = (leaf: Tensor): Tensor =>
          length === rows ? leaf : gather(leaf, add(iota(length), start));
        const [out, wanted] = mapTree(values, (leaf) => wide(take(leaf))) as [Out, Target];
        return metric.measure(out, wanted);
      });
    const size = Math.min(most, rows);
    const measureBlock = measureOf(size);
    for (let at = 0; at < rows; at += size) {
      const start = tensor(backend, Int32Array.of(at), { shape: [] });
      own.push(start);
      const isFull = at + size <= rows;
      await sums.add((isFull ? measureBlock : measureOf(rows - at))(given, start));
    }
    return metric.result(sums.values);
  } finally {
    for (const leaf of own) leaf.dispose();
  }
}

interface Sums {
  readonly values: { readonly [name: string]: readonly number[] };
  add(part: TensorMap): Promise<void>;
}

/** What a metric has measured so far, added up or kept. */
function newSums(mode: Metric["mode"]): Sums {
  const values: Record<string, number[]> = {};
  return {
    values,
    async add(part) {
      for (const [name, measured] of Object.entries(part)) {
        const numbers = await measured.read();
        measured.dispose();
        const known = (values[name] ??= []);
        if (mode === "collect") for (const number of numbers) known.push(number);
        else numbers.forEach((number, i) => (known[i] = (known[i] ?? 0) + number));
      }
    },
  };
}
