import type { DType, Tensor } from "@nn/core";
import type { Draw } from "./draw.ts";

/** A function of the kernel's and how to call it at random. */
export interface Entry {
  readonly name: string;
  /** Draws operands and params, and applies the function to them. */
  build(draw: Draw): Tensor | readonly Tensor[];
  /** Too long, or too large, to be a step of a random program. */
  readonly isHeavy?: boolean;
  /** Goes through many sums and differences in an order of its own: infinite operands have no one right result. */
  readonly isTame?: boolean;
  /** Contains random steps of its own. */
  readonly isNested?: boolean;
}

export const floats: readonly DType[] = ["f32", "f64"];
export const numbers: readonly DType[] = ["f32", "f64", "i32"];
export const computed: readonly DType[] = ["f32", "f64", "i32", "bool"];
export const stored: readonly DType[] = ["f32", "f64", "i32", "bool", "u8", "i8"];
