import { isFloat, sizeOf, type DType } from "@nn/core";
import type { Kernel, Kernels } from "./kernel.ts";
import type { Data } from "./slot.ts";
import { broadcastStrides, stridesOf, walk } from "./walk.ts";

// Each operator has a loop of its own, however alike they look: a loop that called its operator as a function would be
// shared by all of them, could not be specialised, and would box every number. Arrays come with the position of the
// next element and the step to the one after it.

type UnaryLoop = (o: Data, a: Data, n: number) => void;

// prettier-ignore
type BinaryLoop = (o: Data, i: number, s: number, a: Data, j: number, p: number, b: Data, k: number, q: number, n: number) => void;

const unaryLoops: { readonly [name: string]: UnaryLoop } = {
  exp: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = Math.exp(a[i]!);
  },
  log: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = Math.log(a[i]!);
  },
  sqrt: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = Math.sqrt(a[i]!);
  },
  sin: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = Math.sin(a[i]!);
  },
  cos: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = Math.cos(a[i]!);
  },
  tanh: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = Math.tanh(a[i]!);
  },
  floor: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = Math.floor(a[i]!);
  },
  neg: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = -a[i]!;
  },
  abs: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = Math.abs(a[i]!);
  },
  relu: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = Math.max(a[i]!, 0);
  },
  sigmoid: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = 1 / (1 + Math.exp(-a[i]!));
  },
  softplus: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = Math.max(a[i]!, 0) + Math.log1p(Math.exp(-Math.abs(a[i]!)));
  },
  log1p: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = Math.log1p(a[i]!);
  },
  expm1: (o, a, n) => {
    for (let i = 0; i < n; i++) o[i] = Math.expm1(a[i]!);
  },
};

// Storing into an Int32Array wraps around and turns NaN and the infinities into 0, which is just what i32 wants.
const binaryLoops: { readonly [name: string]: BinaryLoop } = {
  add: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! + b[k]!;
  },
  sub: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! - b[k]!;
  },
  mul: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! * b[k]!;
  },
  div: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! / b[k]!;
  },
  rem: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! % b[k]!;
  },
  pow: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = Math.pow(a[j]!, b[k]!);
  },
  maximum: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = Math.max(a[j]!, b[k]!);
  },
  minimum: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = Math.min(a[j]!, b[k]!);
  },
  and: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! & b[k]!;
  },
  or: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! | b[k]!;
  },
  xor: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! ^ b[k]!;
  },
  shiftLeft: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! << b[k]!;
  },
  shiftRight: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! >> b[k]!;
  },
  shiftRightLogical: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! >>> b[k]!;
  },
  less: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! < b[k]! ? 1 : 0;
  },
  lessEqual: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j]! <= b[k]! ? 1 : 0;
  },
  equal: (o, i, s, a, j, p, b, k, q, n) => {
    for (; n > 0; n--, i += s, j += p, k += q) o[i] = a[j] === b[k] ? 1 : 0;
  },
};

/** The product of integers wraps around, which a product of doubles is too inexact for. */
const mulIntegers: BinaryLoop = (o, i, s, a, j, p, b, k, q, n) => {
  for (; n > 0; n--, i += s, j += p, k += q) o[i] = Math.imul(a[j]!, b[k]!);
};

function unary(loop: UnaryLoop): Kernel {
  return ({ inputs: [a], outputs: [o], outputTypes: [type] }) => {
    const size = sizeOf(type.shape);
    return () => loop(o.data, a.data, size);
  };
}

function binary(loop: BinaryLoop, integers = loop): Kernel {
  return ({
    inputs: [a, b],
    inputTypes: [aType, bType],
    outputs: [o],
    outputTypes: [{ shape }],
  }) => {
    const run = aType.dtype === "i32" ? integers : loop;
    const strides = [
      stridesOf(shape),
      broadcastStrides(aType.shape, shape),
      broadcastStrides(bType.shape, shape),
    ];
    const { count: n, steps, starts } = walk(shape, strides);
    const [s, p, q] = steps;
    const [is, js, ks] = starts;
    const turns = is.length;
    if (turns === 1) return () => run(o.data, 0, s, a.data, 0, p, b.data, 0, q, n);
    return () => {
      for (let t = 0; t < turns; t++)
        run(o.data, is[t]!, s, a.data, js[t]!, p, b.data, ks[t]!, q, n);
    };
  };
}

const select: Kernel = ({
  inputs: [c, a, b],
  inputTypes,
  outputs: [o],
  outputTypes: [{ shape }],
}) => {
  const strides = [
    stridesOf(shape),
    ...inputTypes.map((type) => broadcastStrides(type.shape, shape)),
  ];
  const { count, steps, starts } = walk(shape, strides);
  const [s, r, p, q] = steps;
  const [is, hs, js, ks] = starts;
  return () => {
    for (let t = 0; t < is.length; t++)
      choose(o.data, is[t]!, s, c.data, hs[t]!, r, a.data, js[t]!, p, b.data, ks[t]!, q, count);
  };
};

// prettier-ignore
function choose(o: Data, i: number, s: number, c: Data, h: number, r: number, a: Data, j: number, p: number, b: Data, k: number, q: number, n: number): void {
  for (; n > 0; n--, i += s, h += r, j += p, k += q) o[i] = c[h]! ? a[j]! : b[k]!;
}

const cast: Kernel = ({
  inputs: [a],
  inputTypes: [{ shape, dtype: from }],
  outputs: [o],
  outputTypes: [{ dtype: to }],
}) => {
  const size = sizeOf(shape);
  const range = ranges[to];
  if (to === "bool") return () => truth(o.data, a.data, size);
  if (range && isFloat(from)) return () => saturate(o.data, a.data, size, range[0]!, range[1]!);
  if (from === "i8" && to !== "u8") return () => extendSign(o.data, a.data, size);
  return () => convert(o.data, a.data, size);
};

const ranges: { readonly [dtype in DType]?: readonly number[] } = {
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u8: [0, 255],
  i8: [-128, 127],
};

function truth(o: Data, a: Data, n: number): void {
  for (let i = 0; i < n; i++) o[i] = a[i] === 0 ? 0 : 1;
}

function saturate(o: Data, a: Data, n: number, low: number, high: number): void {
  for (let i = 0; i < n; i++) o[i] = Math.max(low, Math.min(high, a[i]!));
}

function extendSign(o: Data, a: Data, n: number): void {
  for (let i = 0; i < n; i++) o[i] = (a[i]! << 24) >> 24;
}

function convert(o: Data, a: Data, n: number): void {
  for (let i = 0; i < n; i++) o[i] = a[i]!;
}

function kernelsOf<L>(loops: { readonly [name: string]: L }, kernel: (loop: L) => Kernel): Kernels {
  return Object.fromEntries(Object.entries(loops).map(([name, loop]) => [name, kernel(loop)]));
}

/** Kernels that go through their operands once, in order, so that the result may take an operand's place. */
export const elementwiseKernels: Kernels = {
  ...kernelsOf(unaryLoops, unary),
  ...kernelsOf(binaryLoops, binary),
  mul: binary(binaryLoops["mul"]!, mulIntegers),
  select,
  cast,
};
