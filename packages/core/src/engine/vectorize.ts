import type { Operation, Program } from "../interfaces/program.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { broadcastTo } from "../ops/shape.ts";
import { apply } from "./apply.ts";
import { check } from "./errors.ts";
import { lowering } from "./lower.ts";
import { replay } from "./replay.ts";
import { withPath } from "./trace.ts";

/** A tensor that may carry the batch as its axis 0. */
export interface Lane {
  readonly tensor: Tensor;
  readonly batched: boolean;
}

/** Applies a program to a whole batch: what the batch does not reach is computed once. */
export function batch(program: Program, inputs: readonly Lane[], size: number): Lane[] {
  const step = (operation: Operation, lanes: Lane[]): readonly Lane[] => {
    const tensors = lanes.map((lane) => lane.tensor);
    const batched = lanes.map((lane) => lane.batched);
    const { primitive, params } = operation;
    return withPath(tensors, operation.path, () => {
      if (!batched.includes(true))
        return apply(primitive, tensors, params).map((tensor) => ({ tensor, batched: false }));
      if (!primitive.batch) {
        check(
          primitive.lower,
          () => `vectorize: ${primitive.name} has neither a batching rule nor a lowering`,
        );
        return replay(lowering(primitive, lanes.map(elementOf), params), lanes, step);
      }
      return primitive.batch({ inputs: tensors, batched, size, params }).map((tensor) => {
        check(
          tensor.shape[0] === size,
          () =>
            `vectorize: the batching rule of ${primitive.name} returned shape [${tensor.shape}] without the batch of ${size}`,
        );
        return { tensor, batched: true };
      });
    });
  };
  return replay(program, inputs, step);
}

/** A tensor repeated along a new axis 0, unless it has the batch already. */
export function withBatch(tensor: Tensor, batched: boolean | undefined, size: number): Tensor {
  return batched ? tensor : broadcastTo(tensor, [size, ...tensor.shape]);
}

function elementOf({ tensor: { shape, dtype }, batched }: Lane): TensorType {
  return { shape: batched ? shape.slice(1) : shape, dtype };
}
