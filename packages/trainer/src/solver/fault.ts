import {
  add,
  apply,
  cast,
  equal,
  flatten,
  gather,
  isFloat,
  jit,
  kernelName,
  mul,
  type Program,
  replay,
  showType,
  stack,
  sum,
  type Tensor,
  type Tree,
  withPath,
} from "@nn/core";

/** Where a program's values first stopped being finite. */
export interface Fault {
  /** The layer's path, as in printouts, or a parameter's; empty for the data. */
  readonly path: string;
  /** The operation, as in `log -> f32[4,1]`. */
  readonly operation: string;
}

/** Training met a value that is not finite. Parameters and state are as they were before the chunk. */
export class FaultError extends Error {
  override name = "FaultError";
  /** The number of the step, from 1. */
  readonly step: number;
  readonly fault: Fault | undefined;

  constructor(message: string, step: number, fault: Fault | undefined) {
    super(message);
    this.step = step;
    this.fault = fault;
  }
}

/** 0 where all elements are finite, else NaN: 0 · x is NaN just where x is not finite. Integers play no part. */
export function healthOf(tensors: readonly Tensor[]): Tensor {
  return tensors
    .filter(({ dtype }) => isFloat(dtype))
    .map((x) => cast(sum(mul(x, 0)), "f32"))
    .reduce(add);
}

/**
 * Runs a program with a check behind every operation and names the first whose result is not finite. The first inputs
 * are called by `names`, as in `0/parameters/hidden/weights`, where the part behind the second stroke is the path.
 */
export async function findFault(
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
export async function badRow(data: Tree, rows: Tensor): Promise<string> {
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
