import type { Param, Primitive } from "../interfaces/primitive.ts";
import type { Program } from "../interfaces/program.ts";
import { showType } from "./dtype.ts";

/** Whether a parameter is a program, as the body of `scan` is. */
export function isProgram(param: Param): param is Program {
  return typeof param === "object" && param !== null && "operations" in param;
}

/** The name under which backends look for a kernel: the primitive's, with its version from 2 on. */
export function kernelName({ name, version = 1 }: Primitive): string {
  return version === 1 ? name : `${name}@${version}`;
}

const keys = new WeakMap<Program, string>();

/** A string that two programs share just when they compute the same; layer paths do not count. */
export function programKey(program: Program): string {
  let key = keys.get(program);
  if (key === undefined) {
    const { types, inputs, operations, outputs } = program;
    const typed = (ids: readonly number[]): string =>
      `${ids.map((id) => `${id}:${showType(types[id]!)}`)}`;
    key = `${typed(inputs)}>`;
    for (const op of operations)
      key += `${kernelName(op.primitive)}(${op.inputs})${paramKey(op.params)}${typed(op.outputs)};`;
    key += outputs;
    keys.set(program, key);
  }
  return key;
}

/** A string that two parameter values share just when they are the same, -0 and NaN told apart. */
export function paramKey(param: Param): string {
  if (typeof param === "number") return Object.is(param, -0) ? "-0" : String(param);
  if (typeof param !== "object" || param === null) return JSON.stringify(param) ?? "_";
  if (isProgram(param)) return `<${programKey(param)}>`;
  if (Array.isArray(param)) return `[${param.map(paramKey)}]`;
  return `{${Object.entries(param)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${paramKey(value)}`)}}`;
}
