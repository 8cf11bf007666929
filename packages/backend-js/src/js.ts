import { defineBackend, type Backend } from "@nn/core";
import { compile } from "./compile.ts";
import type { Arena } from "./memory.ts";
import type { Data } from "./value.ts";

/**
 * The reference backend: plain JavaScript, which runs everywhere and at once. Values are ordinary arrays that the
 * garbage collector takes care of.
 *
 * ```ts
 * const backend = js();
 * add(tensor(backend, [1, 2]), 1).readSync(); // Float32Array [2, 3]
 * ```
 */
export function js(): Backend {
  const arena: Arena = { buffer: new ArrayBuffer(0) };
  const readSync: NonNullable<Backend["readSync"]> = (buffer, { dtype }) => {
    const data = (buffer as Data).slice();
    return dtype === "i8" ? new Int8Array(data.buffer) : data;
  };
  return defineBackend({
    kind: "@nn/backend-js#js",
    config: {},
    contract: 1,
    dtypes: ["f32", "f64", "i32", "bool", "u8", "i8"],
    compile: (program) => compile(program, arena),
    upload(data, { dtype }) {
      const copy = data.slice();
      return dtype === "i8" ? new Uint8Array(copy.buffer) : copy;
    },
    read: async (buffer, type) => readSync(buffer, type),
    readSync,
  });
}
