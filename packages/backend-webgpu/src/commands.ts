import { partsFrom } from "./compile/division.ts";
import { PART_DEPTH } from "./compile/kernel.ts";
import type { Device } from "./device.ts";
import { timeOf, type Pace } from "./meter.ts";
import type { PreparedKernel } from "./prepared.ts";
import { UNIFORM_ALIGNMENT } from "./standard.ts";

/** How much may be submitted at once, in milliseconds: watchdogs of systems end what takes a few seconds. */
const LIMIT = 250;

/** A place in a buffer, in words. */
interface Span {
  readonly buffer: GPUBuffer;
  readonly start: number;
}

/** What a run does, as it is encoded. */
export interface Commands {
  /** Dispatches a kernel; `at` are the steps of the loops that it is in, by depth. */
  dispatch(kernel: PreparedKernel, externals: GPUBindGroup | undefined, at: number[]): void;
  copy(from: Span, to: Span, words: number): void;
  /** Has to be called in the end; where there is much to do, parts of it were submitted before. */
  submit(): void;
}

/**
 * The commands of one run. What the device would take longer for than about a quarter of a second is submitted in parts,
 * kernels with more than that to do are dispatched in parts, and the order is the same.
 */
export function makeCommands(device: Device, pace: Pace): Commands {
  const { gpu, meter } = device;
  let encoder: GPUCommandEncoder | undefined;
  let pass: GPUComputePassEncoder | undefined;
  let load = { kernels: 0, work: 0 };
  const submit = (): void => {
    pass?.end();
    pass = undefined;
    if (!encoder) return;
    gpu.queue.submit([encoder.finish()]);
    encoder = undefined;
    device.submissions++;
    meter.submitted(pace, load);
    load = { kernels: 0, work: 0 };
  };
  const add = (kernels: number, work: number): void => {
    let more = { kernels: load.kernels + kernels, work: load.work + work };
    if (timeOf(pace, more) > LIMIT) {
      submit();
      more = { kernels, work };
    }
    load = more;
    encoder ??= gpu.createCommandEncoder();
  };
  return {
    dispatch({ kernel, pipeline, fixed }, externals, at) {
      const { depths, division, workgroups } = kernel;
      const encode = (size: readonly [number, number, number], work: number): void => {
        add(1, work);
        pass ??= encoder!.beginComputePass();
        pass.setPipeline(pipeline);
        const offsets = depths.map((depth) => at[depth]! * UNIFORM_ALIGNMENT);
        // In Node, an empty list takes as long as all the rest.
        if (offsets.length > 0) pass.setBindGroup(0, fixed, offsets);
        else pass.setBindGroup(0, fixed);
        if (externals) pass.setBindGroup(1, externals);
        pass.dispatchWorkgroups(...size);
        device.dispatches++;
      };
      at[PART_DEPTH] = 0;
      const most = LIMIT * pace.operationsPerMs;
      if (!division || kernel.work <= most) {
        encode(workgroups, kernel.work);
        return;
      }
      for (let first = 0; first < division.work.length;) {
        const parts = partsFrom(division, first, most);
        at[PART_DEPTH] = first;
        // Beyond its last workgroup a kernel does nothing.
        encode([parts.workgroups, 1, 1], parts.work);
        first = parts.end;
      }
    },
    copy(from, to, words) {
      add(0, words);
      pass?.end();
      pass = undefined;
      encoder!.copyBufferToBuffer(from.buffer, from.start * 4, to.buffer, to.start * 4, words * 4);
    },
    submit,
  };
}
