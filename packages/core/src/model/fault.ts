import { isFloat, showType } from "../engine/dtype.ts";
import { kernelName } from "../engine/key.ts";
import { execute, apply } from "../engine/apply.ts";
import { clean } from "../engine/clean.ts";
import { replay } from "../engine/replay.ts";
import { traceFlat, withPath } from "../engine/trace.ts";
import type { Backend } from "../interfaces/backend.ts";
import type { Program } from "../interfaces/program.ts";
import type { Tensor } from "../interfaces/tensor.ts";
import { isFinite } from "../ops/compare.ts";
import { all } from "../ops/reduce.ts";
import { stack } from "../ops/shape.ts";

/** Where a program's values first stopped being finite. */
export interface Fault {
  /** The layer's path, as in printouts; empty for an input. */
  readonly path: string;
  /** The operation, as in `log -> f32[4,1]`. */
  readonly operation: string;
}

/** Runs a program with a check behind every operation and names the first whose result is not finite. */
export async function findFault(
  backend: Backend,
  program: Program,
  inputs: readonly Tensor[],
): Promise<Fault | undefined> {
  const faults: Fault[] = [];
  const types = program.inputs.map((id) => program.types[id]!);
  const { program: checked } = traceFlat(
    "findFault",
    (tensors) => {
      const flags: Tensor[] = [];
      const watch = (tensor: Tensor, fault: Fault): void => {
        if (!isFloat(tensor.dtype) || tensor.size === 0) return;
        flags.push(all(isFinite(tensor)));
        faults.push(fault);
      };
      tensors.forEach((tensor, i) =>
        watch(tensor, { path: "", operation: `input ${i}: ${showType(tensor)}` }),
      );
      replay(program, tensors, ({ primitive, params, path }, operands) => {
        const results = withPath(operands, path, () => apply(primitive, operands, params));
        for (const result of results)
          watch(result, { path, operation: `${kernelName(primitive)} -> ${showType(result)}` });
        return results;
      });
      return [stack(flags)];
    },
    types,
  );
  const [flags] = execute(backend, clean(checked), inputs, "findFault");
  const finite = await flags!.read();
  flags!.dispose();
  return faults[finite.indexOf(0)];
}
