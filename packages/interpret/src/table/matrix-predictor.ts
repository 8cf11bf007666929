import {
  applyModel,
  check,
  isTensor,
  jit,
  showType,
  sizeOf,
  tensor,
  type Tensor,
  type TensorMap,
  type Tree,
  type TypedArray,
} from "@nn/core";
import type { OpenedModel } from "../inputs/explained.ts";
import type { Matrix, Predictions } from "./matrix.ts";

/** Makes a function that predicts all rows of a matrix, `batchSize` at a time, in one compiled program. */
export function matrixPredictor(
  name: string,
  { explained, backend, dtype }: OpenedModel,
  batchSize: number,
  breathe: () => Promise<void>,
): (inputs: Matrix) => Promise<Predictions> {
  const run = jit(function prediction(
    variables: { readonly parameters: TensorMap; readonly state: TensorMap },
    inputs: Tensor,
  ): Tree {
    return applyModel(explained.model, variables, inputs).output;
  });
  return async ({ data, shape: [rows, width] }) => {
    const { parameters, state } = explained;
    const parts: TypedArray[] = [];
    let rest: readonly number[] = [];
    for (let at = 0; at < rows; at += batchSize) {
      const end = Math.min(at + batchSize, rows);
      const batch = data.subarray(at * width, end * width);
      const inputs = tensor(backend, batch, { shape: [end - at, width], dtype });
      try {
        const output = run({ parameters, state }, inputs);
        check(
          isTensor(output) && output.shape[0] === end - at,
          () =>
            `${name}: the model returns ${isTensor(output) ? showType(output) : "several tensors"} for ${end - at} rows; ` +
            "with a table, it has to return one tensor with as many rows",
        );
        rest = output.shape.slice(1);
        parts.push(await output.read());
        output.dispose();
      } finally {
        inputs.dispose();
      }
      await breathe();
    }
    const predictions = new Float64Array(rows * sizeOf(rest));
    let at = 0;
    for (const part of parts) {
      predictions.set(part as Float64Array, at);
      at += part.length;
    }
    return { data: predictions, shape: [rows, ...rest] };
  };
}
