import { kernelName, lower, type Operation, type Program } from "@nn/core";
import { elementwise } from "./elementwise.ts";
import type { Kernel } from "./kernel.ts";
import { nearest, type Rounding } from "./rounding.ts";
import { structural } from "./structural.ts";
import type { Value } from "./value.ts";

/** Kernels of the whole basis but `scan`, which `evaluate` runs itself. */
const kernels: { readonly [name: string]: Kernel } = { ...elementwise, ...structural };

/** The names of the basis primitives: what a backend needs kernels for. */
export const basis: readonly string[] = [...Object.keys(kernels), "scan"];

/** The same program in terms of the basis. */
export function lowerToBasis(program: Program): Program {
  return lower(program, (name) => basis.includes(name));
}

/**
 * The results of a program that consists of the basis, computed one element at a time in double precision and then
 * rounded. This is what all backends are compared with: short enough to be checked by reading it.
 */
export function evaluate(
  program: Program,
  inputs: readonly Value[],
  round: Rounding = nearest,
): Value[] {
  const values: Value[] = [];
  program.inputs.forEach((id, i) => {
    const { shape, dtype, data } = inputs[i]!;
    values[id] = { shape, dtype, data: data.map((x) => round(x, dtype, "move")) };
  });
  for (const operation of program.operations) {
    const operands = operation.inputs.map((id) => values[id]!);
    const types = operation.outputs.map((id) => program.types[id]!);
    const results =
      operation.primitive.name === "scan"
        ? scan(operation, operands, round)
        : [
            kernelOf(operation)({
              inputs: operands,
              type: types[0]!,
              params: operation.params,
              round,
            }),
          ];
    operation.outputs.forEach((id, i) => (values[id] = { ...types[i]!, data: results[i]! }));
  }
  return program.outputs.map((id) => values[id]!);
}

function kernelOf({ primitive }: Operation): Kernel {
  const kernel = kernels[kernelName(primitive)];
  if (!kernel)
    throw new Error(`the reference knows no ${kernelName(primitive)}; call lowerToBasis() first`);
  return kernel;
}

/** Runs the body step by step on slices of the stacked inputs, and stacks what it returns behind the carry. */
function scan({ params }: Operation, inputs: readonly Value[], round: Rounding): Float64Array[] {
  const { body, captured, carry, length, reverse } = params as {
    readonly body: Program;
    readonly captured: number;
    readonly carry: number;
    readonly length: number;
    readonly reverse: boolean;
  };
  let carried = inputs.slice(captured, captured + carry);
  const rows = body.outputs.slice(carry).map((): Float64Array[] => []);
  for (let step = 0; step < length; step++) {
    const at = reverse ? length - 1 - step : step;
    const slices = inputs.slice(captured + carry).map(({ shape, dtype, data }): Value => {
      const size = data.length / length;
      return { shape: shape.slice(1), dtype, data: data.subarray(at * size, (at + 1) * size) };
    });
    const results = evaluate(body, [...inputs.slice(0, captured), ...carried, ...slices], round);
    carried = results.slice(0, carry);
    results.slice(carry).forEach(({ data }, i) => (rows[i]![at] = data));
  }
  const stacked = rows.map((pieces) => Float64Array.from(pieces.flatMap((piece) => [...piece])));
  return [...carried.map(({ data }) => data), ...stacked];
}
