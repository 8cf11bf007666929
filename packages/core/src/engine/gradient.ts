import type { Pullback } from "../interfaces/primitive.ts";
import type { Program } from "../interfaces/program.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { add } from "../ops/arithmetic.ts";
import { zerosLike } from "../ops/constant.ts";
import { apply } from "./apply.ts";
import { isFloat, sameType, showType } from "./dtype.ts";
import { check } from "./errors.ts";
import { lowering } from "./lower.ts";
import { typesOf } from "./program.ts";
import { replay } from "./replay.ts";
import { joinPath, withPath } from "./trace.ts";

/** One operation of the forward pass that the backward pass goes through; values are numbered for the whole walk. */
interface Step {
  readonly name: string;
  readonly path: string;
  readonly operands: readonly Tensor[];
  readonly pullback: Pullback;
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
  const forward = (body: Program, bodyInputs: readonly number[], outer: string): number[] =>
    replay(body, bodyInputs, ({ primitive, params, ...operation }, ids) => {
      const operands = ids.map((id) => tensors[id]!);
      const flags = ids.map((id) => active[id]!);
      const path = joinPath(outer, operation.path);
      const hasRule = primitive.pullback ?? primitive.gradient;
      const isActive =
        flags.includes(true) &&
        typesOf(body, operation.outputs).some(({ dtype }) => isFloat(dtype));
      if (isActive && !hasRule)
        return forward(lowering(primitive, operands, params, "gradient rule"), ids, path);
      const pullback = withPath(operands, path, (): Pullback => {
        const call = { inputs: operands, needed: flags, params };
        if (isActive && primitive.pullback) return primitive.pullback(call);
        const outputs = apply(primitive, operands, params);
        return {
          outputs,
          back: (cotangents) => primitive.gradient!({ ...call, outputs, cotangents }),
        };
      });
      const outputs = pullback.outputs.map((output) => {
        active.push(isActive && isFloat(output.dtype));
        return tensors.push(output) - 1;
      });
      if (isActive)
        steps.push({ name: primitive.name, path, operands, pullback, inputs: ids, outputs });
      return outputs;
    });

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
      const { name, operands, inputs: ids } = step;
      withPath([...operands, ...present], joinPath("backward", step.path), () =>
        step.pullback.back(received).forEach((cotangent, i) => {
          const operand = operands[i]!;
          check(
            !cotangent || sameType(cotangent, operand),
            () =>
              `the gradient rule of ${name} returned ${showType(cotangent!)} for input ${i}, expected ${showType(operand)}`,
          );
          accumulate(ids[i]!, cotangent);
        }),
      );
    }
    return inputIds.map((id) => sums[id]);
  };
  return { outputs: outputIds.map((id) => tensors[id]!), back };
}

/** Cotangents with zeros in place of `undefined`, for rules that have no use for the difference. */
export function withZeros(
  cotangents: readonly (Tensor | undefined)[],
  like: readonly TensorType[],
): Tensor[] {
  return like.map((type, i) => cotangents[i] ?? zerosLike(type));
}
