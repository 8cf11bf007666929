import type { Params, Primitive } from "../interfaces/primitive.ts";
import type { Operation, Program } from "../interfaces/program.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { apply } from "./apply.ts";
import { clean } from "./clean.ts";
import { checkContract } from "./contract.ts";
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
      check(
        primitive.lower,
        () =>
          `lower: ${kernelName(primitive)} has neither a kernel nor a lowering; the backend or the primitive has to offer one`,
      );
      return replay(lowering(primitive, operands, params), operands, step);
    });
  const types = typesOf(program, program.inputs);
  return traceFlat("lower", (inputs) => replay(program, inputs, step), types).program;
}

/** What a primitive's lowering does with operands of these types, without what its result does not need. */
export function lowering(
  primitive: Primitive,
  operands: readonly TensorType[],
  params: Params,
): Program {
  const { program } = traceFlat(
    `the lowering of ${primitive.name}`,
    (inputs) => primitive.lower!(inputs, params),
    operands,
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
