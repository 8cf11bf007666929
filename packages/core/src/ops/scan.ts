import { apply } from "../engine/apply.ts";
import { clean, readInputs } from "../engine/clean.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { sameType, showType } from "../engine/dtype.ts";
import { check } from "../engine/errors.ts";
import { traceFlat, typeOf, type Traced } from "../engine/trace.ts";
import { flatten } from "../engine/tree.ts";
import { batch, withBatch, type Lane } from "../engine/vectorize.ts";
import type { BatchCall, Primitive, Pruned } from "../interfaces/primitive.ts";
import type { Program } from "../interfaces/program.ts";
import type { Tensor, TensorType, Tree } from "../interfaces/tensor.ts";
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
export const scanPrimitive: Primitive<ScanParams> = {
  name: "scan",
  contract: KERNEL_CONTRACT,
  type(inputs, { body, captured, carry, length }) {
    const expected = body.inputs.map((id) => body.types[id]!);
    check(
      inputs.length === expected.length,
      () => `scan: the body takes ${expected.length} inputs, got ${inputs.length}`,
    );
    inputs.forEach((input, i) => {
      const stacked = i >= captured + carry;
      const type = stacked ? stack(expected[i]!, length) : expected[i]!;
      check(
        sameType(input, type),
        () => `scan: input ${i} should be ${showType(type)}, got ${showType(input)}`,
      );
    });
    return body.outputs.map((id, i) =>
      i < carry ? body.types[id]! : stack(body.types[id]!, length),
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
  const length = options.length ?? slices.leaves[0]?.shape[0];
  check(length !== undefined, () => "scan: without xs, pass { length }");
  slices.leaves.forEach((leaf, i) =>
    check(
      leaf.shape[0] === length,
      () =>
        `scan: xs '${slices.paths[i]}' is ${showType(leaf)}, expected ${length} slices along axis 0`,
    ),
  );
  let form: ReturnType<typeof flatten> | undefined;
  const sliceTypes = slices.leaves.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
  const traced = traceFlat(
    "the body of scan",
    (inputs) => {
      const carry = start.rebuild(inputs.slice(0, start.leaves.length)) as C;
      const x = slices.rebuild(inputs.slice(start.leaves.length)) as X;
      const [next, y] = body(carry, x);
      const after = flatten(next, "scan: the carry that the body returns");
      check(
        after.form === start.form,
        () => "scan: the body returns a carry of another form than it was given",
      );
      after.leaves.forEach((leaf, i) =>
        check(sameType(leaf, start.leaves[i]!), () => {
          const path = start.paths[i] && ` '${start.paths[i]}'`;
          return `scan: carry${path} goes in as ${showType(start.leaves[i]!)} and comes out as ${showType(leaf)}`;
        }),
      );
      form = flatten(y, "scan: the result of the body");
      return [...after.leaves, ...form.leaves];
    },
    [...start.leaves.map(typeOf), ...sliceTypes],
  );
  const outputs = applyScan(traced, start.leaves, slices.leaves, {
    length,
    reverse: options.reverse ?? false,
  });
  const carried = start.leaves.length;
  return [
    start.rebuild(outputs.slice(0, carried)) as C,
    form!.rebuild(outputs.slice(carried)) as Y,
  ];
}

/** Applies `scan` to a traced body, whose explicit inputs are carry and slices. */
export function applyScan(
  traced: Traced,
  carry: readonly Tensor[],
  xs: readonly Tensor[],
  options: { length: number; reverse: boolean },
): readonly Tensor[] {
  const { program, captured, stacked } = hoistProjections(traced, carry.length, xs, options.length);
  const explicit = carry.length + stacked.length;
  const inputs = [...program.inputs.slice(explicit), ...program.inputs.slice(0, explicit)];
  const body = clean({ ...program, inputs });
  const params = { body, captured: captured.length, carry: carry.length, ...options };
  return apply(scanPrimitive, [...captured, ...carry, ...stacked], params);
}

/** Products of a slice with a captured matrix become one product of the whole stack, before the loop. */
function hoistProjections(
  { program, captured }: Traced,
  carry: number,
  xs: readonly Tensor[],
  length: number,
): Traced & { stacked: readonly Tensor[] } {
  const firstCaptured = carry + xs.length;
  const stacked = [...xs];
  const ids = program.inputs.slice(0, firstCaptured);
  const hoisted = program.operations.filter(({ primitive, inputs, params, outputs }) => {
    const slice = program.inputs.indexOf(inputs[0]!) - carry;
    const matrix = program.inputs.indexOf(inputs[1]!) - firstCaptured;
    const x = xs[slice];
    const isProjection = primitive === matmulPrimitive && x?.shape.length === 3 && matrix >= 0;
    if (!isProjection || params["transposeA"] || captured[matrix]!.shape.length !== 2) return false;
    const [rows, columns] = [x.shape[1]!, x.shape[2]!];
    const [product] = apply(
      primitive,
      [reshape(x, [length * rows, columns]), captured[matrix]!],
      params,
    );
    stacked.push(reshape(product!, [length, rows, product!.shape[1]!]));
    ids.push(outputs[0]!);
    return true;
  });
  if (hoisted.length === 0) return { program, captured, stacked };
  const operations = program.operations.filter((operation) => !hoisted.includes(operation));
  const inputs = [...ids, ...program.inputs.slice(firstCaptured)];
  const read = readInputs({ ...program, operations, inputs });
  const isKept = (i: number): boolean => i < carry || read[i]!;
  return {
    program: { ...program, operations, inputs: inputs.filter((_, i) => isKept(i)) },
    captured: captured.filter((_, i) => isKept(ids.length + i)),
    stacked: stacked.filter((_, i) => isKept(carry + i)),
  };
}

function stack({ shape, dtype }: TensorType, length: number): TensorType {
  return { shape: [length, ...shape], dtype };
}

/** A carry becomes batched as soon as a step makes it so; xs keep the steps as axis 0 and have the batch as axis 1. */
function batchScan({ inputs, batched, size, params }: BatchCall<ScanParams>): readonly Tensor[] {
  const { body, captured, carry, length, reverse } = params;
  const flags = [...batched];
  const trace = (): { traced: Traced; after: boolean[] } => {
    let after: boolean[] = [];
    const types = body.inputs.map((id, i) => {
      const { shape, dtype } = body.types[id]!;
      return { shape: flags[i] ? [size, ...shape] : shape, dtype };
    });
    const traced = traceFlat(
      "vectorize",
      (tensors) => {
        const lanes: Lane[] = batch(
          body,
          tensors.map((tensor, i) => ({ tensor, batched: flags[i]! })),
          size,
        );
        after = lanes.map((lane) => lane.batched);
        return lanes.map(({ tensor, batched: has }, i) =>
          i >= carry || flags[captured + i] ? withBatch(tensor, has, size) : tensor,
        );
      },
      types,
    );
    return { traced, after };
  };
  let { traced, after } = trace();
  const grows = (_: unknown, i: number): boolean => after[i]! && !flags[captured + i];
  const carries = Array.from({ length: carry });
  while (carries.some(grows)) {
    carries.forEach((_, i) => (flags[captured + i] ||= after[i]!));
    ({ traced, after } = trace());
  }
  const operands = inputs.map((input, i) => {
    if (i < captured || !flags[i]) return input;
    if (i < captured + carry) return withBatch(input, batched[i], size);
    return swapLeading(input);
  });
  const outputs = apply(scanPrimitive, operands, {
    body: clean(traced.program),
    captured,
    carry,
    length,
    reverse,
  });
  return outputs.map((output, i) => {
    if (i >= carry) return swapLeading(output);
    return withBatch(output, flags[captured + i], size);
  });
}

function swapLeading(tensor: Tensor): Tensor {
  return transpose(tensor, [1, 0, ...tensor.shape.slice(2).map((_, i) => i + 2)]);
}

/** Drops outputs that nobody reads, carries that nothing else depends on, and inputs that the body then ignores. */
function pruneScan(params: ScanParams, used: readonly boolean[]): Pruned<ScanParams> | undefined {
  const { body, captured, carry } = params;
  const kept = used.map((flag) => flag);
  let read: boolean[] = [];
  for (let before = -1; before !== kept.filter(Boolean).length;) {
    before = kept.filter(Boolean).length;
    read = readInputs({ ...body, outputs: body.outputs.filter((_, i) => kept[i]) });
    for (let i = 0; i < carry; i++) kept[i] ||= read[captured + i]!;
  }
  const keeps = (i: number): boolean => {
    const isCarry = i >= captured && i < captured + carry;
    return isCarry ? kept[i - captured]! : read[i]!;
  };
  const inputs = body.inputs.flatMap((_, i) => (keeps(i) ? [i] : []));
  const outputs = body.outputs.flatMap((_, i) => (kept[i] ? [i] : []));
  if (inputs.length === body.inputs.length && outputs.length === body.outputs.length)
    return undefined;
  const trimmed = clean({
    ...body,
    inputs: inputs.map((i) => body.inputs[i]!),
    outputs: outputs.map((i) => body.outputs[i]!),
  });
  return {
    params: {
      ...params,
      body: trimmed,
      captured: inputs.filter((i) => i < captured).length,
      carry: kept.slice(0, carry).filter(Boolean).length,
    },
    inputs,
    outputs,
  };
}
