import { operators } from "../wgsl/operators.ts";

const others = ["reshape", "transpose", "broadcastTo", "slice", "reverse", "pad", "concat"].concat([
  "gather",
  "scatterAdd",
  "full",
  "iota",
  "sum",
  "max",
  "argMax",
  "matmul",
  "randomBits",
  "scan",
]);

/** Whether the compiler takes a primitive as it is, so that it need not be lowered. */
export function isSupported(name: string): boolean {
  return Object.hasOwn(operators, name) || others.includes(name);
}
