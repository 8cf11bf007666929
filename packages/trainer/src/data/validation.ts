import { type Backend, check, flatten, gather, mapTree, tensor, type Variables } from "@nn/core";
import type { Evaluation } from "../evaluate/figures.ts";
import type { DataStream } from "../stream/stream.ts";
import { isStream } from "../stream/is-stream.ts";
import type { Batch, DataSet, Resident } from "./data.ts";
import { inputTypesOf } from "./input-types.ts";
import { openSource, type Source, sourceOf, type SourceOptions, uploadChecked } from "./source.ts";
import { shuffled } from "./shuffle.ts";

/** Opens what a run trains on and what it validates on: other data, or a part of the same that is held back. */
export async function openBoth(
  data: DataSet | DataStream,
  validation: DataSet | DataStream | number,
  seed: number,
  options: SourceOptions,
): Promise<readonly [data: Source, validation: Source]> {
  if (typeof validation === "number") {
    check(
      !isStream(data),
      () => "fit: validation: no part of a stream can be held back; pass a data set or a stream",
    );
    const whole = await uploadChecked("data", data, options);
    try {
      return divide(whole, validation, seed, options.backend);
    } finally {
      whole.release();
    }
  }
  const source = await openSource("data", data, options);
  let held: Source | undefined;
  try {
    held = await openSource("validation", validation, options);
    // A stream is read anew for every evaluation.
    if (held.at) await held.release();
    const [own, other] = [source, held].map(({ tree }) =>
      JSON.stringify(inputTypesOf(tree.inputs)),
    );
    check(
      own === other,
      () => `fit: validation: expected inputs like those of the data, ${own}, got ${other}`,
    );
    return [source, held];
  } catch (error) {
    await held?.release();
    await source.release();
    throw error;
  }
}

/** Evaluates with names that say of what the figures are. */
export function validator(
  evaluate: (variables: Variables) => Promise<Evaluation>,
): (variables: Variables) => Promise<Evaluation["metrics"]> {
  return async (variables) => {
    const { loss, metrics } = await evaluate(variables);
    const named = Object.entries({ loss, ...metrics });
    return Object.fromEntries(named.map(([name, value]) => [`validation/${name}`, value]));
  };
}

/** Copies of the rows for training and of those that are held back, which are drawn as `splitRows` draws them. */
function divide(
  { tree, rows }: Resident<Batch>,
  part: number,
  seed: number,
  backend: Backend,
): readonly [data: Source, validation: Source] {
  const size = part < 1 ? Math.max(1, Math.round(part * rows)) : part;
  check(
    part > 0 && Number.isSafeInteger(size) && size < rows,
    () =>
      `fit: validation must be a fraction between 0 and 1, or a number of rows that leaves some of ${rows} for ` +
      `training, got ${part}`,
  );
  const order = shuffled(rows, seed, -1);
  const take = (numbers: Int32Array): Source => {
    const at = tensor(backend, numbers.toSorted());
    const taken = mapTree(tree, (leaf) => gather(leaf, at)) as Batch;
    at.dispose();
    const { leaves } = flatten(taken);
    const release = (): void => leaves.forEach((leaf) => leaf.dispose());
    return sourceOf({ tree: taken, rows: numbers.length, release });
  };
  return [take(order.subarray(size)), take(order.subarray(0, size))];
}
