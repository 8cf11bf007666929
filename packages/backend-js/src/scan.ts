import { sizeOf, type ScanParams } from "@nn/core";
import type { Kernel } from "./kernel.ts";
import { liveness, takesOver } from "./liveness.ts";
import { copy, copyAll } from "./move.ts";
import type { Slot } from "./slot.ts";

/** Moves one slice of a stack between the stack and the slot that stands for it in the body. */
interface Slice {
  readonly stack: Slot;
  readonly slice: Slot;
  readonly size: number;
}

/**
 * Runs the steps of the body in a loop. The carry lives in the output slots; a new one is computed in place where the
 * body allows it, and otherwise in a slot of its own whose array then changes places with the old one's. Nothing is
 * allocated while it runs.
 */
export const scan: Kernel = ({ inputs, outputs, params, scratch, bind }) => {
  const { body, captured, carry, length, reverse } = params as ScanParams;
  const typeOf = (id: number) => body.types[id]!;
  const sizeOfValue = (id: number): number => sizeOf(typeOf(id).shape);
  const newSlot = (id: number): Slot => scratch(typeOf(id).dtype, sizeOfValue(id));
  const first = captured + carry;

  const carried = outputs.slice(0, carry);
  const begin = carried.map((slot, i) =>
    copyAll(slot, inputs[captured + i]!, sizeOfValue(body.outputs[i]!)),
  );
  const lives = liveness(body);
  const next = carried.map((slot, i) =>
    takesOver(body, lives, captured + i, i) ? slot : newSlot(body.outputs[i]!),
  );
  const xs = body.inputs.slice(first).map((id, i): Slice => ({
    stack: inputs[first + i]!,
    slice: newSlot(id),
    size: sizeOfValue(id),
  }));
  const slices = xs.map(({ slice }) => slice);
  const bound = bind(body, [...inputs.slice(0, captured), ...carried, ...slices], next, slices);
  const ys = body.outputs.slice(carry).map((id, i): Slice => ({
    stack: outputs[carry + i]!,
    slice: bound.outputs[carry + i]!,
    size: sizeOfValue(id),
  }));
  const { steps } = bound;
  const swapped = carried.flatMap((slot, i) =>
    next[i] === slot ? [] : [{ old: slot, new: next[i]! }],
  );

  const swap = (): void => {
    for (let i = 0; i < swapped.length; i++) {
      const pair = swapped[i]!;
      const { data } = pair.old;
      pair.old.data = pair.new.data;
      pair.new.data = data;
    }
  };

  return () => {
    for (let i = 0; i < begin.length; i++) begin[i]!();
    for (let n = 0; n < length; n++) {
      const at = reverse ? length - 1 - n : n;
      for (let i = 0; i < xs.length; i++) {
        const { stack, slice, size } = xs[i]!;
        copy(slice.data, 0, 1, stack.data, at * size, 1, size);
      }
      for (let i = 0; i < steps.length; i++) steps[i]!();
      for (let i = 0; i < ys.length; i++) {
        const { stack, slice, size } = ys[i]!;
        copy(stack.data, at * size, 1, slice.data, 0, 1, size);
      }
      swap();
    }
    if (length % 2 === 0) return;
    swap();
    for (let i = 0; i < swapped.length; i++) swapped[i]!.old.data.set(swapped[i]!.new.data);
  };
};
