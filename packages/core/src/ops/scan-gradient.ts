import { isFloat } from "../engine/dtype.ts";
import { pullback } from "../engine/gradient.ts";
import { typesOf } from "../engine/program.ts";
import { openTrace, type Trace } from "../engine/trace.ts";
import type { GradientCall, Pullback } from "../interfaces/primitive.ts";
import type { Operation, Program } from "../interfaces/program.ts";
import type { Tensor } from "../interfaces/tensor.ts";
import { add, addPrimitive } from "./arithmetic.ts";
import { zerosLike } from "./constant.ts";
import type { ScanParams } from "./loop.ts";
import { matmul, matmulPrimitive } from "./matmul.ts";
import { applyScan } from "./scan.ts";
import { reshape } from "./shape.ts";

/**
 * The gradient of a loop is a loop in the other direction. One step and its way back are traced together; the forward
 * loop offers every value of its step as a stacked result, of which clean-up leaves those that the backward loop reads.
 * Gradients of captured matrices are not summed step by step: their factors are stacked, and one product after the
 * loop contracts them.
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
    inputs: [...explicitIds, ...trace.capturedIds],
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
    const productsOf = findProducts(trace, step.length);
    const products: { input: number; a: number; b: number }[] = [];
    /** What goes from step to step: cotangents of the carry, and sums for captured values. */
    const carried: { input: number; start: Tensor; before: Tensor; after: Tensor }[] = [];
    for (let input = 0; input < captured; input++) {
      const cotangent = given[input];
      if (!cotangent) continue;
      const factors = productsOf(trace.lift(cotangent));
      if (factors) products.push(...factors.map((product) => ({ input, ...product })));
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
    const emitted = new Set(products.flatMap(({ a, b }) => [a, b]).filter((id) => !stacks.has(id)));
    const outputs = [...carried.map(({ after }) => after), ...slices.map((i) => given[i]!)];
    const backward: Program = {
      types: trace.types,
      outputs: [...outputs.map(trace.lift), ...emitted],
      inputs: [
        ...carried.map(({ before }) => trace.lift(before)),
        ...stacks.keys(),
        ...trace.capturedIds,
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
    for (const { input, a, b } of products) {
      const sum = gradients[input];
      const product = contract(stacks.get(a)!, stacks.get(b)!);
      gradients[input] = sum ? add(sum, product) : product;
    }
    return gradients;
  };
  return { outputs: results.slice(0, outputIds.length), back };
}

/** A contribution aᵀb of each step, by the numbers of its factors. */
interface Product {
  readonly a: number;
  readonly b: number;
}

/** Splits what operations after the first `count` compute into the products aᵀb that it is a sum of, if it is one. */
function findProducts(
  { operations, types }: Trace,
  count: number,
): (id: number) => Product[] | undefined {
  const producers = new Map(
    operations
      .slice(count)
      .flatMap((operation) => operation.outputs.map((id) => [id, operation] as const)),
  );
  const split = (id: number): Product[] | undefined => {
    const { primitive, inputs = [], params } = producers.get(id) ?? {};
    const [a, b] = inputs;
    if (primitive === addPrimitive) {
      const left = split(a!);
      const right = left && split(b!);
      return right && [...left, ...right];
    }
    const isProduct =
      primitive === matmulPrimitive && params?.["transposeA"] && !params["transposeB"];
    return isProduct && inputs.every((factor) => types[factor]!.shape.length === 2)
      ? [{ a: a!, b: b! }]
      : undefined;
  };
  return split;
}

/** The sum over steps of aᵀb, as one product. */
function contract(a: Tensor, b: Tensor): Tensor {
  const flat = (x: Tensor): Tensor => reshape(x, [x.shape[0]! * x.shape[1]!, x.shape[2]!]);
  return matmul(flat(a), flat(b), { transposeA: true });
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
