import type { Operation, Program } from "../interfaces/program.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { broadcastTo } from "../ops/shape.ts";
import { apply } from "./apply.ts";
import { showType } from "./dtype.ts";
import { check } from "./errors.ts";
import { lowering } from "./lower.ts";
import { sliceType } from "./program.ts";
import { replay } from "./replay.ts";
import { withPath } from "./trace.ts";

/** A tensor that may carry the batch as its axis 0. */
interface Lane {
  readonly tensor: Tensor;
  readonly batched: boolean;
}

/**
 * Applies a program to a whole batch, which the inputs carry where they are `batched`, and all results. What the batch
 * does not reach is computed once.
 */
export function batch(
  program: Program,
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
): Tensor[] {
  const step = (
    { primitive, params, path }: Operation,
    lanes: readonly Lane[],
  ): readonly Lane[] => {
    const tensors = lanes.map((lane) => lane.tensor);
    const flags = lanes.map((lane) => lane.batched);
    return withPath(tensors, path, () => {
      if (!flags.includes(true))
        return apply(primitive, tensors, params).map((tensor) => ({ tensor, batched: false }));
      if (!primitive.batch)
        return replay(
          lowering(primitive, lanes.map(elementOf), params, "batching rule"),
          lanes,
          step,
        );
      return primitive.batch({ inputs: tensors, batched: flags, size, params }).map((tensor) => {
        check(
          tensor.shape[0] === size,
          () =>
            `the batching rule of ${primitive.name} returned ${showType(tensor)}, expected a batch of ${size} on axis 0`,
        );
        return { tensor, batched: true };
      });
    });
  };
  const lanes = inputs.map((tensor, i) => ({ tensor, batched: batched[i] ?? false }));
  return replay(program, lanes, step).map((lane) => withBatch(lane.tensor, lane.batched, size));
}

/** A tensor repeated along a new axis 0, unless it has the batch already. */
export function withBatch(tensor: Tensor, batched: boolean | undefined, size: number): Tensor {
  return batched ? tensor : broadcastTo(tensor, [size, ...tensor.shape]);
}

function elementOf({ tensor, batched }: Lane): TensorType {
  return batched ? sliceType(tensor) : tensor;
}
