import {
  apply,
  type Chunk,
  equal,
  flatten,
  gather,
  isFloat,
  jit,
  kernelName,
  mapTree,
  type Program,
  replay,
  reshape,
  showType,
  stack,
  type Tensor,
  traceFunction,
  type Tree,
  withPath,
} from "@nn/core";
import { type Fault, FaultError } from "./fault.ts";
import type { Carry, ChunkResult, Fixed, Operands } from "./rule-solver.ts";
import { healthOf } from "./health.ts";

/** What a chunk of steps is done with. */
interface Steps {
  readonly step: (before: Carry, fixed: Fixed, operands: Operands) => Tree;
  readonly advance: (before: Carry, fixed: Fixed, operands: Operands) => ChunkResult;
  readonly operandsOf: (chunk: Chunk) => Operands;
  /** From where the chunk began. */
  readonly carry: Carry;
  readonly fixed: Fixed;
}

/** Repeats a chunk step by step from its start, to say which step went wrong, and in which layer. */
export async function explainFault(
  { rows, batchSize, progress }: Chunk,
  { step, advance, operandsOf, carry, fixed }: Steps,
): Promise<FaultError> {
  let current = carry;
  const owned: Tree[] = [];
  try {
    for (const [i, at] of progress.entries()) {
      const operands = operandsOf({
        rows: rows.subarray(i * batchSize, (i + 1) * batchSize),
        batchSize,
        progress: [at],
      });
      const result = advance(current, fixed, operands);
      owned.push(operands, result);
      if ((await result.finite.read())[0]) {
        current = result.carry;
        continue;
      }
      const [loss] = await result.losses.read();
      const single = mapTree(operands, (x) => reshape(x, x.shape.slice(1))) as Operands;
      owned.push(single);
      const args: [Carry, Fixed, Operands] = [current, fixed, single];
      const { program, captured } = traceFunction(step, args);
      const { leaves, paths } = flatten(args);
      const fault = await findFault(program, [...leaves, ...captured], paths);
      let where = fault
        ? `; the first such value comes from ${fault.operation} in '${fault.path || "the data"}'`
        : "";
      if (fault?.path === "") where += await badRow(fixed.data, single.rows);
      return new FaultError(
        `fit: step ${at.step + 1} is not finite (loss ${loss})${where}. Parameters are as they were before step ` +
          `${progress[0]!.step + 1}; lower the learning rate, clip gradients, or look at the data`,
        at.step + 1,
        fault,
      );
    }
    return new FaultError(
      "fit: a value was not finite, but not when its steps were repeated one by one",
      0,
      undefined,
    );
  } finally {
    for (const tree of owned) for (const leaf of flatten(tree).leaves) leaf.dispose();
  }
}

/**
 * Runs a program with a check behind every operation and names the first whose result is not finite. The first inputs
 * are called by `names`, as in `0/parameters/hidden/weights`, where the part behind the second stroke is the path.
 */
async function findFault(
  program: Program,
  inputs: readonly Tensor[],
  names: readonly string[],
): Promise<Fault | undefined> {
  const faults: Fault[] = [];
  const checked = jit((tensors: readonly Tensor[]) => {
    const flags: Tensor[] = [];
    const watch = (tensor: Tensor, fault: Fault): void => {
      if (!isFloat(tensor.dtype) || tensor.size === 0) return;
      flags.push(equal(healthOf([tensor]), 0));
      faults.push(fault);
    };
    tensors.forEach((tensor, i) => {
      const [, group = "captured", ...rest] = (names[i] ?? "").split("/");
      const path = group === "data" ? "" : rest.join("/") || group;
      watch(tensor, { path, operation: `${group}: ${showType(tensor)}` });
    });
    replay(program, tensors, ({ primitive, params, path }, operands) => {
      const results = withPath(operands, path, () => apply(primitive, operands, params));
      // What a layer sets to infinity on purpose, as a mask, is no fault.
      if (primitive.name === "full") return results;
      for (const result of results)
        watch(result, { path, operation: `${kernelName(primitive)} -> ${showType(result)}` });
      return results;
    });
    return stack(flags);
  });
  const flags = checked(inputs);
  const finite = await flags.read();
  flags.dispose();
  return faults[finite.indexOf(0)];
}

/** Which of these rows of the data is not finite itself, as an addition to an error message. */
async function badRow(data: Tree, rows: Tensor): Promise<string> {
  const { leaves, paths } = flatten(data);
  const numbers = await rows.read();
  for (const [i, leaf] of leaves.entries()) {
    if (!isFloat(leaf.dtype)) continue;
    const batch = gather(leaf, rows);
    const at = (await batch.read()).findIndex((value) => !Number.isFinite(value));
    batch.dispose();
    const row = numbers[Math.floor((at * rows.size) / batch.size)];
    if (at >= 0) return `; row ${row} of ${paths[i]} holds such a value`;
  }
  return "";
}
