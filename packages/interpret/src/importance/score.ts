import {
  check,
  flatten,
  full,
  type Loss,
  type Metric,
  mul,
  sameShape,
  showType,
  sum,
  type Tensor,
  type TensorMap,
  type Tree,
} from "@nn/core";
import { isObject, show } from "../options.ts";

/** What predictions are compared with. */
export type Truth = { readonly targets: Tree; readonly weights?: Tensor };

/** What rows come to: a metric, or the mean of a loss. */
export interface Score extends Pick<Metric, "name" | "better" | "mode"> {
  /** What is added up, or kept, of a batch. Traced. */
  measure(prediction: Tree, truth: Truth): TensorMap;
  result(values: { readonly [name: string]: ArrayLike<number> }): unknown;
}

/** The score that the options ask for: a metric or a loss, which counts rows by their weights. */
export function scoreOf(name: string, metric: unknown, loss: unknown): Score {
  check(
    (metric === undefined) !== (loss === undefined),
    () => `${name}: expected either a metric such as r2() or a loss such as mse()`,
  );
  if (metric !== undefined) {
    check(
      isObject(metric) && typeof metric["measure"] === "function",
      () => `${name}: metric must be a metric such as r2(), got ${show(metric)}`,
    );
    const known = metric as unknown as Metric<Tree, Tree>;
    return {
      name: known.name,
      better: known.better,
      mode: known.mode,
      measure: (prediction, { targets }) => known.measure(prediction, targets),
      result: (values) => known.result(values),
    };
  }
  check(
    isObject(loss) && typeof loss["values"] === "function",
    () => `${name}: loss must be a loss such as mse(), got ${show(loss)}`,
  );
  return lossScore(name, loss as unknown as Loss<Tree, Tree>);
}

function lossScore(name: string, loss: Loss<Tree, Tree>): Score {
  return {
    name: loss.kind.split("#").at(-1)!,
    better: "lower",
    mode: "accumulate",
    measure(prediction, { targets, weights }) {
      const values = loss.values(prediction, targets);
      const rows = flatten(targets).leaves[0]!.shape[0]!;
      for (const each of [values, weights])
        check(
          !each || sameShape(each.shape, [rows]),
          () =>
            `${name}: ${each === weights ? "data.weights" : `the values of ${loss.kind}`} must be one number a row, ` +
            `[${rows}], got ${showType(each!)}`,
        );
      if (!weights) return { total: sum(values), weight: full([], rows, values.dtype) };
      return { total: sum(mul(values, weights)), weight: sum(weights) };
    },
    result: ({ total, weight }) => total![0]! / weight![0]!,
  };
}

/** What a score has measured so far, added up in double precision or kept. */
export interface Sums {
  /** Takes in what was measured of a batch, whose tensors it disposes of. */
  add(part: TensorMap): Promise<void>;
  /** What it came to; starts again from nothing. */
  finish(): unknown;
}

/** Sums of nothing so far. */
export function newSums({ mode, result }: Score): Sums {
  let values: Record<string, number[]> = {};
  return {
    async add(part) {
      for (const [name, measured] of Object.entries(part)) {
        const numbers = await measured.read();
        measured.dispose();
        const known = (values[name] ??= []);
        if (mode === "collect") for (const number of numbers) known.push(number);
        else numbers.forEach((number, i) => (known[i] = (known[i] ?? 0) + number));
      }
    },
    finish() {
      const sums = values;
      values = {};
      return result(sums);
    },
  };
}
