import { isFloat, type DType } from "@nn/core";
import type { Kernel, Kernels, Step, Values } from "./kernel.ts";
import type { Data, Slot } from "./value.ts";
import { broadcastStrides, walk } from "./walk.ts";

/**
 * Goes once over `n` elements of the result `o` and of up to three operands; each comes with the position of its next
 * element and the step to the one after it.
 */
// prettier-ignore
export type Loop = (n: number, o: Data, i: number, s: number, a: Data, j: number, p: number, b: Data, k: number, q: number, c: Data, l: number, r: number) => void;

// Every operator has a loop of its own, however alike they look: a loop that called its operator as a function would be
// shared by all of them, so that V8 could not specialise it and would box every number. Storing into an Int32Array wraps
// around, and makes 0 of NaN and the infinities, which is just what i32 wants.
const loops: { readonly [name: string]: Loop } = {
  exp: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.exp(a[j]!);
  },
  log: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.log(a[j]!);
  },
  sqrt: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.sqrt(a[j]!);
  },
  sin: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.sin(a[j]!);
  },
  cos: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.cos(a[j]!);
  },
  tanh: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.tanh(a[j]!);
  },
  floor: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.floor(a[j]!);
  },
  neg: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = -a[j]!;
  },
  abs: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.abs(a[j]!);
  },
  relu: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.max(a[j]!, 0);
  },
  sigmoid: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = 1 / (1 + Math.exp(-a[j]!));
  },
  softplus: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p)
      o[i] = Math.max(a[j]!, 0) + Math.log1p(Math.exp(-Math.abs(a[j]!)));
  },
  log1p: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.log1p(a[j]!);
  },
  expm1: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.expm1(a[j]!);
  },
  add: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! + b[k]!;
  },
  sub: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! - b[k]!;
  },
  mul: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! * b[k]!;
  },
  div: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! / b[k]!;
  },
  rem: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! % b[k]!;
  },
  pow: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = Math.pow(a[j]!, b[k]!);
  },
  maximum: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = Math.max(a[j]!, b[k]!);
  },
  minimum: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = Math.min(a[j]!, b[k]!);
  },
  and: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! & b[k]!;
  },
  or: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! | b[k]!;
  },
  xor: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! ^ b[k]!;
  },
  shiftLeft: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! << b[k]!;
  },
  shiftRight: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! >> b[k]!;
  },
  shiftRightLogical: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! >>> b[k]!;
  },
  less: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! < b[k]! ? 1 : 0;
  },
  lessEqual: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! <= b[k]! ? 1 : 0;
  },
  equal: (n, o, i, s, a, j, p, b, k, q) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j] === b[k] ? 1 : 0;
  },
  select: (n, o, i, s, a, j, p, b, k, q, c, l, r) => {
    for (; n > 0; n--, i += s, j += p, k += q, l += r) o[i] = a[j] ? b[k]! : c[l]!;
  },
};

/** The product of integers, which a product of doubles is too inexact for. */
const mulIntegers: Loop = (n, o, i, s, a, j, p, b, k, q) => {
  for (; n > 0; n--, i += s, j += p, k += q) o[i] = Math.imul(a[j]!, b[k]!);
};

/** The same number as far as the array holds it, and the same bits of integers. */
// prettier-ignore
export function copy(n: number, o: Data, i: number, s: number, a: Data, j: number, p: number): void {
  for (; n > 0; n--, i += s, j += p) o[i] = a[j]!;
}

/** Copies all of a value. */
export function copyAll(size: number, to: Slot, from: Slot): Step {
  return () => copy(size, to.data, 0, 1, from.data, 0, 1);
}

const extendSign: Loop = (n, o, i, s, a, j, p) => {
  for (; n > 0; n--, i += s, j += p) o[i] = (a[j]! << 24) >> 24;
};

const toBool: Loop = (n, o, i, s, a, j, p) => {
  for (; n > 0; n--, i += s, j += p) o[i] = a[j] === 0 ? 0 : 1;
};

/** From floats to integers, which saturate. */
const saturations: { readonly [dtype in DType]?: Loop } = {
  i32: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.max(-2147483648, Math.min(a[j]!, 2147483647));
  },
  u8: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.max(0, Math.min(a[j]!, 255));
  },
  i8: (n, o, i, s, a, j, p) => {
    for (; n > 0; n--, i += s, j += p) o[i] = Math.max(-128, Math.min(a[j]!, 127));
  },
};

function castLoop(from: DType, to: DType): Loop {
  if (to === "bool") return toBool;
  if (from === "i8" && to !== "u8") return extendSign;
  return (isFloat(from) && saturations[to]) || copy;
}

/**
 * Runs a loop over all elements of a shape; the result and the operands have these strides and first elements, and an
 * operand that is missing is not looked at.
 */
export function nest(
  loop: Loop,
  shape: readonly number[],
  [o, a, b = a, c = a]: Values,
  strides: readonly (readonly number[])[],
  first?: readonly number[],
): Step {
  const { count, steps, starts } = walk(shape, strides, first);
  const [s, p, q, r] = steps;
  const [is, js, ks = js, ls = js] = starts;
  const turns = is.length;
  return () => {
    for (let t = 0; t < turns; t++)
      loop(count, o.data, is[t]!, s, a.data, js[t]!, p, b.data, ks[t]!, q, c.data, ls[t]!, r);
  };
}

/** A kernel that goes once over its operands, which are broadcast to the result. */
export function elementwise(loop: Loop): Kernel {
  return ({ inputs, outputs: [o] }) => {
    const values = [o, ...inputs] as const;
    return nest(
      loop,
      o.shape,
      values,
      values.map(({ shape }) => broadcastStrides(shape, o.shape)),
    );
  };
}

/** Kernels that read each element before they write it, so that the result may take an operand's place. */
export const elementwiseKernels: Kernels = {
  ...Object.fromEntries(Object.entries(loops).map(([name, loop]) => [name, elementwise(loop)])),
  mul: (call) => elementwise(call.inputs[0].dtype === "i32" ? mulIntegers : loops["mul"]!)(call),
  cast: (call) => elementwise(castLoop(call.inputs[0].dtype, call.outputs[0].dtype))(call),
};
