import { type Backend, check, isFloat, isTensor, place, showType } from "@nn/core";
import type { Batch, Resident } from "./data.ts";

/** Refuses weights that are not one number a row, from 0; in a part of something larger, none has to be above. */
export async function checkWeights(
  name: string,
  backend: Backend,
  { tree, rows }: Resident<Batch>,
  isPart: boolean,
): Promise<void> {
  const weights = tree.weights!;
  check(
    isTensor(weights) && weights.shape.length === 1 && isFloat(weights.dtype),
    () =>
      `${name}.weights: expected one floating-point number a row, [${rows}], got ` +
      `${isTensor(weights) ? showType(weights) : `{ ${Object.keys(weights)} }`}; pass Float32Array.from(weights)`,
  );
  const numbers = await (await place(backend, weights)).read();
  const at = numbers.findIndex((weight) => !(weight >= 0));
  check(
    at < 0 && (isPart || numbers.some((weight: number) => weight > 0)),
    () =>
      `${name}.weights: expected numbers from 0, one of them above, but ` +
      (at < 0 ? "all are 0" : `row ${at} has ${numbers[at]}`),
  );
}
