import type { Primitive } from "../interfaces/primitive.ts";
import type { Operation, Program } from "../interfaces/program.ts";
import type { TensorType } from "../interfaces/tensor.ts";
import { fullPrimitive } from "../ops/constant.ts";
import { sameType } from "./dtype.ts";
import { kernelName, paramKey } from "./key.ts";

/**
 * The same program without work whose result is not used, is known, or is there already. Results keep their bits:
 * sums are never reassociated, and constants are folded only where the dtype's rounding is certain.
 */
export function clean(program: Program): Program {
  return compact(dropUnused(shareEqual(program)));
}

function shareEqual(program: Program): Program {
  const { types } = program;
  const renamed = new Map<number, number>();
  const rename = (id: number): number => renamed.get(id) ?? id;
  const uniform = new Map<number, number>();
  const seen = new Map<string, Operation>();
  const operations: Operation[] = [];
  for (const original of program.operations) {
    let operation = { ...original, inputs: original.inputs.map(rename) };
    const { primitive, inputs, outputs } = operation;
    const output = outputs[0]!;
    const type = types[output]!;
    const values = inputs.map((id) => uniform.get(id));
    const kept = inputs.find((id, i) => {
      const neutral = primitive.neutral?.[1 - i];
      return (
        neutral !== undefined && Object.is(values[1 - i], neutral) && sameType(types[id]!, type)
      );
    });
    if (kept !== undefined) {
      renamed.set(output, kept);
      continue;
    }
    const value = foldedValue(primitive, values, type);
    if (value !== undefined) {
      const params = { shape: type.shape, dtype: type.dtype, value };
      operation = { ...operation, primitive: fullPrimitive, inputs: [], params };
    }
    if (operation.primitive === fullPrimitive)
      uniform.set(output, rounded(operation.params["value"] as number, type));
    const key = `${kernelName(operation.primitive)}(${operation.inputs})${paramKey(operation.params)}`;
    const same = seen.get(key);
    // Equal bodies may hold a `customGradient` with another rule, which no key tells.
    if (same && same.params["body"] === operation.params["body"])
      outputs.forEach((id, i) => renamed.set(id, same.outputs[i]!));
    else {
      seen.set(key, operation);
      operations.push(operation);
    }
  }
  return { types, inputs: program.inputs, operations, outputs: program.outputs.map(rename) };
}

/** The value of an operation whose operands are all uniform, if it is certain. */
function foldedValue(
  { fold }: Primitive,
  values: readonly (number | undefined)[],
  type: TensorType,
): number | undefined {
  if (!fold || values.length === 0 || values.includes(undefined)) return undefined;
  const value = fold(...(values as number[]));
  return type.dtype === "i32" && !Number.isSafeInteger(value) ? undefined : rounded(value, type);
}

function rounded(value: number, { dtype }: TensorType): number {
  if (dtype === "f32") return Math.fround(value);
  if (dtype === "i32") return value | 0;
  return dtype === "bool" ? Number(value !== 0) : value;
}

function dropUnused(program: Program): Program {
  const used = new Set(program.outputs);
  const operations: Operation[] = [];
  for (const operation of program.operations.toReversed()) {
    const flags = operation.outputs.map((id) => used.has(id));
    if (!flags.includes(true)) continue;
    const rest = flags.includes(false)
      ? operation.primitive.prune?.(operation.params, flags)
      : undefined;
    const kept: Operation = rest
      ? {
          ...operation,
          params: rest.params,
          inputs: rest.inputs.map((i) => operation.inputs[i]!),
          outputs: rest.outputs.map((i) => operation.outputs[i]!),
        }
      : operation;
    for (const id of kept.inputs) used.add(id);
    operations.push(kept);
  }
  return { ...program, operations: operations.toReversed() };
}

/** Numbers values in order of definition, so that equal programs have equal keys. */
function compact(program: Program): Program {
  const numbers = new Map<number, number>();
  const types: TensorType[] = [];
  const define = (id: number): number => {
    numbers.set(id, types.push(program.types[id]!) - 1);
    return types.length - 1;
  };
  const use = (id: number): number => numbers.get(id)!;
  const inputs = program.inputs.map(define);
  const operations = program.operations.map((operation) => ({
    ...operation,
    inputs: operation.inputs.map(use),
    outputs: operation.outputs.map(define),
  }));
  return { types, inputs, operations, outputs: program.outputs.map(use) };
}

/** Which inputs of a program its operations or outputs read. */
export function readInputs(program: Program): boolean[] {
  const { inputs, operations, outputs } = dropUnused(program);
  const read = new Set([...operations.flatMap((operation) => operation.inputs), ...outputs]);
  return inputs.map((id) => read.has(id));
}
