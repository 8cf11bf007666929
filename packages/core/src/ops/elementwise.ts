import { apply } from "../engine/apply.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { sameShape, showType } from "../engine/dtype.ts";
import { check, show, TensorError } from "../engine/errors.ts";
import type { BatchCall, Primitive } from "../interfaces/primitive.ts";
import type { DType, Tensor, TensorLike } from "../interfaces/tensor.ts";
import { toTensors } from "./constant.ts";
import { reshape, sumTo } from "./shape.ts";

/** Which dtypes an elementwise primitive takes. */
const dtypes = {
  float: ["f32", "f64"],
  number: ["f32", "f64", "i32"],
  integer: ["i32"],
  bits: ["i32", "bool"],
  any: ["f32", "f64", "i32", "bool"],
} satisfies Record<string, readonly DType[]>;

/** The gradient of an elementwise primitive for one input: from the result's cotangent, the inputs and the result. */
export type ElementwiseRule = (
  cotangent: Tensor,
  inputs: readonly Tensor[],
  output: Tensor,
) => Tensor;

interface ElementwiseOptions {
  /** The dtypes of its operands; they all have the same one. */
  readonly takes: keyof typeof dtypes;
  /** The result's dtype, where it is not the operands'. */
  readonly gives?: DType;
  /** A rule for each input, or `null` where the gradient is zero. Absent: the lowering is differentiated. */
  readonly gradient?: readonly (ElementwiseRule | null)[];
  readonly lower?: (inputs: readonly Tensor[]) => Tensor;
  readonly fold?: (...operands: number[]) => number;
  readonly neutral?: readonly (number | undefined)[];
}

/** Makes an elementwise primitive, whose operands are broadcast against each other. */
export function elementwise(name: string, options: ElementwiseOptions): Primitive {
  const { takes, gives, gradient: rules, lower, fold, neutral } = options;
  const primitive: Primitive = {
    name,
    contract: KERNEL_CONTRACT,
    type(inputs) {
      const { dtype } = inputs[0]!;
      for (const input of inputs) {
        check(
          input.dtype === dtype,
          () => `${name}: operands are ${inputs.map(showType).join(" and ")}; cast() one of them`,
        );
      }
      check(
        dtypes[takes].includes(dtype as never),
        () =>
          `${name}: takes ${dtypes[takes].join(", ")}, got ${showType(inputs[0]!)}; cast() it first`,
      );
      return [{ shape: broadcastShapes(name, inputs), dtype: gives ?? dtype }];
    },
    batch: (call) => apply(primitive, alignBatch(call)),
    ...(lower && { lower: (inputs) => [lower(inputs)] }),
    ...(rules && {
      gradient: ({ inputs, outputs: [output], cotangents: [cotangent], needed }) =>
        inputs.map((input, i) => {
          const rule = rules[i];
          return needed[i] && rule ? sumTo(rule(cotangent!, inputs, output!), input) : undefined;
        }),
    }),
    ...(fold && { fold }),
    ...(neutral && { neutral }),
  };
  return primitive;
}

/** Applies an elementwise primitive; plain numbers take the dtype of the tensors beside them. */
export function applyTo(primitive: Primitive, ...operands: TensorLike[]): Tensor {
  return apply(primitive, toTensors(operands))[0]!;
}

/** The shape that NumPy's rules give: aligned at the last axis, lengths equal or 1. */
export function broadcastShapes(
  name: string,
  types: readonly { shape: readonly number[] }[],
): readonly number[] {
  const first = types[0]!.shape;
  if (types.every(({ shape }) => sameShape(shape, first))) return first;
  const rank = Math.max(...types.map(({ shape }) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let length = 1;
    for (const { shape } of types) {
      const own = shape[axis - rank + shape.length] ?? 1;
      if (own === 1 || own === length) continue;
      if (length !== 1)
        throw new TensorError(
          `${name}: shapes ${types.map((type) => show(type.shape)).join(" and ")} do not broadcast; ` +
            "aligned at the last axis, lengths must be equal or 1",
        );
      length = own;
    }
    return length;
  });
}

/** Operands of a batched elementwise call: batched ones get axes of length 1 behind the batch, to align with the rest. */
export function alignBatch({ inputs, batched }: BatchCall): Tensor[] {
  const rank = Math.max(...inputs.map(({ shape }, i) => shape.length - (batched[i] ? 1 : 0)));
  return inputs.map((input, i) => {
    const missing = rank + 1 - input.shape.length;
    if (!batched[i] || missing === 0) return input;
    const [size, ...rest] = input.shape;
    return reshape(input, [size!, ...Array.from({ length: missing }, () => 1), ...rest]);
  });
}
