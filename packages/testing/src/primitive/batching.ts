import { trace, vectorize, type Params, type Tensor } from "@nn/core";
import { compare } from "../reference/compare.ts";
import { evaluate, lowerToBasis } from "../reference/reference.ts";
import { roundings } from "../reference/rounding.ts";
import { toTyped, type Value } from "../reference/value.ts";
import { applied, type PrimitiveCase, type PrimitiveSpec, typesOf } from "./spec.ts";

const BATCH = 3;

/** Every choice of operands that have a batch; the examples have the same elements in another order. */
export function checkBatches<P extends Params>(
  { primitive }: PrimitiveSpec<P>,
  { inputs, params }: PrimitiveCase<P>,
): void {
  const fn = applied(primitive, params);
  const single = lowerToBasis(trace((operands: Tensor[]) => fn(operands), typesOf(inputs)));
  for (let mask = 1; mask < 2 ** inputs.length; mask++) {
    const axes = inputs.map((_, i) => ((mask >> i) & 1 ? 0 : null));
    const examples = Array.from({ length: BATCH }, (_, row) =>
      inputs.map((input, i) => (axes[i] === 0 ? rotated(input, row) : input)),
    );
    const batch = inputs.map((input, i) =>
      axes[i] === 0 ? stacked(examples.map((example) => example[i]!)) : input,
    );
    const program = lowerToBasis(
      trace(
        (operands: Tensor[]) => vectorize((...all: Tensor[]) => fn(all), { axes })(...operands),
        typesOf(batch),
      ),
    );
    const actual = evaluate(program, batch);
    const expected = roundings(mask).map((round) => {
      const rows = examples.map((example) => evaluate(single, example, round));
      return rows[0]!.map((_, i) => stacked(rows.map((row) => row[i]!)));
    });
    actual.forEach((result, i) =>
      compare(
        toTyped(result),
        expected.map((results) => results[i]!),
        {
          what: `result ${i} with a batch in operands ${axes.flatMap((axis, at) => (axis === 0 ? [at] : []))}`,
        },
      ),
    );
  }
}

/** The same elements, starting with another one. */
function rotated({ dtype, shape, data }: Value, by: number): Value {
  return { dtype, shape, data: data.map((_, i) => data[(i + by) % data.length]!) };
}

function stacked(values: readonly Value[]): Value {
  const { dtype, shape } = values[0]!;
  return {
    dtype,
    shape: [values.length, ...shape],
    data: Float64Array.from(values.flatMap(({ data }) => [...data])),
  };
}
