import { kernelName, sizeOf, type Program } from "@nn/core";
import { copyAll } from "./elementwise.ts";
import type { Bound, Step } from "./kernel.ts";
import { kernels } from "./kernels.ts";
import { isAlias, liveness } from "./liveness.ts";
import type { MemoryPlan } from "./memory.ts";
import { newData, Value, type Slot } from "./value.ts";

/** Constants of up to this many elements are computed once, and kept. */
const CONSTANT_LIMIT = 1 << 16;

/**
 * Gives every value of a program a slot, and collects the steps of its operations. Inputs are in the given slots, which
 * are written to only where a target is one of them. An output is left in its target, or anywhere if it has none.
 */
export function bind(
  plan: MemoryPlan,
  program: Program,
  inputs: readonly Slot[],
  targets: readonly (Slot | undefined)[],
): Bound {
  const { types, operations } = program;
  const { root, lastUse } = liveness(program);
  const values: Value[] = [];
  const define = (id: number, slot: Slot): Value => (values[id] = new Value(types[id]!, slot));
  program.inputs.forEach((id, i) => define(id, inputs[i]!));

  const targetOf = new Map<number, Slot>();
  program.outputs.forEach((id, i) => {
    const target = targets[i];
    if (target && !targetOf.has(root(id))) targetOf.set(root(id), target);
  });

  /** Slots of values that are needed only for a while. */
  const own = new Set<Slot>();
  const constants = new Set<Slot>();
  const steps: Step[] = [];

  operations.forEach((operation, at) => {
    const given = operation.inputs.map((id) => values[id]!);
    if (isAlias(operation)) {
      define(operation.outputs[0]!, given[0]!.slot);
      return;
    }
    const isConstant =
      given.every(({ slot }) => constants.has(slot)) &&
      operation.outputs.every(
        (id) => !targetOf.has(id) && sizeOf(types[id]!.shape) <= CONSTANT_LIMIT,
      );
    const outputs = operation.outputs.map((id) => {
      let slot = targetOf.get(id);
      if (isConstant) constants.add((slot = { data: newData(types[id]!) }));
      else if (!slot) own.add((slot = plan.allocate(types[id]!)));
      return define(id, slot);
    });
    const step = plan.scope(() =>
      kernels[kernelName(operation.primitive)]!({
        inputs: given as never,
        outputs: outputs as never,
        params: operation.params,
        scratch: (type) => new Value(type, plan.allocate(type)),
        bind: (...body) => bind(plan, ...body),
      }),
    );
    (isConstant ? plan.constants : steps).push(step);
    for (const id of [...operation.inputs, ...operation.outputs])
      if (lastUse(id) <= at && own.delete(values[id]!.slot)) plan.free(values[id]!.slot);
  });

  const outputs = program.outputs.map((id, i) => {
    const from = values[id]!;
    const target = targets[i] ?? from.slot;
    if (target !== from.slot) steps.push(copyAll(from.size, target, from));
    return new Value(from, target);
  });
  return { steps, outputs };
}
