import {
  add,
  apply,
  definePrimitive,
  full,
  interpret,
  mul,
  reshape,
  scan,
  trace,
  type Kernel,
  type Program,
  type Tensor,
  type Tree,
  type TypedArray,
  zeros,
} from "@nn/core";
import { expect, test } from "vitest";

/** A handle of data, which other handles may share. */
interface Handle {
  readonly data: TypedArray;
}

/** Runs a program on f64 vectors, and counts the handles that are still held besides inputs and outputs. */
function run(program: Program, ...inputs: number[][]): { results: number[][]; left: number } {
  const held = new Set<Handle>();
  const hold = (data: TypedArray): Handle => {
    const handle = { data };
    held.add(handle);
    return handle;
  };
  const read = (handle: Handle): TypedArray => {
    expect(held.has(handle), "a handle is used after its release").toBe(true);
    return handle.data;
  };
  const kernel =
    (compute: (data: readonly TypedArray[], starts: number) => TypedArray): Kernel<Handle> =>
    ({ inputs: operands, params }) => {
      const starts = (params["starts"] as readonly number[] | undefined)?.[0] ?? 0;
      return hold(compute(operands.map(read), starts));
    };
  const executable = interpret<Handle>(
    {
      add: kernel(([a, b]) => a!.map((x, i) => x + b![i % b!.length]!)),
      slice: kernel(([x], start) => x!.slice(start, start + 1)),
      concat: kernel((all) => Float64Array.from(all.flatMap((x) => [...x]))),
      reshape: ({ inputs: [x] }) => x!,
      "@acme/math#both": ({ inputs: [x] }) => {
        const double = hold(read(x!).map((n) => 2 * n));
        return [double, double];
      },
      mul: () => {
        throw new Error("out of memory");
      },
    },
    {
      upload: (data) => hold(data.slice()),
      copy: (handle) => hold(read(handle)),
      release(handle) {
        expect(held.delete(handle), "a handle is released twice").toBe(true);
      },
    },
  )(program);
  const given = inputs.map((numbers) => hold(Float64Array.from(numbers)));
  let outputs: readonly Handle[] = [];
  try {
    outputs = executable.run(given) as readonly Handle[];
  } catch {
    // What a failed run leaves behind is counted as well.
  }
  executable.release?.();
  const results = outputs.map((output) => [...read(output)]);
  expect(new Set([...given, ...outputs]).size).toBe(given.length + outputs.length);
  for (const handle of [...given, ...outputs]) held.delete(handle);
  return { results, left: held.size };
}

/** Two results, for which its kernel gives one buffer. */
const both = definePrimitive({
  name: "@acme/math#both",
  contract: 1,
  type: ([a]) => [a!, a!],
});
const seven = full([], 7, "f64");

const cases: [string, (a: Tensor) => Tree, number[][]][] = [
  [
    "inputs, constants and doubles as results",
    (a) => {
      const sum = add(a, a);
      return [a, seven, sum, seven, sum, a];
    },
    [[1, 2, 3], [7], [2, 4, 6], [7], [2, 4, 6], [1, 2, 3]],
  ],
  [
    "kernels that return their operand",
    (a) => [reshape(a, [3, 1]), reshape(reshape(add(a, a), [1, 3]), [3, 1])],
    [
      [1, 2, 3],
      [2, 4, 6],
    ],
  ],
  [
    "kernels that give one buffer twice, or what nobody reads",
    (a) => {
      const [one, other] = apply(both, [a]);
      apply(both, [other!]);
      return add(add(one!, seven), other!);
    },
    [[11, 15, 19]],
  ],
  [
    "loops",
    (a) => scan((sum: Tensor, row: Tensor) => [add(sum, row), sum], seven, a),
    [[13], [7, 8, 10]],
  ],
  [
    "loops that pass on what they are given",
    (a) => scan((carry: Tensor, row: Tensor) => [carry, [row, row, carry]], seven, a),
    [[7], [1, 2, 3], [1, 2, 3], [7, 7, 7]],
  ],
  [
    "loops of no step",
    () => scan((carry: Tensor) => [carry, add(carry, seven)], seven, [], { length: 0 }),
    [[7], []],
  ],
  ["kernels that fail", (a) => [mul(add(a, a), seven), a], []],
];

test.each(cases)("releases every buffer once, and none that is used: %s", (_, fn, expected) => {
  const program = trace(fn, zeros([3], "f64"));
  expect(run(program, [1, 2, 3])).toEqual({ results: expected, left: 0 });
});
