import { sizeOf, type DType } from "@nn/core";
import type { OperationClass } from "../tolerance.ts";
import { flatIndex, walk } from "./value.ts";
import type { Kernel } from "./kernel.ts";

type Formula = (...operands: number[]) => number;

interface Elementwise {
  readonly kind: OperationClass;
  readonly float: Formula;
  /** For i32 and bool, where it differs. */
  readonly integer?: Formula;
  /** What errors are relative to, where that is not the result. */
  readonly scale?: Formula;
}

/** The elementwise primitives of the basis, one line each. */
const formulas: { readonly [name: string]: Elementwise } = {
  add: { kind: "arithmetic", float: (a, b) => a + b, integer: (a, b) => (a + b) | 0 },
  mul: { kind: "arithmetic", float: (a, b) => a * b, integer: Math.imul },
  div: { kind: "division", float: (a, b) => a / b, integer: (a, b) => (b === 0 ? 0 : a / b) | 0 },
  maximum: { kind: "order", float: Math.max },
  minimum: { kind: "order", float: Math.min },
  less: { kind: "move", float: (a, b) => Number(a < b) },
  equal: { kind: "move", float: (a, b) => Number(a === b) },
  select: { kind: "move", float: (condition, a, b) => (condition ? a : b) },
  and: { kind: "move", float: (a, b) => a & b },
  xor: { kind: "move", float: (a, b) => a ^ b },
  shiftLeft: { kind: "move", float: (a, b) => a << b },
  shiftRightLogical: { kind: "move", float: (a, b) => (a >>> b) | 0 },
  floor: { kind: "order", float: Math.floor },
  sqrt: { kind: "division", float: Math.sqrt },
  exp: { kind: "exponential", float: Math.exp },
  log: { kind: "function", float: Math.log },
  sin: { kind: "function", float: Math.sin, scale: Math.abs },
  cos: { kind: "function", float: Math.cos, scale: (x) => Math.max(1, Math.abs(x)) },
  tanh: { kind: "function", float: Math.tanh },
};

/** The kernels of all elementwise primitives. Operands are broadcast by aligning them at the last axis. */
export const elementwise: { readonly [name: string]: Kernel } = {
  ...Object.fromEntries(
    Object.entries(formulas).map(([name, { kind, float, integer = float, scale }]) => [
      name,
      kernel((operands, isFloat, round) => {
        if (!isFloat) return round(integer(...operands), "move");
        return round(float(...operands), kind, scale?.(...operands));
      }),
    ]),
  ),
  // Integers keep their low bits where floats saturate.
  cast: kernel(([x], isFloat, round, dtype) => {
    if (!isFloat && dtype === "u8") return x! & 0xff;
    if (!isFloat && dtype === "i8") return (x! << 24) >> 24;
    return round(x!, "move");
  }),
  // The error is in the dividend or base, so that it may carry the result to the other end of its range.
  rem: kernel(([a, b], isFloat, round) =>
    isFloat
      ? round(round(a!, "division") % b!, "arithmetic")
      : round(b === 0 ? 0 : (a! % b!) | 0, "move"),
  ),
  pow: kernel(([a, b], _, round) => round(Math.pow(round(a!, "exponential"), b!), "exponential")),
};

/** What a result may be rounded to; the result's dtype is known. */
type Round = (exact: number, kind: OperationClass, scale?: number) => number;

/** An element of the result; `isFloat` is said of the operands, `dtype` is the result's. */
type Element = (operands: number[], isFloat: boolean, round: Round, dtype: DType) => number;

function kernel(element: Element): Kernel {
  return ({ inputs, type, round }) => {
    const data = new Float64Array(sizeOf(type.shape));
    const operandType = inputs.at(-1)!.dtype;
    const isFloat = operandType === "f32" || operandType === "f64";
    const own: Round = (exact, kind, scale) => round(exact, type.dtype, kind, scale);
    const operands: number[] = [];
    walk(type.shape, (at, flat) => {
      for (let i = 0; i < inputs.length; i++) {
        const { data: elements, shape } = inputs[i]!;
        operands[i] = elements[elements.length === data.length ? flat : flatIndex(at, shape)]!;
      }
      data[flat] = element(operands, isFloat, own, type.dtype);
    });
    return data;
  };
}
