import type { DType } from "@nn/core";
import { type Affine, known, plus, times } from "./affine.ts";
import type { Scope } from "./scope.ts";

/** An expression: of floats and bools a name or literal, of integers a sum. */
export type Code = string | Affine;

/** What an elementwise operation is told: its operands, their dtype, and that of the result. */
interface Operator {
  (operands: readonly string[], from: DType, to: DType): string;
}

const binary =
  (operator: string): Operator =>
  ([a, b]) =>
    `${a} ${operator} ${b}`;

const called =
  (name: string): Operator =>
  (operands) =>
    `${name}(${operands.join(", ")})`;

const byDType =
  (forFloats: Operator, forOthers: Operator): Operator =>
  (operands, from, to) =>
    (from === "f32" ? forFloats : forOthers)(operands, from, to);

/** By their bits: devices may take NaN for impossible, and denormals for zero. */
const compare = (operator: string): Operator =>
  byDType(
    ([a, b]) => `rank(${a}) ${operator} rank(${b}) && !isNan(${a}) && !isNan(${b})`,
    (operands, from, to) =>
      from === "bool" && operator !== "=="
        ? `u32(${operands[0]}) ${operator} u32(${operands[1]})`
        : binary(operator)(operands, from, to),
  );

const ranges: Readonly<Record<string, string>> = {
  i32: "(-2147483647 - 1), 2147483647",
  u8: "0, 255",
  i8: "-128, 127",
};

/** From floats, cuts off and saturates; between integers, low bits stay. */
const cast: Operator = ([a], from, to) => {
  if (from === to) return a!;
  if (from === "bool") return to === "f32" ? `select(0.0, 1.0, ${a})` : `select(0, 1, ${a})`;
  if (to === "f32") return `toFloat(${a})`;
  if (to === "bool")
    return from === "f32" ? `(bitcast<u32>(${a}) & 0x7fffffffu) != 0u` : `${a} != 0`;
  if (from === "f32") return `toInteger(${a}, ${ranges[to]})`;
  if (to === "u8") return `${a} & 255`;
  return to === "i8" ? `(${a} << 24u) >> 24u` : a!;
};

/** Elementwise operations as WGSL. */
export const operators: Readonly<Record<string, Operator>> = {
  copy: ([a]) => a!,
  exp: called("expOf"),
  log: called("logOf"),
  sqrt: called("sqrt"),
  sin: called("sinOf"),
  cos: called("cosOf"),
  tanh: called("tanhOf"),
  sigmoid: called("sigmoidOf"),
  floor: called("floor"),
  neg: byDType(
    ([a]) => `bitcast<f32>(bitcast<u32>(${a}) ^ 0x80000000u)`,
    ([a]) => `-${a}`,
  ),
  abs: byDType(([a]) => `bitcast<f32>(bitcast<u32>(${a}) & 0x7fffffffu)`, called("abs")),
  relu: byDType(
    ([a]) => `select(${a}, 0.0, bitcast<i32>(${a}) < 0 && !isNan(${a}))`,
    ([a]) => `max(${a}, 0)`,
  ),
  add: binary("+"),
  sub: binary("-"),
  mul: binary("*"),
  div: byDType(binary("/"), ([a, b]) => `select(${a} / ${b}, 0, ${b} == 0)`),
  rem: byDType(called("remOf"), binary("%")),
  pow: called("powOf"),
  maximum: byDType(called("larger"), called("max")),
  minimum: byDType(called("smaller"), called("min")),
  and: (operands, from, to) => (from === "bool" ? binary("&&") : binary("&"))(operands, from, to),
  or: (operands, from, to) => (from === "bool" ? binary("||") : binary("|"))(operands, from, to),
  xor: (operands, from, to) => (from === "bool" ? binary("!=") : binary("^"))(operands, from, to),
  shiftLeft: ([a, b]) => `${a} << (u32(${b}) & 31u)`,
  shiftRight: ([a, b]) => `${a} >> (u32(${b}) & 31u)`,
  shiftRightLogical: ([a, b]) => `bitcast<i32>(bitcast<u32>(${a}) >> (u32(${b}) & 31u))`,
  less: compare("<"),
  lessEqual: compare("<="),
  equal: compare("=="),
  select: ([condition, a, b]) => `select(${b}, ${a}, ${condition})`,
  cast,
};

/** Sums of integers that stay sums, so that indices made of them simplify. */
export function affineResult(name: string, operands: readonly Code[]): Affine | undefined {
  const [a, b] = operands;
  if (typeof a !== "object") return undefined;
  if (name === "copy") return a;
  if (name === "neg") return times(a, -1);
  if (typeof b !== "object") return undefined;
  if (name === "add") return plus(a, b);
  if (name === "sub") return plus(a, b, -1);
  const [x, y] = [known(a), known(b)];
  if (name === "mul" && (x ?? y) !== undefined) return x === undefined ? times(a, y!) : times(b, x);
  return undefined;
}

/** The text of an expression, for use within another. */
export function textOf(scope: Scope, code: Code): string {
  return typeof code === "string" ? code : scope.index(code);
}
