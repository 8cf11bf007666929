import type { Backend } from "../interfaces/backend.ts";
import type { Params, Primitive } from "../interfaces/primitive.ts";
import type { Program } from "../interfaces/program.ts";
import type { Tensor } from "../interfaces/tensor.ts";
import { fullPrimitive } from "../ops/constant.ts";
import { constantData, areCounts } from "./dtype.ts";
import { check, show } from "./errors.ts";
import { checkTensors, makeTensor, makeValue, valueOf } from "./tensor.ts";
import { finish, openTrace, traceOf } from "./trace.ts";

/**
 * Applies a primitive: checks the operands, then records the operation where an operand is being traced, runs it as a
 * program of one operation where an operand has a value, and otherwise keeps it as a constant.
 */
export function apply(
  primitive: Primitive,
  inputs: readonly Tensor[],
  params: Params = {},
): readonly Tensor[] {
  checkTensors(primitive.name, inputs);
  const types = primitive.type(inputs, params);
  for (const { shape } of types)
    check(
      areCounts(shape),
      () => `${primitive.name}: a shape has whole lengths from 0, got ${show(shape)}`,
    );
  const trace = traceOf(inputs);
  if (trace) return trace.record(primitive, inputs, params, types);
  const backend = backendOf(primitive.name, inputs);
  if (!backend)
    return types.map((type, output) =>
      makeTensor(type, { state: "constant", primitive, inputs, params, output }),
    );
  const recorder = openTrace(primitive.name);
  const values = inputs.map((input) => materialize(backend, input));
  const results = recorder.record(primitive, values, params, types);
  const { program, captured } = finish(recorder, [], results);
  const outputs = execute(backend, program, captured, primitive.name);
  disposeOthers(values, inputs);
  return outputs;
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
      () => `${name}: a donated tensor is passed twice; pass a copy for one of them`,
    );
  }
  const outputs = backend.executable(program).run(buffers, donated);
  for (const index of donated) valueOf(values[index]!, name).unusable = `was donated to ${name}`;
  disposeOthers(values, inputs);
  return outputs.map((buffer, i) =>
    makeValue(backend, buffer, program.types[program.outputs[i]!]!),
  );
}

/** The value of a constant on this backend; a value stays what it is. Single numbers compile nothing. */
export function materialize(backend: Backend, tensor: Tensor): Tensor {
  const { source } = tensor;
  if (source.state !== "constant") return tensor;
  if (
    source.primitive === fullPrimitive &&
    tensor.size === 1 &&
    backend.dtypes.includes(tensor.dtype)
  )
    return makeValue(backend, backend.upload(constantData(source.params, tensor), tensor), tensor);
  const { program } = finish(openTrace("a constant"), [], [tensor]);
  return execute(backend, program, [], "a constant")[0]!;
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

/** Gives back the values that constants were given for one run. */
function disposeOthers(values: readonly Tensor[], inputs: readonly Tensor[]): void {
  values.forEach((value, i) => value !== inputs[i] && value.dispose());
}
