import { isFloat } from "../engine/dtype.ts";
import { pullback } from "../engine/gradient.ts";
import { typesOf } from "../engine/program.ts";
import { openTrace, type Trace } from "../engine/trace.ts";
import type { GradientCall, Pullback } from "../interfaces/primitive.ts";
import type { Operation, Program } from "../interfaces/program.ts";
import type { Tensor } from "../interfaces/tensor.ts";
import { add } from "./arithmetic.ts";
import { zerosLike } from "./constant.ts";
import type { ScanParams } from "./loop.ts";
import { matmul, matmulPrimitive } from "./matmul.ts";
import { applyScan } from "./scan.ts";
import { joinLeading } from "./shape.ts";

/**
 * The gradient of a loop is a loop in the other direction. One step and its way back are traced together; the forward
 * loop offers every value of its step as a stacked result, of which clean-up leaves those that the backward loop reads.
 * The gradient of a captured matrix that a step multiplies by once is not summed step by step: its factors are
 * stacked, and one product after the loop contracts them.
 */
export function scanPullback({
  inputs,
  needed,
  params,
}: Omit<GradientCall<ScanParams>, "outputs" | "cotangents">): Pullback {
  const { body, captured, carry, length, reverse } = params;
  const firstSlice = captured + carry;
  const types = typesOf(body, body.inputs);
  const active = types.map(
    (type, i) => isFloat(type.dtype) && ((i >= captured && i < firstSlice) || needed[i]!),
  );

  const trace = openTrace("the gradient of scan");
  const explicit = types.slice(captured).map(trace.input);
  const way = pullback(body, [...inputs.slice(0, captured), ...explicit], active);
  const explicitIds = explicit.map(trace.lift);
  const outputIds = way.outputs.map(trace.lift);
  const step = [...trace.operations];
  const constant = constantOperations(step);
  const saved = [
    ...explicitIds.slice(0, carry),
    ...step
      .filter((operation) => !constant.has(operation))
      .flatMap((operation) => operation.outputs),
  ];
  const forward: Program = {
    types: trace.types,
    inputs: [...explicitIds, ...trace.captured.map(trace.lift)],
    operations: step,
    outputs: [...outputIds, ...saved],
  };
  const results = applyScan(
    { program: forward, captured: trace.captured },
    inputs.slice(captured, firstSlice),
    inputs.slice(firstSlice),
    { length, reverse },
  );
  /** The stacked values, over all steps, of numbers of the step. */
  const stacks = new Map<number, Tensor>();
  explicitIds.slice(carry).forEach((id, i) => stacks.set(id, inputs[firstSlice + i]!));
  saved.forEach((id, i) => stacks.set(id, results[outputIds.length + i]!));

  const back = (cotangents: readonly (Tensor | undefined)[]): (Tensor | undefined)[] => {
    const received = way.outputs.map((output, i) => {
      if (!isFloat(output.dtype) || (i >= carry && !cotangents[i])) return undefined;
      const tensor = trace.input(output);
      if (i >= carry) stacks.set(trace.lift(tensor), cotangents[i]!);
      return tensor;
    });
    const given = way.back(received);
    const products: { input: number; factors: readonly number[] }[] = [];
    /** What goes from step to step: cotangents of the carry, and sums for captured values. */
    const carried: { input: number; start: Tensor; before: Tensor; after: Tensor }[] = [];
    for (let input = 0; input < captured; input++) {
      const cotangent = given[input];
      if (!cotangent) continue;
      const factors = factorsOf(trace, step.length, trace.lift(cotangent));
      if (factors) products.push({ input, factors });
      else {
        const before = trace.input(cotangent);
        carried.push({
          input,
          start: zerosLike(cotangent),
          before,
          after: add(before, cotangent),
        });
      }
    }
    received.slice(0, carry).forEach((before, i) => {
      const input = captured + i;
      if (!before) return;
      const zero = zerosLike(before);
      carried.push({ input, start: cotangents[i] ?? zero, before, after: given[input] ?? zero });
    });
    const slices = [...given.keys()].filter((input) => input >= firstSlice && given[input]);
    const emitted = new Set(
      products.flatMap(({ factors }) => factors).filter((id) => !stacks.has(id)),
    );
    const outputs = [...carried.map(({ after }) => after), ...slices.map((i) => given[i]!)];
    const backward: Program = {
      types: trace.types,
      outputs: [...outputs.map(trace.lift), ...emitted],
      inputs: [
        ...carried.map(({ before }) => trace.lift(before)),
        ...stacks.keys(),
        ...trace.captured.map(trace.lift),
      ],
      operations: [...constant, ...trace.operations.slice(step.length)],
    };
    trace.closed = true;
    const ways = applyScan(
      { program: backward, captured: trace.captured },
      carried.map(({ start }) => start),
      [...stacks.values()],
      { length, reverse: !reverse },
      true,
    );
    const gradients: (Tensor | undefined)[] = inputs.map(() => undefined);
    [...carried.map(({ input }) => input), ...slices].forEach(
      (input, i) => (gradients[input] = ways[i]),
    );
    [...emitted].forEach((id, i) => stacks.set(id, ways[outputs.length + i]!));
    for (const { input, factors } of products) {
      const [a, b] = factors.map((id) => joinLeading(stacks.get(id)!));
      gradients[input] = matmul(a!, b!, { transposeA: true });
    }
    return gradients;
  };
  return { outputs: results.slice(0, outputIds.length), back };
}

/** The factors of what operations after the first `count` compute, if it is a product aᵀb. */
function factorsOf(
  { operations, types }: Trace,
  count: number,
  id: number,
): readonly number[] | undefined {
  const product = operations.slice(count).find(({ outputs }) => outputs[0] === id);
  const { transposeA, transposeB } = product?.params ?? {};
  const isProduct = product?.primitive === matmulPrimitive && transposeA && !transposeB;
  return isProduct && product.inputs.every((factor) => types[factor]!.shape.length === 2)
    ? product.inputs
    : undefined;
}

/** Operations that depend on nothing: cheaper to repeat than to save. */
function constantOperations(operations: readonly Operation[]): Set<Operation> {
  const ids = new Set<number>();
  const found = operations.filter((operation) => {
    if (!operation.inputs.every((id) => ids.has(id))) return false;
    for (const id of operation.outputs) ids.add(id);
    return true;
  });
  return new Set(found);
}
