import { kernelName, sizeOf, type Operation, type Program, type TensorType } from "@nn/core";
import type { Bound, Operands, Step } from "./kernel.ts";
import { kernels } from "./kernels.ts";
import { isAlias, liveness, overwrites } from "./liveness.ts";
import type { MemoryPlan } from "./memory.ts";
import { copyAll } from "./move.ts";
import { newData, type Slot } from "./slot.ts";

/** Constants of up to this many elements are computed once, and kept. */
const CONSTANT_LIMIT = 1 << 16;

/**
 * Gives every value of a program a slot, and collects the steps of its operations. `inputs` are the slots of its
 * inputs, of which those in `owned` may be written to once they are not needed any more. An output is left in its
 * target, or anywhere where it has none.
 */
export function bind(
  program: Program,
  plan: MemoryPlan,
  inputs: readonly Slot[],
  targets: readonly (Slot | undefined)[],
  owned: readonly Slot[],
): Bound {
  const { types, operations } = program;
  const { root, lastUse } = liveness(program);
  const sizeOfValue = (id: number): number => sizeOf(types[id]!.shape);
  const slots = new Map<number, Slot>();
  const slotOf = (id: number): Slot => slots.get(root(id))!;
  program.inputs.forEach((id, i) => slots.set(id, inputs[i]!));

  const targetOf = new Map<number, Slot>();
  program.outputs.forEach((id, i) => {
    const target = targets[i];
    if (target && !slots.has(root(id)) && !targetOf.has(root(id))) targetOf.set(root(id), target);
  });

  /** Slots whose memory is this program's to use again. */
  const reusable = new Set(owned);
  const constants = new Set<number>();
  const steps: Step[] = [];

  /** The slot of an operand that is not needed any more, where the operation can leave a result. */
  const takeOver = (operation: Operation, output: number, at: number): Slot | undefined => {
    const id = operation.outputs[output]!;
    const input = operation.inputs.find((operand) => {
      const isFree = lastUse(operand) === at && reusable.has(slotOf(operand));
      if (
        !isFree ||
        types[operand]!.dtype !== types[id]!.dtype ||
        sizeOfValue(operand) !== sizeOfValue(id)
      )
        return false;
      return overwrites(operation, root(operand), output, root);
    });
    return input === undefined ? undefined : slotOf(input);
  };

  operations.forEach((operation, at) => {
    if (isAlias(operation)) return;
    const isConstant =
      operation.inputs.every((id) => constants.has(root(id))) &&
      operation.outputs.every((id) => !targetOf.has(id) && sizeOfValue(id) <= CONSTANT_LIMIT);
    operation.outputs.forEach((id, i) => {
      const { dtype } = types[id]!;
      let slot = targetOf.get(id);
      if (isConstant) {
        slot = { data: newData(dtype, sizeOfValue(id)) };
        constants.add(id);
      } else if (!slot) {
        slot = takeOver(operation, i, at) ?? plan.allocate(dtype, sizeOfValue(id));
        reusable.add(slot);
      }
      slots.set(id, slot);
    });
    const typesOf = (ids: readonly number[]): Operands<TensorType> =>
      ids.map((id) => types[id]!) as never;
    const step = plan.scope(() =>
      kernels[kernelName(operation.primitive)]!({
        inputs: operation.inputs.map(slotOf) as never,
        inputTypes: typesOf(operation.inputs),
        outputs: operation.outputs.map(slotOf) as never,
        outputTypes: typesOf(operation.outputs),
        params: operation.params,
        scratch: (dtype, length) => plan.allocate(dtype, length),
        bind: (body, ...rest) => bind(body, plan, ...rest),
      }),
    );
    (isConstant ? plan.constants : steps).push(step);

    const kept = operation.outputs.filter((id) => lastUse(id) !== undefined).map(slotOf);
    for (const id of [...operation.inputs.filter((id) => lastUse(id) === at), ...operation.outputs])
      if (!kept.includes(slotOf(id)) && reusable.delete(slotOf(id))) plan.free(slotOf(id));
  });

  const outputs = program.outputs.map((id, i) => {
    const target = targets[i];
    if (target && target !== slotOf(id)) steps.push(copyAll(target, slotOf(id), sizeOfValue(id)));
    return target ?? slotOf(id);
  });
  return { steps, outputs };
}
