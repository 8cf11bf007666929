import { trace, type Params, type Primitive, type Tensor } from "@nn/core";
import { expectThat } from "../check.ts";
import { evaluate, lowerToBasis } from "../reference/reference.ts";
import type { Value } from "../reference/value.ts";
import { typesOf } from "./spec.ts";

const samples = [0, -0, 1, -1, 2.5, -3, 7, 1e9];

/** Folded constants and neutral operands are what clean-up replaces operations with. */
export function checkFolding<P extends Params>(primitive: Primitive<P>): void {
  const { fold, neutral, lower } = primitive;
  const number = (operands: readonly number[]): number | undefined => {
    if (!lower) return undefined;
    const inputs = operands.map((x): Value => ({
      dtype: "f64",
      shape: [],
      data: Float64Array.of(x),
    }));
    const program = lowerToBasis(trace((all: Tensor[]) => lower(all, {} as P), typesOf(inputs)));
    return evaluate(program, inputs)[0]!.data[0]!;
  };
  const count = neutral?.length ?? fold?.length ?? 0;
  for (const x of samples)
    for (let at = 0; at < count; at++) {
      const unit = neutral?.[at];
      const operands = Array.from({ length: count }, (_, i) => (i === at ? (unit ?? 2) : x));
      const actual = number(operands);
      if (actual === undefined) continue;
      expectThat(
        unit === undefined || Object.is(actual, x),
        () => `${unit} should be neutral, but ${operands} gives ${actual}`,
      );
      expectThat(
        !fold || Object.is(fold(...operands), actual),
        () => `${operands} folds to ${fold!(...operands)}, and is ${actual}`,
      );
    }
}
