import { isFloat } from "../engine/dtype.ts";
import { pullback } from "../engine/gradient.ts";
import { typesOf } from "../engine/program.ts";
import { openTrace, type Trace } from "../engine/trace.ts";
import type { GradientCall, Pullback } from "../interfaces/primitive.ts";
import type { Operation, Program } from "../interfaces/program.ts";
import type { Tensor } from "../interfaces/tensor.ts";
import { add, addPrimitive } from "./arithmetic.ts";
import { zerosLike } from "./constant.ts";
import { matmul, matmulPrimitive } from "./matmul.ts";
import { applyScan, type ScanParams } from "./scan.ts";
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
    const carried = new Set<number>();
    const received = way.outputs.map((output, i) => {
      if (!isFloat(output.dtype) || (i >= carry && !cotangents[i])) return undefined;
      const tensor = trace.input(output);
      if (i < carry) carried.add(i);
      else stacks.set(trace.lift(tensor), cotangents[i]!);
      return tensor;
    });
    const given = way.back(received);
    const carryCotangents = [...carried].map((i) => given[captured + i] ?? zerosLike(explicit[i]!));
    const products = new Map<number, Product[]>();
    const sums: { input: number; before: Tensor; after: Tensor }[] = [];
    for (let i = 0; i < captured; i++) {
      if (!given[i]) continue;
      const { factors, rest } = takeProducts(trace, step.length, given[i]!);
      products.set(i, factors);
      if (!rest) continue;
      const before = trace.input(rest);
      sums.push({ input: i, before, after: add(before, rest) });
    }
    const sliceCotangents = given.slice(firstSlice).filter((tensor) => tensor !== undefined);
    const factorIds = [...new Set([...products.values()].flat().flatMap(({ a, b }) => [a, b]))];
    const emitted = factorIds.filter((id) => !stacks.has(id));
    const carryIn = [...[...carried].map((i) => received[i]!), ...sums.map(({ before }) => before)];
    const outputs = [...carryCotangents, ...sums.map(({ after }) => after), ...sliceCotangents];
    const backward: Program = {
      types: trace.types,
      outputs: [...outputs.map(trace.lift), ...emitted],
      inputs: [...carryIn.map(trace.lift), ...stacks.keys(), ...trace.capturedIds],
      operations: [...constant, ...trace.operations.slice(step.length)],
    };
    trace.closed = true;
    const ways = applyScan(
      { program: backward, captured: trace.captured },
      [
        ...[...carried].map((i) => cotangents[i] ?? zerosLike(way.outputs[i]!)),
        ...sums.map(({ after }) => zerosLike(after)),
      ],
      [...stacks.values()],
      { length, reverse: !reverse },
      true,
    );
    let next = 0;
    const ofCarry = new Map([...carried].map((i) => [i, ways[next++]!]));
    const totals = new Map(sums.map(({ input }) => [input, ways[next++]!]));
    const ofSlices = given.slice(firstSlice).map((tensor) => tensor && ways[next++]!);
    for (const id of emitted) stacks.set(id, ways[next++]!);
    return inputs.map((_, i) => {
      if (i >= firstSlice) return ofSlices[i - firstSlice];
      if (i >= captured) return ofCarry.get(i - captured);
      const parts = (products.get(i) ?? []).map(({ a, b }) =>
        contract(stacks.get(a)!, stacks.get(b)!),
      );
      const total = totals.get(i);
      return [...(total ? [total] : []), ...parts].reduce<Tensor | undefined>(
        (sum, part) => (sum ? add(sum, part) : part),
        undefined,
      );
    });
  };
  return { outputs: results.slice(0, outputIds.length), back };
}

/** A contribution aᵀb of each step, by the numbers of its factors. */
interface Product {
  readonly a: number;
  readonly b: number;
}

/** Splits a cotangent into the products aᵀb that it is a sum of, and the rest. */
function takeProducts(
  trace: Trace,
  from: number,
  cotangent: Tensor,
): { factors: Product[]; rest: Tensor | undefined } {
  const { source } = cotangent;
  if (source.state !== "traced" || source.trace !== trace) return { factors: [], rest: cotangent };
  const producer = new Map<number, Operation>();
  for (const operation of trace.operations.slice(from))
    for (const id of operation.outputs) producer.set(id, operation);
  const factors: Product[] = [];
  const split = (id: number): boolean => {
    const operation = producer.get(id);
    const [a, b] = operation?.inputs ?? [];
    if (operation?.primitive === addPrimitive) {
      const before = factors.length;
      if (split(a!) && split(b!)) return true;
      factors.length = before;
      return false;
    }
    const { transposeA, transposeB } = operation?.params ?? {};
    const isMatrix = (operand: number): boolean => trace.types[operand]!.shape.length === 2;
    if (operation?.primitive !== matmulPrimitive || !transposeA || transposeB) return false;
    if (!isMatrix(a!) || !isMatrix(b!)) return false;
    factors.push({ a: a!, b: b! });
    return true;
  };
  return split(source.id) ? { factors, rest: undefined } : { factors: [], rest: cotangent };
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
