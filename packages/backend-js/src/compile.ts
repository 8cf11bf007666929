import { clean, lower, sizeOf, type Executable, type Program } from "@nn/core";
import { bind } from "./bind.ts";
import { kernels } from "./kernels.ts";
import { liveness, takesOver } from "./liveness.ts";
import { MemoryPlan, type Arena } from "./memory.ts";
import { newData, type Data, type Slot } from "./slot.ts";

/**
 * Turns a program into a list of steps over slots. What lives between two operations has its place in the arena from
 * here on, constants are computed once, and a run allocates nothing but its outputs.
 */
export function compile(program: Program, arena: Arena): Executable {
  const lowered = clean(lower(program, (name) => name in kernels || name === "reshape"));
  const types = lowered.outputs.map((id) => lowered.types[id]!);
  const lengths = types.map(({ shape }) => sizeOf(shape));
  const plan = new MemoryPlan();
  const inputs = lowered.inputs.map(externalSlot);
  const outputs = lowered.outputs.map(externalSlot);
  const { steps } = bind(lowered, plan, inputs, outputs, []);
  const sources = chooseSources(lowered);
  let buffer: ArrayBuffer | undefined;
  return {
    run(given, donated = []) {
      if (buffer !== arena.buffer) {
        plan.attach(arena);
        buffer = arena.buffer;
      }
      inputs.forEach((slot, i) => (slot.data = given[i] as Data));
      outputs.forEach((slot, i) => {
        const source = sources[i]!;
        slot.data = donated.includes(source)
          ? (given[source] as Data)
          : newData(types[i]!.dtype, lengths[i]!);
      });
      for (let i = 0; i < steps.length; i++) steps[i]!();
      const results = outputs.map((slot) => slot.data);
      for (const slot of [...inputs, ...outputs]) slot.data = nothing;
      return results;
    },
  };
}

/** What slots of inputs and outputs hold between runs, so that they keep nobody's data alive. */
const nothing = new Float32Array(0);

function externalSlot(): Slot {
  return { data: nothing };
}

/** For each output the input whose array it may take over when that is donated, or -1. */
function chooseSources(program: Program): number[] {
  const lives = liveness(program);
  const chosen: number[] = [];
  for (const output of program.outputs.keys())
    chosen.push(
      [...program.inputs.keys()].find(
        (input) => !chosen.includes(input) && takesOver(program, lives, input, output),
      ) ?? -1,
    );
  return chosen;
}
