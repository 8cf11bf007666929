import type { ProductRecorder } from "../tfjs.ts";

/** What programs are compiled for. */
export interface CompileLimits {
  /** Words that a kernel can reach as one buffer. */
  readonly segment: number;
  /** Buffers that a kernel can be bound to. */
  readonly buffers: number;
  /** Operations that may take too long for one dispatch; kernels with more of them are divided. */
  readonly long: number;
  /** How floats are stored on the way; `"f32"` unless it is given. */
  readonly storage?: "f32" | "f16" | undefined;
  /** What computes products of so many multiplications and more, if it is not up to us. */
  readonly products?: { readonly from: number; readonly record: ProductRecorder } | undefined;
}
