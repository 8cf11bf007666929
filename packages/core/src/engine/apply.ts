import type { Backend } from "../interfaces/backend.ts";
import type { Params, Primitive } from "../interfaces/primitive.ts";
import type { Program } from "../interfaces/program.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { check, show, TensorError } from "./errors.ts";
import { showType } from "./dtype.ts";
import { isTensor, makeTensor, makeValue, valueOf } from "./tensor.ts";
import { traceOf, typeOf } from "./trace.ts";

/**
 * Applies a primitive: checks the operands, then records the operation where an operand is being traced, runs it as a
 * program of one operation where an operand has a value, and otherwise keeps it as a constant.
 */
export function apply(
  primitive: Primitive,
  inputs: readonly Tensor[],
  params: Params = {},
): readonly Tensor[] {
  for (const input of inputs)
    if (!isTensor(input))
      throw new TensorError(`${primitive.name}: expected a tensor, got ${describe(input)}`);
  const types = primitive.type(inputs, params);
  for (const { shape } of types)
    check(
      shape.every((length) => Number.isInteger(length) && length >= 0),
      () => `${primitive.name}: a shape has whole lengths from 0, got ${show(shape)}`,
    );
  const trace = traceOf(inputs);
  if (trace) return trace.record(primitive, inputs, params, types);
  const backend = backendOf(primitive.name, inputs);
  if (!backend)
    return types.map((type, output) =>
      makeTensor(type, { state: "constant", primitive, inputs, params, output }),
    );
  return execute(backend, single(primitive, inputs, params, types), inputs, primitive.name);
}

/** Runs a program on tensors that have values, or are constants. */
export function execute(
  backend: Backend,
  program: Program,
  inputs: readonly Tensor[],
  name: string,
  donated: readonly number[] = [],
): Tensor[] {
  const values = inputs.map((input) => materialize(backend, input));
  const buffers = values.map((value) => valueOf(value, name).buffer);
  for (const index of donated) {
    const first = buffers.indexOf(buffers[index]);
    check(
      first === index && buffers.lastIndexOf(buffers[index]) === index,
      () =>
        `${name}: a donated tensor is passed twice; donate it once, and pass a copy for the other argument`,
    );
  }
  const outputs = backend.executable(program).run(buffers, donated);
  for (const index of donated) valueOf(values[index]!, name).unusable = `was donated to ${name}`;
  return outputs.map((buffer, i) =>
    makeValue(backend, buffer, program.types[program.outputs[i]!]!),
  );
}

/** The value of a constant on this backend; a value stays what it is. `known` are those computed for one call. */
export function materialize(
  backend: Backend,
  tensor: Tensor,
  known = new Map<Tensor, Tensor>(),
): Tensor {
  const { source } = tensor;
  if (source.state !== "constant") return tensor;
  let value = known.get(tensor);
  if (!value) {
    const { primitive, params } = source;
    const inputs = source.inputs.map((input) => materialize(backend, input, known));
    const program = single(primitive, inputs, params, primitive.type(inputs, params));
    value = execute(backend, program, inputs, primitive.name)[source.output]!;
    known.set(tensor, value);
  }
  return value;
}

/** The backend that the operands share; none where all are constants. */
export function backendOf(name: string, operands: readonly Tensor[]): Backend | undefined {
  let found: Backend | undefined;
  for (const operand of operands) {
    if (operand.source.state === "constant") continue;
    const { backend } = valueOf(operand, name);
    found ??= backend;
    check(
      found === backend,
      () =>
        `${name}: operands are on two backends, ${found!.kind} and ${backend.kind}; ` +
        "move one with `await place(backend, tensor)`",
    );
  }
  return found;
}

function single(
  primitive: Primitive,
  inputs: readonly Tensor[],
  params: Params,
  types: readonly TensorType[],
): Program {
  const n = inputs.length;
  const ids = inputs.map((_, i) => i);
  const outputs = types.map((_, i) => n + i);
  return {
    types: [...inputs.map(typeOf), ...types.map(typeOf)],
    inputs: ids,
    operations: [{ primitive, params, inputs: ids, outputs, path: "" }],
    outputs,
  };
}

function describe(value: unknown): string {
  return isTensor(value)
    ? showType(value)
    : value === null
      ? "null"
      : Array.isArray(value)
        ? "an array"
        : typeof value;
}
