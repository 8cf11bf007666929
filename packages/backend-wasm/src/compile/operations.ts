import type { DType } from "@nn/core";
import type { Code, Local, ModuleBuilder } from "../assembler/index.ts";
import { inlineMath, mathFunction, type MathName } from "../math/index.ts";
import type { Target } from "../stage.ts";
import { constant, convert, packMask, spreadMask } from "./lanes.ts";

/** An operand of an elementwise operation: a vector, and the number that it is everywhere, if that is known. */
export interface Operand {
  readonly vector: Local;
  readonly constant?: number | undefined;
}

/** What the code of an elementwise operation needs to know. */
interface ElementwiseCall {
  readonly module: ModuleBuilder;
  readonly target: Target;
  readonly code: Code;
  readonly operands: readonly Operand[];
  /** Of the operands (the last one, for `select`), and of the result. */
  readonly from: DType;
  readonly to: DType;
}

/** Pushes the result. */
type Emit = (call: ElementwiseCall) => void;

type FloatShape = "f32x4" | "f64x2";
const shapeOf = (dtype: DType): FloatShape => (dtype === "f64" ? "f64x2" : "f32x4");
const isFloating = (dtype: DType): boolean => dtype === "f32" || dtype === "f64";

function pushAll({ code, operands }: ElementwiseCall): Code {
  for (const { vector } of operands) code.get(vector);
  return code;
}

/** One instruction for floats, and one for integers. */
function instruction(name: "add" | "sub" | "mul"): Emit {
  return (call) => {
    pushAll(call).op(`${isFloating(call.from) ? shapeOf(call.from) : "i32x4"}.${name}`);
  };
}

function floatInstruction(name: "div" | "sqrt" | "floor"): Emit {
  return (call) => void pushAll(call).op(`${shapeOf(call.from)}.${name}`);
}

/** Functions that are so short that calling them would take as long as computing them. */
const inlined: readonly MathName[] = ["exp", "expm1", "sigmoid", "tanh"];

/** How long an operation takes, about, where an addition takes 1. */
export function weightOf(name: string): number {
  if (inlined.includes(name as MathName)) return 20;
  if (["log", "log1p", "sin", "cos", "erf", "pow", "rem"].includes(name)) return 60;
  return ["div", "sqrt"].includes(name) ? 4 : 1;
}

function math(name: MathName): Emit {
  return (call) => {
    const { module, target, code, operands, from } = call;
    const type = from as "f32" | "f64" | "i32";
    if (!inlined.includes(name)) pushAll(call).call(mathFunction(module, name, type, target));
    else {
      const vectors = operands.map(({ vector }) => vector);
      code.get(inlineMath(module, code, name, type, target, vectors));
    }
  };
}

/** Where an operand is a constant, the instruction that picks by one comparison gives NaN for NaN, too. */
function extremum(name: "min" | "max"): Emit {
  return (call) => {
    const { code, operands, from } = call;
    if (!isFloating(from)) return void pushAll(call).op(`i32x4.${name}_s`);
    const shape = shapeOf(from);
    const at = operands.findIndex(({ constant: n }) => n !== undefined && !Number.isNaN(n));
    if (at < 0) return void pushAll(call).op(`${shape}.${name}`);
    code
      .get(operands[1 - at]!.vector)
      .get(operands[at]!.vector)
      .op(`${shape}.p${name}`);
  };
}

function bits(name: "and" | "or" | "xor"): Emit {
  return (call) => void pushAll(call).op(`v128.${name}`);
}

/** Shifts by a number that is known are one instruction; others go lane by lane. */
function shift(name: "shl" | "shr_s" | "shr_u"): Emit {
  return ({ code, operands: [x, amount] }) => {
    code.get(x!.vector);
    if (amount!.constant !== undefined) {
      code.i32(amount!.constant & 31).op(`i32x4.${name}`);
      return;
    }
    for (const lane of [0, 1, 2, 3]) {
      code.get(x!.vector).lane("i32x4.extract_lane", lane);
      code.get(amount!.vector).lane("i32x4.extract_lane", lane);
      code.op(`i32.${name}`).lane("i32x4.replace_lane", lane);
    }
  };
}

/** Masks are negative numbers, so that bools compare the other way round. */
function comparison(name: "lt" | "le" | "eq"): Emit {
  return (call) => {
    const { from } = call;
    const code = pushAll(call);
    if (isFloating(from)) code.op(`${shapeOf(from)}.${name}`);
    else if (name === "eq") code.op("i32x4.eq");
    else if (from === "bool") code.op(name === "lt" ? "i32x4.gt_s" : "i32x4.ge_s");
    else code.op(`i32x4.${name}_s`);
    if (from === "f64") packMask(code);
  };
}

const select: Emit = ({ code, operands: [condition, a, b], from }) => {
  const mask = (): void => {
    code.get(condition!.vector);
    if (from === "f64") spreadMask(code);
  };
  if (Object.is(b!.constant, 0)) {
    code.get(a!.vector);
    mask();
    code.op("v128.and");
  } else if (Object.is(a!.constant, 0)) {
    code.get(b!.vector);
    mask();
    code.op("v128.andnot");
  } else {
    code.get(a!.vector).get(b!.vector);
    mask();
    code.op("v128.bitselect");
  }
};

/** The code of all elementwise primitives, by name. */
export const elementwise: Readonly<Record<string, Emit>> = {
  add: instruction("add"),
  sub: instruction("sub"),
  mul: instruction("mul"),
  div: (call) => (isFloating(call.from) ? floatInstruction("div") : math("div"))(call),
  rem: math("rem"),
  pow: math("pow"),
  maximum: extremum("max"),
  minimum: extremum("min"),
  neg: (call) =>
    void pushAll(call).op(`${isFloating(call.from) ? shapeOf(call.from) : "i32x4"}.neg`),
  abs: (call) =>
    void pushAll(call).op(`${isFloating(call.from) ? shapeOf(call.from) : "i32x4"}.abs`),
  relu: (call) => {
    const { code, from } = call;
    pushAll(call);
    constant(code, from, 0);
    code.op(isFloating(from) ? `${shapeOf(from)}.pmax` : "i32x4.max_s");
  },
  sqrt: floatInstruction("sqrt"),
  floor: floatInstruction("floor"),
  exp: math("exp"),
  log: math("log"),
  log1p: math("log1p"),
  expm1: math("expm1"),
  sin: math("sin"),
  cos: math("cos"),
  tanh: math("tanh"),
  sigmoid: math("sigmoid"),
  erf: math("erf"),
  and: bits("and"),
  or: bits("or"),
  xor: bits("xor"),
  shiftLeft: shift("shl"),
  shiftRight: shift("shr_s"),
  shiftRightLogical: shift("shr_u"),
  less: comparison("lt"),
  lessEqual: comparison("le"),
  equal: comparison("eq"),
  select,
  cast: (call) => convert(pushAll(call), call.from, call.to),
  /** The same, at another place. */
  copy: (call) => void pushAll(call),
};
