import { sizeOf } from "@nn/core";
import { integersOf } from "./constants.ts";
import type { Value } from "./graph.ts";

/** Operations that constants are made of. */
const quick = ["reshape", "transpose", "broadcastTo", "slice", "reverse", "copy", "cast"].concat(
  ["add", "sub", "mul", "maximum", "minimum", "less", "lessEqual", "equal", "and", "or", "xor"],
  ["select", "neg"],
);

/** A value, with what follows from how it is computed. */
export function valueOf(given: Omit<Value, "size" | "isConstant" | "integers">): Value {
  const { op, inputs, shape } = given;
  const isMadeOfConstants = inputs.length > 0 && inputs.every(({ isConstant }) => isConstant);
  const value: Value = {
    ...given,
    size: sizeOf(shape),
    isConstant: op === "full" || op === "iota" || (quick.includes(op) && isMadeOfConstants),
    integers: once(() => integersOf(value)),
  };
  return value;
}

/** The same result each time, made when it is asked for first. */
function once<T>(make: () => T): () => T {
  let made: { result: T } | undefined;
  return () => (made ??= { result: make() }).result;
}
