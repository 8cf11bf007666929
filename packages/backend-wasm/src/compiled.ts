import type { DType } from "@nn/core";
import type { ProfiledProgram } from "./profile.ts";

/** A value on either side of a module. */
export interface Port {
  readonly dtype: DType;
  readonly size: number;
}

/** What the compiler makes of a program, and all that the runtime knows of it. */
export interface Compiled {
  /** A module that imports a memory and exports `run(frame)`, which does this thread's part of everything. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The size of a frame, whose first slots (`frameSlots`, inputs, outputs) are the runtime's to fill. */
  readonly frameBytes: number;
  /** Scratch memory that one run needs; programs of a backend share it. */
  readonly scratchBytes: number;
  /** Data that has to be in memory, unchanged, as long as the module lives. */
  readonly constants: Uint8Array;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** By output: the input whose memory it may take over when that is donated, or -1. No input stands here twice. */
  readonly sources: readonly number[];
  /** The most threads that are worth their while; 1 for small programs. */
  readonly threads: number;
  /** For programs that are profiled: how to run them step by step instead. */
  readonly profiled?: ProfiledProgram;
}
