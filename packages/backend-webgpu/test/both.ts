import { jit, tensor, type Backend, type Tensor } from "@nn/core";
import { afterAll } from "vitest";
import { openBackend } from "../src/webgpu.ts";
import { open } from "./open.ts";
import { random } from "./reference.ts";

/** Multiples of 1/64 from -2 to 2: sums of a few of their products are exact in f32, in any order. */
function fractions(seed: number, size: number): Float32Array {
  const next = random(seed);
  return Float32Array.from({ length: size }, () => Math.round((next() * 4 - 2) * 64) / 64);
}

function numbers(on: Backend, seed: number, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(on, fractions(seed, size), { shape });
}

/** The results of a function as one program. */
export async function resultsOf(
  on: Backend,
  fn: (...inputs: Tensor[]) => readonly Tensor[],
  shapes: readonly (readonly number[])[],
): Promise<Float32Array[]> {
  const compiled = jit(fn as (...inputs: Tensor[]) => Tensor[]);
  const results = compiled(...shapes.map((shape, i) => numbers(on, i + 1, shape)));
  return Promise.all(results.map(async (result) => (await result.read()) as Float32Array));
}

/** A backend that stores halves, one that does not, and what a function returns on each of them. */
export interface Both {
  readonly halved: Backend;
  readonly exact: Backend;
  both(
    fn: (...inputs: Tensor[]) => readonly Tensor[],
    ...shapes: readonly (readonly number[])[]
  ): Promise<[got: Float32Array[], want: Float32Array[]]>;
}

/** For all tests of a file. */
export async function openBoth(): Promise<Both> {
  const { backend: exact } = await open();
  const { backend: halved } = await openBackend({ storage: "f16" });
  afterAll(() => halved.close?.());
  return {
    halved,
    exact,
    both: async (fn, ...shapes) => [
      await resultsOf(halved, fn, shapes),
      await resultsOf(exact, fn, shapes),
    ],
  };
}
