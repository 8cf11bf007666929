import type { Pullback } from "../interfaces/primitive.ts";
import type { Operation, Program } from "../interfaces/program.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { add } from "../ops/arithmetic.ts";
import { zerosLike } from "../ops/constant.ts";
import { apply } from "./apply.ts";
import { isFloat, sameType, showType } from "./dtype.ts";
import { check } from "./errors.ts";
import { lowering } from "./lower.ts";
import { joinPath, withPath } from "./trace.ts";

/** One operation of the forward pass that the backward pass goes through. */
interface Step {
  readonly operation: Operation;
  readonly operands: readonly Tensor[];
  readonly needed: readonly boolean[];
  readonly pullback: Pullback;
  /** Numbers of the values, in this walk. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/**
 * Reverse-mode differentiation of a program: applies its operations to `inputs`, and returns the way back from
 * cotangents of the outputs to those of the `needed` inputs. Both directions only apply primitives, so that they are
 * recorded, batched and differentiated again like everything else.
 */
export function pullback(
  program: Program,
  inputs: readonly Tensor[],
  needed: readonly boolean[],
): Pullback {
  const tensors: Tensor[] = [...inputs];
  const active = inputs.map((input, i) => needed[i]! && isFloat(input.dtype));
  const steps: Step[] = [];

  /** Walks through one program or lowering; returns the numbers of its outputs. */
  const forward = (body: Program, bodyInputs: readonly number[], path: string): number[] => {
    const numbers: number[] = [];
    body.inputs.forEach((id, i) => (numbers[id] = bodyInputs[i]!));
    for (const operation of body.operations) {
      const { primitive, params } = operation;
      const ids = operation.inputs.map((id) => numbers[id]!);
      const operands = ids.map((id) => tensors[id]!);
      const flags = ids.map((id) => active[id]!);
      const at = joinPath(path, operation.path);
      const isActive =
        flags.includes(true) && operation.outputs.some((id) => isFloat(body.types[id]!.dtype));
      let results: readonly number[];
      if (isActive && !primitive.gradient && !primitive.pullback && primitive.lower) {
        results = forward(lowering(primitive, operands, params), ids, at);
      } else {
        const define = (tensor: Tensor, differentiable: boolean): number => {
          active.push(differentiable && isFloat(tensor.dtype));
          return tensors.push(tensor) - 1;
        };
        const way = isActive ? wayBack(operation, operands, flags, at) : undefined;
        const outputs =
          way?.outputs ?? withPath(operands, at, () => apply(primitive, operands, params));
        results = outputs.map((output) => define(output, way !== undefined));
        if (way)
          steps.push({
            operation: { ...operation, path: at },
            operands,
            needed: flags,
            pullback: way,
            inputs: ids,
            outputs: results,
          });
      }
      operation.outputs.forEach((id, i) => (numbers[id] = results[i]!));
    }
    return body.outputs.map((id) => numbers[id]!);
  };

  const inputIds = inputs.map((_, i) => i);
  const outputIds = forward(program, inputIds, "");

  const back = (cotangents: readonly (Tensor | undefined)[]): (Tensor | undefined)[] => {
    const sums: (Tensor | undefined)[] = [];
    const accumulate = (id: number, cotangent: Tensor | undefined): void => {
      if (cotangent && active[id]) sums[id] = sums[id] ? add(sums[id], cotangent) : cotangent;
    };
    outputIds.forEach((id, i) => accumulate(id, cotangents[i]));
    for (const step of steps.toReversed()) {
      const received = step.outputs.map((id) => sums[id]);
      const present = received.filter((cotangent) => cotangent !== undefined);
      if (present.length === 0) continue;
      const { operation, operands } = step;
      withPath([...operands, ...present], joinPath("backward", operation.path), () => {
        const results = step.pullback.back(received);
        results.forEach((result, i) => checkCotangent(operation, i, result, operands[i]!));
        step.inputs.forEach((id, i) => step.needed[i] && accumulate(id, results[i]));
      });
    }
    return inputIds.map((id) => sums[id]);
  };
  return { outputs: outputIds.map((id) => tensors[id]!), back };
}

/** The operation's own way back, from whichever rule its primitive has; none for a primitive that blocks gradients. */
function wayBack(
  { primitive, params }: Operation,
  inputs: readonly Tensor[],
  needed: readonly boolean[],
  path: string,
): Pullback | undefined {
  if (primitive.pullback)
    return withPath(inputs, path, () => primitive.pullback!({ inputs, needed, params }));
  if (!primitive.gradient) return undefined;
  const outputs = withPath(inputs, path, () => apply(primitive, inputs, params));
  return {
    outputs,
    back: (cotangents) => primitive.gradient!({ inputs, outputs, cotangents, needed, params }),
  };
}

function checkCotangent(
  operation: Operation,
  i: number,
  cotangent: Tensor | undefined,
  input: TensorType,
): void {
  check(
    !cotangent || sameType(cotangent, input),
    () =>
      `the gradient rule of ${operation.primitive.name} returned ${showType(cotangent!)} ` +
      `for input ${i}, which is ${showType(input)}; a cotangent has the type of its input`,
  );
}

/** Cotangents with zeros in place of `undefined`, for rules that have no use for the difference. */
export function withZeros(
  cotangents: readonly (Tensor | undefined)[],
  like: readonly TensorType[],
): Tensor[] {
  return like.map((type, i) => cotangents[i] ?? zerosLike(type));
}
