import { sameShape } from "../engine/dtype.ts";
import type { BatchCall, Primitive } from "../interfaces/primitive.ts";
import type { DType, Tensor, TensorLike, TensorType } from "../interfaces/tensor.ts";
import { toTensors } from "./constant.ts";
import { define, named, one, type Rules } from "./define.ts";
import { checkDtype, checkOperands, type Takes } from "./operands.ts";
import { reshape } from "./shape.ts";

interface ElementwiseRules extends Omit<Rules, "type" | "shift" | "batch"> {
  /** The result's dtype, where it is not the operands'. */
  readonly gives?: DType;
}

/** What an elementwise function of one operand looks like. */
export type Unary = (x: TensorLike) => Tensor;

/** What one of two operands looks like; they are broadcast, and plain numbers take the dtype of the other. */
export type Binary = (a: TensorLike, b: TensorLike) => Tensor;

/** Makes an elementwise primitive, whose operands have one dtype and are broadcast against each other. */
function elementwise(name: string, takes: Takes, { gives, ...rules }: ElementwiseRules): Primitive {
  const primitive: Primitive = define(name, {
    ...rules,
    type(inputs) {
      checkDtype(name, takes, inputs);
      return { shape: broadcastShapes(name, inputs), dtype: gives ?? inputs[0]!.dtype };
    },
    batch(call) {
      return one(primitive, alignBatch(call));
    },
  });
  return primitive;
}

/** Makes an elementwise primitive of one operand, and the function that applies it. */
export function unary(name: string, takes: Takes, rules: ElementwiseRules): Unary {
  const primitive = elementwise(name, takes, rules);
  return named(name, (x) => one(primitive, toTensors([x])));
}

/** Makes an elementwise primitive of two operands, and the function that applies it. */
export function binary(name: string, takes: Takes, rules: ElementwiseRules): Binary {
  const primitive = elementwise(name, takes, rules);
  return named(name, (a, b) => one(primitive, toTensors([a, b])));
}

/** The shape that NumPy's rules give: aligned at the last axis, lengths equal or 1. */
export function broadcastShapes(name: string, types: readonly TensorType[]): readonly number[] {
  const first = types[0]!.shape;
  if (types.every(({ shape }) => sameShape(shape, first))) return first;
  const rank = Math.max(...types.map(({ shape }) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = types.map(({ shape }) => shape[axis - rank + shape.length] ?? 1);
    const length = lengths.find((n) => n !== 1) ?? 1;
    checkOperands(
      name,
      types,
      lengths.every((n) => n === 1 || n === length),
      () => "lengths that are equal or 1, aligned at the last axis",
    );
    return length;
  });
}

/** Operands of a batched elementwise call: batched ones get axes of length 1 behind the batch, to align with the rest. */
export function alignBatch({ inputs, batched }: Pick<BatchCall, "inputs" | "batched">): Tensor[] {
  const rank = Math.max(...inputs.map(({ shape }, i) => shape.length - Number(batched[i])));
  return inputs.map((x, i) => (batched[i] ? behindBatch(x, rank) : x));
}

/** A batched tensor with axes of length 1 behind the batch, so that it has `rank` axes besides. */
export function behindBatch(x: Tensor, rank: number): Tensor {
  const missing = Array.from({ length: rank + 1 - x.shape.length }, () => 1);
  return reshape(x, x.shape.toSpliced(1, 0, ...missing));
}
