import { apply } from "../engine/apply.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { withBatch } from "../engine/vectorize.ts";
import type { BatchCall, Params, Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { sumTo } from "./shape.ts";

/**
 * The cotangent of one input, from that of the result, the inputs, the result, the params, and the number of the input.
 * Where the input was repeated to the shape of the result, the sum over its copies is taken afterwards.
 */
type Rule<P extends Params = Params> = (
  cotangent: Tensor,
  inputs: readonly Tensor[],
  output: Tensor,
  params: P,
  input: number,
) => Tensor;

/** The rules of a primitive that has one result, as short as that allows. */
export interface Rules<P extends Params = Params> extends Pick<Primitive<P>, "fold" | "neutral"> {
  /** Checks the operands; gives what sets the type of the result apart from that of the first operand. */
  readonly type: (inputs: readonly TensorType[], params: P) => Partial<TensorType>;
  /** One rule for all inputs, or one for each, `null` where the gradient is zero. */
  readonly gradient?: Rule<P> | readonly (Rule<P> | null)[];
  /** The params that do the same behind a new axis 0, the batch, of all operands and the result. */
  readonly shift?: (params: P, size: number) => P;
  /** In place of `shift`, where that is not all there is to batching. */
  readonly batch?: (call: BatchCall<P>) => Tensor;
  readonly lower?: (inputs: readonly Tensor[], params: P) => Tensor;
}

/**
 * Makes one of the kernel's own primitives. Modules of operations import each other in circles, so that this may be
 * called before its own module has run. Hence methods: build tools that keep names wrap arrow functions in helpers, which
 * are not there yet.
 */
export function define<P extends Params>(
  name: string,
  { type, gradient, shift, batch, lower, ...rest }: Rules<P>,
): Primitive<P> {
  const primitive: Primitive<P> = {
    ...rest,
    name,
    contract: KERNEL_CONTRACT,
    type(inputs, params) {
      const { shape, dtype } = inputs[0]!;
      return [{ shape, dtype, ...type(inputs, params) }];
    },
    ...(gradient && {
      gradient({ inputs, outputs: [output], cotangents: [cotangent], needed, params }) {
        return inputs.map((input, i) => {
          const rule = typeof gradient === "function" ? gradient : gradient[i];
          return needed[i] && rule
            ? sumTo(rule(cotangent!, inputs, output!, params, i), input)
            : undefined;
        });
      },
    }),
    ...(batch && {
      batch(call) {
        return [batch(call)];
      },
    }),
    ...(shift && {
      batch({ inputs, batched, size, params }) {
        const all = inputs.map((input, i) => withBatch(input, batched[i], size));
        return [one(primitive, all, shift(params, size))];
      },
    }),
    ...(lower && {
      lower(inputs, params) {
        return [lower(inputs, params)];
      },
    }),
  };
  return primitive;
}

/** The one result of a primitive. */
export function one<P extends Params>(
  primitive: Primitive<P>,
  inputs: readonly Tensor[],
  params?: P,
): Tensor {
  return apply(primitive as Primitive<never>, inputs, params)[0]!;
}

/** The function with a name of its own, which transforms of it carry on. */
export function named<F extends (...args: never[]) => unknown>(name: string, fn: F): F {
  return Object.defineProperty(fn, "name", { value: name });
}
