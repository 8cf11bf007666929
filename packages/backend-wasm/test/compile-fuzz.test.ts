import { js } from "@nn/backend-js";
import type { Backend, TypedArray } from "@nn/core";
import { print } from "@nn/core";
import { expect, test } from "vitest";
import { wasm } from "../src/index.ts";
import { divided } from "./divided.ts";
import { randomProgram, type RandomProgram } from "./random-programs.ts";

/** The results on a backend, with no input donated and with all of them. */
function results(backend: Backend, { program, inputs }: RandomProgram): TypedArray[][] {
  const { types } = program;
  const executable = backend.compile(program);
  const run = (donated: number[]): TypedArray[] => {
    const buffers = inputs.map((data, i) => backend.upload(data, types[program.inputs[i]!]!));
    const made = executable.run(buffers, donated);
    return made.map((buffer, i) => backend.readSync!(buffer, types[program.outputs[i]!]!).slice());
  };
  const all = [run([]), run([...inputs.keys()]), run([])];
  executable.release?.();
  return all;
}

/** Zeros without their signs, which are not fixed. */
const unsigned = (data: TypedArray): number[] => Array.from(data, (number) => number + 0);

for (const [name, seed, count, steps] of [
  ["short", 0, 60, 5],
  ["long", 1000, 12, 40],
  ["very long", 2000, 1, 400],
] as const)
  test(`${name} random programs compute what they should, donated or not, on any number of threads`, async () => {
    const reference = js();
    const alone = wasm({ threads: 1 });
    const { backend: together } = await divided({ threads: 3 });
    for (let i = 0; i < count; i++) {
      const random = randomProgram(seed + i, steps);
      const expected = results(reference, random)[0]!;
      const actual = results(alone, random);
      const what = `seed ${seed + i}\n${print(random.program)}`;
      expect(actual[0]!.map(unsigned), what).toEqual(expected.map(unsigned));
      for (const other of [...actual.slice(1), ...results(together, random)])
        expect(other, what).toEqual(actual[0]);
    }
    await together.close!();
  });
