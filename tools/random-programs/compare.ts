import type { Backend, TypedArray } from "@nn/core";
import type { RandomProgram } from "./program.ts";

/** How far rough results may be off, relative to numbers above 1; they are made by some operations in a row. */
const tolerance = 2e-5;

/** Results of three runs in a row: no input donated, all of them, none again. */
export async function resultsOf(
  backend: Backend,
  { program, inputs }: RandomProgram,
): Promise<TypedArray[][]> {
  const { types } = program;
  const executable = backend.compile(program);
  const runs = [[], [...inputs.keys()], []].map((donated) => {
    const buffers = inputs.map((data, i) => backend.upload(data, types[program.inputs[i]!]!));
    const outputs = executable.run(buffers, donated);
    if (donated.length === 0) for (const buffer of buffers) backend.release?.(buffer);
    return outputs;
  });
  const results = await Promise.all(
    runs.map((outputs) =>
      Promise.all(outputs.map((buffer, i) => backend.read(buffer, types[program.outputs[i]!]!))),
    ),
  );
  for (const buffer of runs.flat()) backend.release?.(buffer);
  executable.release?.();
  return results;
}

/** What is wrong with results, given what they should be; every run has to give the same bits. */
export function differenceOf(
  { exact }: RandomProgram,
  runs: readonly (readonly TypedArray[])[],
  expected: readonly TypedArray[],
): string | undefined {
  const [first = []] = runs;
  for (const [i, wanted] of expected.entries()) {
    const margin = i < exact ? 0 : tolerance;
    const wrong = difference(first[i]!, wanted, (a, b) => isClose(a, b, margin));
    if (wrong) return `result ${i}, ${wrong}`;
    for (const other of runs) {
      const changed = difference(other[i]!, first[i]!, Object.is);
      if (changed) return `result ${i} of another run, ${changed}`;
    }
  }
  return undefined;
}

/** Zeros are the same whatever their sign, which is not fixed. */
function isClose(actual: number, expected: number, margin: number): boolean {
  if (actual === expected || Object.is(actual, expected)) return true;
  return Math.abs(actual - expected) <= margin * Math.max(1, Math.abs(expected));
}

function difference(
  actual: TypedArray,
  expected: TypedArray,
  isSame: (actual: number, expected: number) => boolean,
): string | undefined {
  if (actual.length !== expected.length)
    return `${actual.length} elements instead of ${expected.length}`;
  const at = expected.findIndex((wanted: number, i: number) => !isSame(actual[i]!, wanted));
  return at < 0 ? undefined : `element ${at}: ${actual[at]} instead of ${expected[at]}`;
}
