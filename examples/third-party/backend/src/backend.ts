import { type Backend, defineBackend, interpret, type TensorType, type TypedArray } from "@nn/core";
import { Deferred } from "./deferred.ts";
import { elementwise } from "./elementwise.ts";
import { moves } from "./move.ts";
import { reductions } from "./reduce.ts";

/**
 * A backend that writes down what there is to do and does nothing before a value is read; what nobody reads is never
 * computed. Reading is asynchronous only. It holds f32, i32 and bool.
 *
 * ```ts
 * const backend = deferred();
 * const y = exp(tensor(backend, [0, 1])); // nothing is computed
 * await y.read(); // now it is
 * ```
 */
export function deferred(): Backend {
  const upload = (data: TypedArray, type: TensorType): Deferred => {
    const own = data.slice();
    return new Deferred(type, [], (result) => result.set(own));
  };
  return defineBackend({
    kind: "@acme/backend-deferred#deferred",
    config: {},
    contract: 1,
    dtypes: ["f32", "i32", "bool"],
    upload,
    read: async (buffer) => (buffer as Deferred).force().slice(),
    compile: interpret(
      { ...elementwise, ...reductions, ...moves },
      { upload, copy: (buffer) => buffer.alias() },
    ),
  });
}
