import {
  abs,
  add,
  broadcastTo,
  cast,
  gather,
  gradient,
  loop,
  mul,
  sub,
  sum,
  tensor,
  type Tensor,
  type Tree,
  type TypedArray,
  zerosLike,
} from "@nn/core";
import type { HostLike, RowsTree } from "../inputs/examples.ts";
import { checkCount, checkKnown } from "../options.ts";
import {
  attribute,
  attributionOptions,
  type AttributionOptions,
  type Attributions,
  type Extra,
  type Place,
} from "./attribute.ts";
import { openBaseline } from "./baseline.ts";
import { gaussLegendre } from "./gauss-legendre.ts";

/** What to explain, and against what. */
export interface IntegratedGradientsOptions<
  In extends Tree,
  Out extends Tree,
  Rows extends RowsTree,
> extends AttributionOptions<In, Out, Rows> {
  /**
   * What stands for nothing: one number for all inputs, 0 by default, or an example in the form of the inputs, with a
   * single row for all or one row for each.
   */
  readonly baseline?: number | RowsTree;
  /** How many gradients are taken on the way; 32 by default. More of them are more exact. */
  readonly steps?: number;
}

/** What every input number has contributed to an output. */
export interface IntegratedGradients<Rows extends RowsTree> extends Attributions<Rows> {
  /** The same output for the baseline, for every row. */
  readonly baselineOutputs: TypedArray;
  /** How far a row's values are from adding up to its output less that of the baseline; take more steps where it is large. */
  readonly gaps: TypedArray;
}

/**
 * What each input number has contributed to an output, compared with a baseline: its distance from the baseline times
 * the mean gradient on the straight way from there (Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks,
 * 2017). The values of a row add up to the difference between its output and that of the baseline; the integral is
 * taken by the Gauss-Legendre rule.
 *
 * ```ts
 * const { values, gaps } = await integratedGradients({ model: result, inputs: [[3, 120, 1987]], baseline: [[2, 80, 1950]] });
 * values.data; // what each of the three columns adds to the price of the baseline
 * ```
 */
export async function integratedGradients<In extends Tree, Out extends Tree, Rows extends RowsTree>(
  options: IntegratedGradientsOptions<In, Out, Rows>,
): Promise<IntegratedGradients<Rows>> {
  const name = "integratedGradients";
  checkKnown(name, options, [...attributionOptions, "baseline", "steps"]);
  const { baseline = 0, steps = 32 } = options;
  checkCount(`${name}: steps`, steps);
  const { points, weights } = gaussLegendre(steps);
  const open = (place: Place): Extra => {
    const opened = openBaseline(name, baseline, place);
    const { backend, dtype } = place;
    const rule = {
      point: tensor(backend, points, { dtype }),
      weight: tensor(backend, weights, { dtype }),
    };
    return {
      tree: { rule, baselines: opened.tensors },
      release() {
        opened.release();
        for (const each of Object.values(rule)) each.dispose();
      },
    };
  };
  const { values, figures } = await attribute(name, options, open, (batch, extra) => {
    const { floats, numbers, outputAt } = batch;
    const { rule, baselines } = extra as unknown as {
      rule: { [name: string]: Tensor };
      baselines: readonly Tensor[];
    };
    const starts = floats.map((x, i) => {
      const own = baselines[i]!;
      return broadcastTo(own.shape[0] === 1 ? own : gather(own, numbers), x.shape);
    });
    const ways = floats.map((x, i) => sub(x, starts[i]!));
    const slopeAt = gradient((own: readonly Tensor[]) => sum(outputAt(own)));
    const [slopes] = loop(
      (sums: readonly Tensor[], { point, weight }: { [name: string]: Tensor }) => {
        const at = starts.map((start, i) => add(start, mul(ways[i]!, cast(point!, start.dtype))));
        const slopes = slopeAt(at);
        return [sums.map((own, i) => add(own, mul(slopes[i]!, cast(weight!, own.dtype)))), []];
      },
      floats.map(zerosLike),
      rule,
    );
    const found = slopes.map((slope, i) => mul(slope, ways[i]!));
    const [outputs, baselineOutputs] = [outputAt(floats), outputAt(starts)];
    const total = found.map(perRow).reduce(add);
    const gaps = abs(sub(total, sub(outputs, baselineOutputs)));
    return { values: found, figures: { outputs, baselineOutputs, gaps } };
  });
  const { outputs, baselineOutputs, gaps } = figures;
  return {
    values: values as HostLike<Rows>,
    outputs: outputs!,
    baselineOutputs: baselineOutputs!,
    gaps: gaps!,
  };
}

/** The sum of each row. */
function perRow(x: Tensor): Tensor {
  const [, ...axes] = x.shape.keys();
  return axes.length > 0 ? sum(x, axes) : x;
}
