import type { DType, Kernels } from "@nn/core";
import { type Deferred, kernel } from "./deferred.ts";
import { placeOf, repeating, walk } from "./walk.ts";

/** One element of the result. Storing it rounds: to the nearest f32, or to 32 bits. */
type Element = (...operands: number[]) => number;

const byDType: { readonly [name: string]: (from: DType, to: DType) => Element } = {
  exp: () => Math.exp,
  log: () => Math.log,
  sqrt: () => Math.sqrt,
  sin: () => Math.sin,
  cos: () => Math.cos,
  tanh: () => Math.tanh,
  floor: () => Math.floor,
  add: () => (a, b) => a! + b!,
  mul: (dtype) => (dtype === "i32" ? (a, b) => Math.imul(a!, b!) : (a, b) => a! * b!),
  div: (dtype) => (a, b) => (dtype === "i32" && b === 0 ? 0 : a! / b!),
  rem: () => (a, b) => a! % b!,
  pow: () => Math.pow,
  maximum: () => Math.max,
  minimum: () => Math.min,
  and: () => (a, b) => a! & b!,
  xor: () => (a, b) => a! ^ b!,
  shiftLeft: () => (a, b) => a! << b!,
  shiftRightLogical: () => (a, b) => a! >>> b!,
  less: () => (a, b) => Number(a! < b!),
  equal: () => (a, b) => Number(a === b),
  select: () => (condition, a, b) => (condition ? a! : b!),
  cast: (_, dtype) => (a) => {
    if (dtype === "bool") return Number(a !== 0);
    return dtype === "i32" ? Math.min(Math.max(a!, -(2 ** 31)), 2 ** 31 - 1) : a!;
  },
};

/** The primitives that work element by element, on operands that are broadcast. */
export const elementwise: Kernels<Deferred> = Object.fromEntries(
  Object.entries(byDType).map(([name, elementFor]) => [
    name,
    kernel(({ inputTypes, outputTypes: [type] }) => {
      const element = elementFor(inputTypes[0]!.dtype, type!.dtype);
      const strides = inputTypes.map(({ shape }) => repeating(shape, type!.shape));
      return (result, operands) =>
        walk(type!.shape, (position, i) => {
          result[i] = element(...operands.map((x, k) => x[placeOf(position, strides[k]!)]!));
        });
    }),
  ]),
);
