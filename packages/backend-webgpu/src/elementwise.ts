import { sizeOf, type DType, type Kernel, type KernelCall } from "@nn/core";
import type { Device, DeviceBuffer, Storage, View } from "./device.ts";
import * as math from "./math.ts";
import { broadcast } from "./move.ts";
import { compute } from "./shader.ts";

type DeviceKernel = Kernel<DeviceBuffer>;

/** How values of a dtype are stored. */
export function storageOf(dtype: DType): Storage {
  return dtype === "f32" ? "float32" : "int32";
}

/** Operands that a shader can read at `i`, or at 0 where they have one element; others are broadcast for the call. */
function aligned<R>(
  device: Device,
  { inputs, inputTypes, outputTypes }: KernelCall<DeviceBuffer>,
  body: (operands: readonly DeviceBuffer[]) => R,
): R {
  const { shape } = outputTypes[0]!;
  const size = sizeOf(shape);
  const operands = inputs.map((input, i) =>
    input.size === size || input.size === 1
      ? input
      : broadcast(device, input, inputTypes[i]!.shape, shape),
  );
  const result = body(operands);
  operands.forEach((operand, i) => operand !== inputs[i] && device.release(operand));
  return result;
}

/** A kernel from a WGSL expression of the operands `a`, `b` and `c`. */
function expression(device: Device, name: string, text: string, functions?: string): DeviceKernel {
  return (call) => {
    const { shape, dtype } = call.outputTypes[0]!;
    const size = sizeOf(shape);
    return aligned(device, call, (operands) => {
      const reads = operands.map((operand, i) => {
        const index = operand.size === size ? "i" : "0";
        return { index, text: `let ${"abc"[i]} = ${"ABC"[i]}[${index}];` };
      });
      const shader = {
        name: `${name}(${reads.map(({ index }) => index)})`,
        body: `${reads.map(({ text: read }) => read).join(" ")} result[i] = ${text};`,
        functions,
      };
      return compute(device, shader, operands, storageOf(dtype), size);
    });
  };
}

/** A kernel of tfjs for f32 operands, which it can broadcast itself up to six axes. */
function tfjsKernel(device: Device, name: string, keys: readonly string[]): DeviceKernel {
  const views = (
    operands: readonly DeviceBuffer[],
    shape: (i: number) => readonly number[],
  ): Record<string, View> =>
    Object.fromEntries(operands.map((operand, i) => [keys[i]!, [operand, shape(i)]]));
  return (call) => {
    const { inputs, inputTypes, outputTypes } = call;
    const { shape } = outputTypes[0]!;
    const size = sizeOf(shape);
    if (size === 0) return device.empty("float32");
    const isFlat = inputs.every((input) => input.size === size || input.size === 1);
    if (!isFlat && shape.length <= 6)
      return device.call(
        name,
        views(inputs, (i) => inputTypes[i]!.shape),
      );
    return aligned(device, call, (operands) =>
      device.call(
        name,
        views(operands, (i) => [operands[i]!.size]),
      ),
    );
  };
}

/** Chooses by the dtype of the first operand: one kernel for f32, another for i32 and bool. */
function byDType(forFloat: DeviceKernel, forInteger: DeviceKernel): DeviceKernel {
  return (call) => (call.inputTypes[0]!.dtype === "f32" ? forFloat(call) : forInteger(call));
}

/** An integer that orders floats as they are ordered; both zeros have 0. */
const rank = `
fn rank(x : f32) -> i32 {
  let bits = bitcast<i32>(x);
  return select(bits, -(bits & 0x7fffffff), bits < 0);
}`;

/** The same, but -0 comes before 0. NaN is anywhere. */
const order = `
fn order(x : f32) -> i32 {
  let bits = bitcast<i32>(x);
  return bits ^ ((bits >> 31u) & 0x7fffffff);
}`;

/** Element by element: f32 arithmetic by tfjs; integers, comparison and what tfjs has wrong in WGSL of our own. */
export function elementwiseKernels(device: Device): Record<string, DeviceKernel> {
  const own = (name: string, text: string, functions?: string): DeviceKernel =>
    expression(device, name, text, functions);
  const unary = (name: string): DeviceKernel => tfjsKernel(device, name, ["x"]);
  const binary = (name: string): DeviceKernel => tfjsKernel(device, name, ["a", "b"]);
  // By their bits: devices may take NaN for impossible, and denormals for zero.
  const compare = (name: string, operator: string): DeviceKernel =>
    byDType(
      own(name, `i32(rank(a) ${operator} rank(b) && !isnan(a) && !isnan(b))`, rank),
      own(`${name} integers`, `i32(a ${operator} b)`),
    );
  const extremum = (name: string, operator: string): DeviceKernel =>
    own(
      name,
      `select(select(b, a, isnan(a) || order(a) ${operator} order(b)), b, isnan(b))`,
      order,
    );
  return {
    exp: own("exp", "expOf(a)", math.exp),
    log: own("log", "logOf(a)", math.log),
    sqrt: unary("Sqrt"),
    sin: own("sin", "sinOf(a)", math.sin),
    cos: own("cos", "cosOf(a)", math.cos),
    tanh: own("tanh", "tanhOf(a)", math.tanh),
    sigmoid: own("sigmoid", "sigmoidOf(a)", math.sigmoid),
    floor: unary("Floor"),
    neg: byDType(
      own("neg", "bitcast<f32>(bitcast<u32>(a) ^ 0x80000000u)"),
      own("neg integers", "-a"),
    ),
    abs: byDType(
      own("abs", "bitcast<f32>(bitcast<u32>(a) & 0x7fffffffu)"),
      own("abs integers", "abs(a)"),
    ),
    relu: byDType(
      own("relu", "select(a, 0.0, bitcast<i32>(a) < 0 && !isnan(a))"),
      own("relu integers", "max(a, 0)"),
    ),

    add: byDType(binary("Add"), own("add", "a + b")),
    sub: byDType(binary("Sub"), own("sub", "a - b")),
    mul: byDType(binary("Multiply"), own("mul", "a * b")),
    div: byDType(binary("RealDiv"), own("div", "select(a / b, 0, b == 0)")),
    rem: byDType(own("rem", "remOf(a, b)", math.rem), own("rem integers", "a % b")),
    pow: own("pow", "powOf(a, b)", math.pow),
    maximum: byDType(extremum("maximum", ">"), own("maximum integers", "max(a, b)")),
    minimum: byDType(extremum("minimum", "<"), own("minimum integers", "min(a, b)")),

    and: own("and", "a & b"),
    or: own("or", "a | b"),
    xor: own("xor", "a ^ b"),
    shiftLeft: own("shiftLeft", "a << (u32(b) & 31u)"),
    shiftRight: own("shiftRight", "a >> (u32(b) & 31u)"),
    shiftRightLogical: own("shiftRightLogical", "bitcast<i32>(bitcast<u32>(a) >> (u32(b) & 31u))"),

    less: compare("less", "<"),
    lessEqual: compare("lessEqual", "<="),
    equal: compare("equal", "=="),
    select: own("select", "select(c, b, a != 0)"),
    cast: castKernel(device),
  };
}

/**
 * From f32, toInteger cuts off and saturates; between integers, low bits stay. Into f32 in two halves, both exact, so
 * that one addition rounds: WGSL leaves open how a conversion does.
 */
function castKernel(device: Device): DeviceKernel {
  const ranges: Record<string, string> = {
    i32: "(-2147483647 - 1), 2147483647",
    u8: "0, 255",
    i8: "-128, 127",
  };
  const lowBits: Record<string, string> = { i32: "a", u8: "a & 255", i8: "(a << 24u) >> 24u" };
  const text = (from: DType, to: DType): string => {
    if (to === "f32") return "f32(a >> 16u) * 65536.0 + f32(a & 0xffff)";
    if (to === "bool")
      return from === "f32" ? "i32((bitcast<u32>(a) & 0x7fffffffu) != 0u)" : "i32(a != 0)";
    return from === "f32" ? `toInteger(a, ${ranges[to]})` : lowBits[to]!;
  };
  const toInteger = `
fn toInteger(x : f32, low : i32, high : i32) -> i32 {
  if (isnan(x)) { return 0; }
  if (x >= 2147483648.0) { return high; }
  if (x < -2147483648.0) { return low; }
  return clamp(i32(x), low, high);
}`;
  return (call) => {
    const { dtype: from } = call.inputTypes[0]!;
    const { dtype: to } = call.outputTypes[0]!;
    if (from === to) return call.inputs[0]!;
    return expression(device, `cast ${from} to ${to}`, text(from, to), toInteger)(call);
  };
}
