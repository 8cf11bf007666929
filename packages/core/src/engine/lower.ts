import type { Params, Primitive } from "../interfaces/primitive.ts";
import type { Operation, Program } from "../interfaces/program.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { apply } from "./apply.ts";
import { clean } from "./clean.ts";
import { checkContract } from "./contract.ts";
import { showType } from "./dtype.ts";
import { check } from "./errors.ts";
import { isProgram, kernelName } from "./key.ts";
import { typesOf } from "./program.ts";
import { replay } from "./replay.ts";
import { traceFlat, withPath } from "./trace.ts";

/** Names a new primitive and checks that it was made for this kernel. */
export function definePrimitive<P extends Params>(primitive: Primitive<P>): Primitive<P> {
  checkContract(`primitive ${primitive.name}`, primitive.contract);
  check(
    /^@[\w.-]+\/[\w.-]+#[\w.-]+$/.test(primitive.name),
    () =>
      `definePrimitive: the name '${primitive.name}' has no package; write it as '@scope/package#name'`,
  );
  return primitive;
}

/**
 * The same program with every primitive that `supports` refuses replaced by its lowering, also within bodies. Backends
 * call it with the names of their kernels. The result must not be cleaned up again: what `checkpoint` computes a second
 * time would be shared with the first, and kept in memory after all.
 */
export function lower(
  program: Program,
  supports: (kernel: string, operation: Operation) => boolean,
): Program {
  const step = (operation: Operation, operands: Tensor[]): readonly Tensor[] =>
    withPath(operands, operation.path, () => {
      const { primitive, params } = operation;
      if (supports(kernelName(primitive), operation))
        return apply(primitive, operands, lowerBodies(params, supports));
      return replay(lowering(primitive, operands, params, "kernel"), operands, step);
    });
  const types = typesOf(program, program.inputs);
  return traceFlat("lower", (inputs) => replay(program, inputs, step), types).program;
}

/** What a primitive's lowering does with operands of these types, in place of a kernel or rule that is missing. */
export function lowering(
  primitive: Primitive,
  operands: readonly TensorType[],
  params: Params,
  missing: string,
): Program {
  const name = kernelName(primitive);
  check(primitive.lower, () => `${name} has neither a ${missing} nor a lowering`);
  const { program } = traceFlat(
    `the lowering of ${name}`,
    (inputs) => primitive.lower!(inputs, params),
    operands,
  );
  const [expected, given] = [
    primitive.type(operands, params),
    typesOf(program, program.outputs),
  ].map((types) => types.map(showType).join());
  check(
    expected === given,
    () => `${name}: the type rule says ${expected}, the lowering gives ${given}`,
  );
  return clean(program);
}

function lowerBodies(
  params: Params,
  supports: (kernel: string, operation: Operation) => boolean,
): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      isProgram(value) ? lower(value, supports) : value,
    ]),
  );
}
