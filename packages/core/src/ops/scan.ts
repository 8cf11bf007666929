import { apply } from "../engine/apply.ts";
import { clean, readInputs } from "../engine/clean.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { sameType, showType } from "../engine/dtype.ts";
import { check } from "../engine/errors.ts";
import { pick, sliceType, stackType, typesOf } from "../engine/program.ts";
import { traceFlat, type Traced } from "../engine/trace.ts";
import { traceFunction } from "../engine/transforms.ts";
import { flatten } from "../engine/tree.ts";
import { batchLanes, withBatch, type Lane } from "../engine/vectorize.ts";
import type { BatchCall, Primitive, Pruned } from "../interfaces/primitive.ts";
import type { Program } from "../interfaces/program.ts";
import type { Tensor, Tree } from "../interfaces/tensor.ts";
import { zerosLike } from "./constant.ts";
import { matmulPrimitive } from "./matmul.ts";
import { scanPullback } from "./scan-gradient.ts";
import { reshape, transpose } from "./shape.ts";

/**
 * Inputs: what the body captures, the carry, the stacked xs; outputs: the last carry, the stacked ys. The body takes
 * the captured values, carry and one slice of each xs, and returns the next carry and one slice of each ys. Step i
 * reads and writes slice i, or `length - 1 - i` where `reverse` is set.
 */
export type ScanParams = {
  readonly body: Program;
  readonly captured: number;
  readonly carry: number;
  readonly length: number;
  readonly reverse: boolean;
};

/** A loop with a fixed number of steps; see `scan`. Backends may take it as a whole; `interpret` runs it step by step. */
const scanPrimitive: Primitive<ScanParams> = {
  name: "scan",
  contract: KERNEL_CONTRACT,
  type(inputs, { body, captured, carry, length }) {
    const expected = typesOf(body, body.inputs);
    check(
      inputs.length === expected.length,
      () => `scan: the body takes ${expected.length} inputs, got ${inputs.length}`,
    );
    inputs.forEach((input, i) => {
      const type = i < captured + carry ? expected[i]! : stackType(expected[i]!, length);
      check(
        sameType(input, type),
        () => `scan: input ${i} should be ${showType(type)}, got ${showType(input)}`,
      );
    });
    return typesOf(body, body.outputs).map((type, i) =>
      i < carry ? type : stackType(type, length),
    );
  },
  pullback: scanPullback,
  batch: batchScan,
  prune: pruneScan,
};

/**
 * Runs `body` once for every slice of `xs` along axis 0, passing `carry` from step to step; returns the last carry and
 * the stacked results. The program has one copy of the body, whatever the number of steps.
 *
 * ```ts
 * const [total, sums] = scan((sum, x) => [add(sum, x), add(sum, x)], zeros([]), x); // sums are the running sums
 * ```
 */
export function scan<C extends Tree, X extends Tree, Y extends Tree>(
  body: (carry: C, x: X) => readonly [C, Y],
  initial: C,
  xs: X,
  options: { length?: number; reverse?: boolean } = {},
): [C, Y] {
  const start = flatten(initial, "scan: the initial carry");
  const slices = flatten(xs, "scan: xs");
  const { reverse = false, length = slices.leaves[0]?.shape[0] } = options;
  check(
    length !== undefined && Number.isInteger(length) && length >= 0,
    () => `scan: without xs, pass { length }, a whole number from 0; got ${length}`,
  );
  const first = slices.leaves.map((leaf, i) => {
    check(
      leaf.shape[0] === length,
      () =>
        `scan: xs '${slices.paths[i]}' is ${showType(leaf)}, expected ${length} slices along axis 0`,
    );
    return zerosLike(sliceType(leaf));
  });
  const traced = traceFunction(body, [initial, slices.rebuild(first) as X]);
  const { types, outputs } = traced.program;
  check(
    traced.result.form.startsWith(`[${start.form},`),
    () => "scan: the body must return [carry, y], with a carry of the form that it was given",
  );
  start.leaves.forEach((leaf, i) => {
    const after = types[outputs[i]!]!;
    const path = start.paths[i];
    check(
      sameType(leaf, after),
      () =>
        `scan: carry${path && ` '${path}'`} goes in as ${showType(leaf)} and comes out as ${showType(after)}`,
    );
  });
  const results = applyScan(traced, start.leaves, slices.leaves, { length, reverse });
  return traced.result.rebuild(results) as [C, Y];
}

/** Applies `scan` to a traced body, whose explicit inputs are carry and slices; `trim` leaves out what it does not read. */
export function applyScan(
  traced: Traced,
  carry: readonly Tensor[],
  xs: readonly Tensor[],
  options: { length: number; reverse: boolean },
  trim = false,
): readonly Tensor[] {
  const { program, stacked } = hoistProjections(traced, carry.length, xs, options.length);
  const explicit = carry.length + stacked.length;
  const inputs = [...program.inputs.slice(explicit), ...program.inputs.slice(0, explicit)];
  const operands = [...traced.captured, ...carry, ...stacked];
  const params = {
    body: clean({ ...program, inputs }),
    captured: traced.captured.length,
    carry: carry.length,
    ...options,
  };
  const isHoisted = stacked.length > xs.length;
  if (!trim && !isHoisted) return apply(scanPrimitive, operands, params);
  const pruned = pruneScan(
    params,
    program.outputs.map(() => true),
  );
  return apply(
    scanPrimitive,
    pruned.inputs.map((i) => operands[i]!),
    pruned.params,
  );
}

/** Products of a slice with a captured matrix become one product of the whole stack, before the loop. */
function hoistProjections(
  { program, captured }: Traced,
  carry: number,
  xs: readonly Tensor[],
  length: number,
): { program: Program; stacked: readonly Tensor[] } {
  const { inputs } = program;
  const firstCaptured = carry + xs.length;
  const stacked = [...xs];
  const products: number[] = [];
  const operations = program.operations.filter((operation) => {
    const { primitive, params } = operation;
    const [slice, matrix] = operation.inputs.map((id) => inputs.indexOf(id));
    const x = xs[slice! - carry];
    const w = captured[matrix! - firstCaptured];
    const isProjection =
      primitive === matmulPrimitive && x?.shape.length === 3 && w?.shape.length === 2;
    if (!isProjection || params["transposeA"]) return true;
    const [, rows, columns] = x.shape;
    const [product] = apply(primitive, [reshape(x, [length * rows!, columns!]), w], params);
    stacked.push(reshape(product!, [length, rows!, product!.shape[1]!]));
    products.push(operation.outputs[0]!);
    return false;
  });
  return {
    program: { ...program, operations, inputs: inputs.toSpliced(firstCaptured, 0, ...products) },
    stacked,
  };
}

/** A carry becomes batched as soon as a step makes it so; xs keep the steps as axis 0 and have the batch as axis 1. */
function batchScan(call: BatchCall<ScanParams>): readonly Tensor[] {
  const { inputs, batched, size, params } = call;
  const { body, captured, carry } = params;
  const isCarry = (i: number): boolean => i >= captured && i < captured + carry;
  const types = typesOf(body, body.inputs).map((type, i) =>
    batched[i] ? stackType(type, size) : type,
  );
  let lanes: readonly Lane[] = [];
  const { program } = traceFlat(
    "vectorize",
    (tensors) => {
      lanes = batchLanes(body, tensors, batched, size);
      return lanes.map((lane, i) =>
        i >= carry || batched[captured + i]
          ? withBatch(lane.tensor, lane.batched, size)
          : lane.tensor,
      );
    },
    types,
  );
  const grown = batched.map((has, i) => has || (isCarry(i) && lanes[i - captured]!.batched));
  if (grown.some((has, i) => has && !batched[i])) {
    const wider = inputs.map((input, i) =>
      isCarry(i) && grown[i] ? withBatch(input, batched[i], size) : input,
    );
    return batchScan({ ...call, inputs: wider, batched: grown });
  }
  const operands = inputs.map((input, i) =>
    i >= captured + carry && batched[i] ? swapLeading(input) : input,
  );
  return apply(scanPrimitive, operands, { ...params, body: clean(program) }).map((output, i) =>
    i < carry ? withBatch(output, batched[captured + i], size) : swapLeading(output),
  );
}

function swapLeading(tensor: Tensor): Tensor {
  return transpose(tensor, [1, 0, ...tensor.shape.slice(2).map((_, i) => i + 2)]);
}

/** Drops outputs that nobody reads, carries that nothing else depends on, and inputs that the body then ignores. */
function pruneScan(params: ScanParams, used: readonly boolean[]): Pruned<ScanParams> {
  const { body, captured, carry } = params;
  const read = readInputs({ ...body, outputs: pick(body.outputs, used) });
  const kept = used.map((flag, i) => flag || (i < carry && read[captured + i]!));
  if (kept.some((flag, i) => flag !== used[i])) return pruneScan(params, kept);
  const ofCaptured = read.slice(0, captured);
  const ofCarry = kept.slice(0, carry);
  const flags = [...ofCaptured, ...ofCarry, ...read.slice(captured + carry)];
  return {
    params: {
      ...params,
      body: clean({
        ...body,
        inputs: pick(body.inputs, flags),
        outputs: pick(body.outputs, kept),
      }),
      captured: pick(ofCaptured, ofCaptured).length,
      carry: pick(ofCarry, ofCarry).length,
    },
    inputs: pick([...flags.keys()], flags),
    outputs: pick([...kept.keys()], kept),
  };
}
