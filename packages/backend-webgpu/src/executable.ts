import { sizeOf, type Executable, type Program } from "@nn/core";
import { makeCommands } from "./commands.ts";
import type { Compiled, Step } from "./compile/index.ts";
import type { Place } from "./compile/memory/memory.ts";
import type { Device, DeviceBuffer } from "./device.ts";
import { prepare } from "./prepared.ts";

/** Runs a compiled program: encodes its kernels and copies, and submits them. */
export function executableOf(device: Device, compiled: Compiled, program: Program): Executable {
  const { steps } = compiled;
  const { scratch } = device;
  const prepared = prepare(device, compiled);
  const pace = device.meter.newPace();
  const outputWords = program.outputs.map((id) => sizeOf(program.types[id]!.shape));
  const { late, returned } = lateOutputs(steps);

  /** Buffers of the outputs; some of them take over the memory of inputs that are given away. */
  const outputsOf = (free: DeviceBuffer[]): DeviceBuffer[] =>
    outputWords.map((size, i) => {
      const heir = late.has(i) ? free.findIndex(({ words }) => words === size) : -1;
      return heir < 0 ? device.allocate(size) : device.takeOver(free.splice(heir, 1)[0]!);
    });

  return {
    run(given, donated = []) {
      device.health.check();
      const kernels = prepared.kernels();
      const inputs = given as readonly DeviceBuffer[];
      const outputs = outputsOf(donated.filter((i) => !returned.has(i)).map((i) => inputs[i]!));
      const externals = { input: inputs, output: outputs };
      const groups = kernels.map(({ groupOf }) =>
        groupOf(({ buffer, index }) => externals[buffer][index]!.memory),
      );
      const spanOf = ({ buffer, index, offset }: Place) =>
        buffer === "scratch"
          ? {
              buffer: scratch.buffers[Math.floor(offset / scratch.segment)]!,
              start: offset % scratch.segment,
            }
          : { buffer: externals[buffer][index]!.memory.buffer, start: offset };
      const commands = makeCommands(device, pace);
      /** The steps of the loops around, by depth. */
      const at: number[] = [];
      const encode = (all: readonly Step[]): void => {
        for (const step of all)
          if (step.kind === "kernel")
            commands.dispatch(kernels[step.index]!, groups[step.index], at);
          else if (step.kind === "copy")
            commands.copy(spanOf(step.from), spanOf(step.to), step.words);
          else
            for (let i = 0; i < step.length; i++) {
              at[step.depth] = step.reverse ? step.length - 1 - i : i;
              encode(step.steps);
            }
      };
      encode(steps);
      commands.submit();
      for (const i of donated) device.release(inputs[i]!);
      return outputs.map((buffer) => device.releaseWhenCollected(buffer));
    },
    release: prepared.release,
  };
}

/** Outputs that are written last of all, to where a donated input was, and inputs that are still read then. */
function lateOutputs(steps: readonly Step[]): { late: Set<number>; returned: Set<number> } {
  const late = new Set<number>();
  const returned = new Set<number>();
  for (const step of steps)
    if (step.kind === "copy" && step.to.buffer === "output") {
      late.add(step.to.index);
      if (step.from.buffer === "input") returned.add(step.from.index);
    }
  return { late, returned };
}
