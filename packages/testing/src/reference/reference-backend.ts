import { defineBackend, type Backend, type DType } from "@nn/core";
import { evaluate, lowerToBasis } from "./reference.ts";
import { toTyped, value, type Value } from "./value.ts";

/**
 * The reference as a backend, so that kits for layers, optimizers and primitives need no other one. It is slow: plain
 * loops over plain numbers.
 */
export function referenceBackend(options: { readonly dtypes?: readonly DType[] } = {}): Backend {
  return defineBackend({
    kind: "@nn/testing#reference",
    config: {},
    contract: 1,
    dtypes: options.dtypes ?? ["f32", "f64", "i32", "bool", "u8", "i8"],
    compile(program) {
      const lowered = lowerToBasis(program);
      return {
        run: (inputs) => evaluate(lowered, inputs as Value[]).map((output) => ({ ...output })),
      };
    },
    upload: (data, { dtype, shape }) => value(dtype, shape, data),
    read: async (buffer) => toTyped(buffer as Value),
    readSync: (buffer) => toTyped(buffer as Value),
  });
}
