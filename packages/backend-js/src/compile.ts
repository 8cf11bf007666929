import { lower, type Executable, type Program } from "@nn/core";
import { bind } from "./bind.ts";
import { sequence } from "./kernel.ts";
import { kernels } from "./kernels.ts";
import { canReplace, liveness } from "./liveness.ts";
import { MemoryPlan, type Arena } from "./memory.ts";
import { newData, type Data, type Slot } from "./value.ts";

/**
 * Turns a program into a list of steps over slots. What lives between two operations has its place in the arena from
 * here on, constants are computed once, and a run allocates nothing but its outputs.
 */
export function compile(program: Program, arena: Arena): Executable {
  const lowered = lower(program, (name) => name === "reshape" || Object.hasOwn(kernels, name));
  const plan = new MemoryPlan();
  const inputs = lowered.inputs.map(newSlot);
  const targets = lowered.outputs.map(newSlot);
  const { steps, outputs } = bind(plan, lowered, inputs, targets);
  const runAll = sequence(steps);
  let sources: readonly number[] | undefined;
  let buffer: ArrayBuffer | undefined;
  return {
    run(given, donated = []) {
      if (buffer !== arena.buffer) {
        plan.attach(arena);
        buffer = arena.buffer;
      }
      inputs.forEach((slot, i) => (slot.data = given[i] as Data));
      if (donated.length > 0) sources ??= chooseSources(lowered);
      outputs.forEach((output, i) => {
        const source = sources?.[i] ?? -1;
        targets[i]!.data = donated.includes(source) ? (given[source] as Data) : newData(output);
      });
      runAll();
      const results = targets.map(({ data }) => data);
      for (const slot of [...inputs, ...targets]) slot.data = nothing;
      return results;
    },
  };
}

/** What slots of inputs and outputs hold between runs, so that they keep nobody's data alive. */
const nothing = new Float32Array(0);

function newSlot(): Slot {
  return { data: nothing };
}

/** For each output the input whose array it may take over when that is donated, or -1. */
function chooseSources(program: Program): number[] {
  const lives = liveness(program);
  const chosen: number[] = [];
  for (const to of program.outputs)
    chosen.push(
      program.inputs.findIndex(
        (from, i) => !chosen.includes(i) && canReplace(program, lives, from, to),
      ),
    );
  return chosen;
}
