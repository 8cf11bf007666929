import { apply } from "../engine/apply.ts";
import { clean, readInputs } from "../engine/clean.ts";
import { pick, stackType, typesOf } from "../engine/program.ts";
import { traceFlat, type Traced } from "../engine/trace.ts";
import { batch, withBatch } from "../engine/vectorize.ts";
import type { BatchCall, Primitive, Pruned } from "../interfaces/primitive.ts";
import type { Program } from "../interfaces/program.ts";
import type { Tensor, Tree } from "../interfaces/tensor.ts";
import { assemble, type LoopOptions, loopPrimitive, type ScanParams, traceLoop } from "./loop.ts";
import { matmul, matmulPrimitive } from "./matmul.ts";
import { scanPullback } from "./scan-gradient.ts";
import { moveAxes } from "./shape.ts";

/** A loop with a fixed number of steps; see `scan`. Backends may take it as a whole; `interpret` runs it step by step. */
const scanPrimitive: Primitive<ScanParams> = {
  ...loopPrimitive,
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
  options: LoopOptions = {},
): [C, Y] {
  const { traced, carry, slices, ...rest } = traceLoop("scan", body, initial, xs, options);
  return traced.result.rebuild(applyScan(traced, carry, slices, rest)) as [C, Y];
}

/** Applies `scan` to a traced body, whose explicit inputs are carry and slices; `trim` leaves out what it does not read. */
export function applyScan(
  traced: Traced,
  carry: readonly Tensor[],
  xs: readonly Tensor[],
  options: Required<LoopOptions>,
  trim = false,
): readonly Tensor[] {
  const { program, stacked } = hoistProjections(traced, carry.length, xs);
  const { operands, params } = assemble({ ...traced, program }, carry, stacked, options);
  // A loop that reads nothing still belongs to the backend of what it was given.
  if (!trim && stacked.length === xs.length) return apply(scanPrimitive, operands, params);
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
    const isProjection = primitive === matmulPrimitive && x && w?.shape.length === 2;
    if (!isProjection || params["transposeA"]) return true;
    stacked.push(matmul(x, w, params));
    products.push(operation.outputs[0]!);
    return false;
  });
  return {
    program: { ...program, operations, inputs: inputs.toSpliced(firstCaptured, 0, ...products) },
    stacked,
  };
}

/** Every carry becomes batched; xs keep the steps as axis 0 and have the batch as axis 1. */
function batchScan({ inputs, batched, size, params }: BatchCall<ScanParams>): readonly Tensor[] {
  const { body, captured, carry } = params;
  const first = captured + carry;
  const flags = batched.map((has, i) => has || (i >= captured && i < first));
  const types = typesOf(body, body.inputs).map((type, i) =>
    flags[i] ? stackType(type, size) : type,
  );
  const { program } = traceFlat("vectorize", (tensors) => batch(body, tensors, flags, size), types);
  const operands = inputs.map((input, i) => {
    if (!flags[i]) return input;
    return i < first ? withBatch(input, batched[i], size) : moveAxes(input, 1, 0);
  });
  return apply(scanPrimitive, operands, { ...params, body: clean(program) }).map((output, i) =>
    i < carry ? output : moveAxes(output, 1, 0),
  );
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
