import type { CompiledStage, FrameLayout, Step } from "./compile/steps.ts";

/** How much time a kernel took, over all runs. */
export interface ProfileEntry {
  /** What is computed, and for which layer: the primitives that were fused, and a path. */
  readonly name: string;
  readonly calls: number;
  readonly milliseconds: number;
}

/** What a profiled program is run from: its steps, whose functions the module exports by the names of `stageName`. */
export interface ProfiledProgram {
  readonly steps: readonly Step[];
  readonly layout: FrameLayout;
}

/** The name under which a profiled module exports a stage. */
export function stageName({ function: { index } }: CompiledStage): string {
  return `stage ${index}`;
}

/** Adds up how long kernels take. They run one by one, on one thread, which makes programs slower as a whole. */
export class Profile {
  private readonly entries = new Map<string, { calls: number; milliseconds: number }>();

  /** What was measured, the longest first. */
  list(): ProfileEntry[] {
    return [...this.entries]
      .map(([name, entry]) => ({ name, ...entry }))
      .toSorted((a, b) => b.milliseconds - a.milliseconds);
  }

  clear(): void {
    this.entries.clear();
  }

  /** Runs a program whose frame is at an address of a memory. */
  run(
    { steps, layout }: ProfiledProgram,
    exports: WebAssembly.Exports,
    memory: WebAssembly.Memory,
    frame: number,
  ): void {
    const words = new Int32Array(memory.buffer, frame);
    const tables = layout.tables / 4;
    const fill = (slot?: number): void =>
      layout.entries.forEach((entry, i) => {
        if (slot === undefined || entry.slot === slot)
          words[tables + i] = words[entry.slot]! + entry.offset;
      });
    const runAll = (list: readonly Step[]): void => {
      for (const step of list) {
        if (step.kind === "stage") {
          const { name, stage, table } = step;
          const call = exports[stageName(stage)] as (...numbers: number[]) => void;
          const begun = performance.now();
          call(frame + layout.tables + 4 * table, 0, stage.units);
          this.add(name, performance.now() - begun);
          continue;
        }
        runAll(step.before);
        for (const { slot, start } of step.slots) {
          words[slot] = words[start.slot]! + start.offset;
          fill(slot);
        }
        for (let turn = 0; turn < step.length; turn++) {
          runAll(step.body);
          for (const { slot, stride } of step.slots) {
            words[slot]! += stride;
            fill(slot);
          }
        }
      }
    };
    fill();
    runAll(steps);
  }

  private add(name: string, milliseconds: number): void {
    const entry = this.entries.get(name) ?? { calls: 0, milliseconds: 0 };
    entry.calls++;
    entry.milliseconds += milliseconds;
    this.entries.set(name, entry);
  }
}
