import type { Params, TensorType } from "@nn/core";
import type { ModuleBuilder } from "../assembler/index.ts";
import type { Place, Stage, Target } from "../stage.ts";

/** A value in memory: its elements in row-major order, one behind the other, from an aligned address. */
export interface Stored extends TensorType {
  readonly place: Place;
}

/** What a kernel is told. */
export interface KernelCall {
  readonly module: ModuleBuilder;
  readonly target: Target;
  /** For the names of stages: the primitive. */
  readonly name: string;
  readonly inputs: readonly Stored[];
  readonly outputs: readonly Stored[];
  readonly params: Params;
  /** Memory that is the kernel's own while its stages run. */
  scratch(bytes: number): Place;
}

/** Computes one primitive from values in memory into others, none of which overlap. */
export type Kernel = (call: KernelCall) => readonly Stage[];
