import type { ScanParams } from "@nn/core";
import { copy, copyAll } from "./elementwise.ts";
import { sequence, type Kernel, type Step } from "./kernel.ts";
import { canReplace, liveness } from "./liveness.ts";

/**
 * Runs the steps of the body in a loop. The carry lives in the outputs; a new one is computed in place where the body
 * allows it, and otherwise in a slot of its own whose array then changes places with the old one's. Nothing is allocated
 * while it runs.
 */
export const scan: Kernel = ({ inputs, outputs, params, scratch, bind }) => {
  const { body, captured, carry, length, reverse } = params as ScanParams;
  const lives = liveness(body);
  const first = captured + carry;
  const carried = outputs.slice(0, carry);
  const next = carried.map((value, i) =>
    canReplace(body, lives, body.inputs[captured + i]!, body.outputs[i]!)
      ? value.slot
      : scratch(value).slot,
  );
  const slices = body.inputs.slice(first).map((id) => scratch(body.types[id]!));
  const given = [...inputs.slice(0, captured), ...carried, ...slices];
  const bound = bind(
    body,
    given.map(({ slot }) => slot),
    next,
  );

  const begin = sequence(
    carried.map((value, i) => copyAll(value.size, value, inputs[captured + i]!)),
  );
  let at = 0;
  const fetch = slices.map((x, i): Step => {
    const stack = inputs[first + i]!;
    return () => copy(x.size, x.data, 0, 1, stack.data, at * x.size, 1);
  });
  const store = bound.outputs.slice(carry).map((y, i): Step => {
    const stack = outputs[carry + i]!;
    return () => copy(y.size, stack.data, at * y.size, 1, y.data, 0, 1);
  });
  const moved = carried.filter(({ slot }, i) => next[i] !== slot);
  const places = next.filter((slot, i) => slot !== carried[i]!.slot);
  const swap = sequence(
    moved.map(({ slot }, i) => () => {
      const { data } = slot;
      slot.data = places[i]!.data;
      places[i]!.data = data;
    }),
  );
  const step = sequence([...fetch, ...bound.steps, ...store, swap]);
  const finish = sequence([
    swap,
    ...moved.map((value, i) => copyAll(value.size, value, places[i]!)),
  ]);

  return () => {
    begin();
    for (let n = 0; n < length; n++) {
      at = reverse ? length - 1 - n : n;
      step();
    }
    if (length % 2) finish();
  };
};
