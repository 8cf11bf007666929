import type { Operation, Program } from "../interfaces/program.ts";
import type { Tensor } from "../interfaces/tensor.ts";
import { apply, backendOf, execute } from "./apply.ts";
import { traceOf, withPath } from "./trace.ts";

/** The outputs of a program for these inputs: recorded where one is being traced, else run as one program. */
export function call(
  program: Program,
  inputs: readonly Tensor[],
  name: string,
  donated?: readonly number[],
): readonly Tensor[] {
  const backend = traceOf(inputs) ? undefined : backendOf(name, inputs);
  return backend ? execute(backend, program, inputs, name, donated) : inline(program, inputs);
}

/** Applies the operations of a program, one by one, to other inputs. */
export function inline(program: Program, inputs: readonly Tensor[]): Tensor[] {
  return replay(program, inputs, (operation, operands) =>
    withPath(operands, operation.path, () =>
      apply(operation.primitive, operands, operation.params),
    ),
  );
}

/** Walks through a program with values of any kind; `step` says what an operation makes of its operands. */
export function replay<V>(
  program: Program,
  inputs: readonly V[],
  step: (operation: Operation, operands: V[]) => readonly V[],
): V[] {
  const values: V[] = [];
  program.inputs.forEach((id, i) => (values[id] = inputs[i]!));
  for (const operation of program.operations) {
    const results = step(
      operation,
      operation.inputs.map((id) => values[id]!),
    );
    operation.outputs.forEach((id, i) => (values[id] = results[i]!));
  }
  return program.outputs.map((id) => values[id]!);
}
