import type { Code, FunctionReference, Local, ModuleBuilder } from "../assembler/index.ts";
import type { Target } from "../stage.ts";
import { erf } from "./error-function.ts";
import { exp, expm1 } from "./exponential.ts";
import { divide, remainder as integerRemainder } from "./integer.ts";
import { Lanes, type Formula } from "./lanes.ts";
import { log, log1p } from "./logarithm.ts";
import { pow } from "./power.ts";
import { remainder } from "./remainder.ts";
import { sigmoid, tanh } from "./sigmoid.ts";
import { sine } from "./trigonometric.ts";

const unary = { exp, expm1, log, log1p, tanh, sigmoid, erf } satisfies Record<string, Formula>;

/** The functions that SIMD has no instruction for: `div` is for i32 only, `rem` for all, the others for floats. */
export type MathName = keyof typeof unary | "sin" | "cos" | "pow" | "rem" | "div";

const binary: ReadonlySet<MathName> = new Set(["pow", "rem", "div"]);

type MathType = "f32" | "f64" | "i32";

/**
 * The function of this name for vectors of this type, added to the module once: one v128 for each operand, one v128 as
 * the result. Every lane depends on the same lane of the operands alone. Results that are subnormal may be zero.
 */
export function mathFunction(
  module: ModuleBuilder,
  name: MathName,
  type: MathType,
  target: Target,
): FunctionReference {
  const label = `${name}.${type}`;
  const parameters = Array.from({ length: binary.has(name) ? 2 : 1 }, () => "v128" as const);
  return module.once(label, () =>
    module.function(label, parameters, ["v128"], (code, ...operands) => {
      code.get(inlineMath(module, code, name, type, target, operands));
    }),
  );
}

/**
 * Writes the same in place: twice as fast as a call for exponentials, because constants are kept from one turn of a loop
 * to the next, at the price of some hundreds of bytes.
 */
export function inlineMath(
  module: ModuleBuilder,
  code: Code,
  name: MathName,
  type: MathType,
  target: Target,
  operands: readonly Local[],
): Local {
  const [x, y] = operands as [Local, Local];
  if (type === "i32") return (name === "div" ? divide : integerRemainder)(code, x, y);
  const v = new Lanes(code, type === "f32" ? "f32x4" : "f64x2", target.relaxed);
  if (name === "sin" || name === "cos") return sine(module, v, x, name === "sin" ? 0 : 1);
  if (name === "pow") return pow(v, x, y);
  if (name === "rem") return remainder(module, v, x, y);
  return unary[name as keyof typeof unary](v, x);
}
