import type { ModelFormat } from "@nn/core";
import { read } from "./read.ts";
import { write } from "./write.ts";

/**
 * The format that PyTorch's models are mostly kept in: numbers as they lie in memory, behind a header of JSON. Files are
 * opened by every reader of safetensors.
 *
 * ```ts
 * const format = safetensors();
 * const bytes = format.write({ tensors, metadata: { epochs: 5 } });
 * const { tensors, metadata } = format.read(bytes);
 * ```
 *
 * `write` gives the same bytes for the same model: tensors are sorted by type, larger numbers first, then by name, and
 * metadata by name. It leaves the model as it is.
 *
 * `read` copies: what it returns has nothing to do with the bytes any more. Files are not trusted; what is not exactly
 * as the format says is a `TensorError`, before memory is taken. Numbers of other programs become what `@nn` has: F16
 * and BF16 are read as f32, integers of 16 bits, and of more where they fit, as i32.
 *
 * Metadata are texts in a file. A value is written as its JSON, and read back as it was; a string is written as it is,
 * where that cannot be mistaken for JSON. So `format: "pt"` is what others expect.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export function safetensors(): ModelFormat {
  return { name: "safetensors", write, read };
}
