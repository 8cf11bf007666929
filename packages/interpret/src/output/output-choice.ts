import {
  argMax,
  check,
  equal,
  expandDims,
  iota,
  isFloat,
  isTensor,
  reshape,
  sameShape,
  select,
  showType,
  sum,
  type Tensor,
  type Tree,
} from "@nn/core";
import { isObject, show } from "../options.ts";

/**
 * Which output to explain: its number, the number for each row (such as its class), the one that is `"largest"` in a
 * row, or a traced function of the prediction that gives one number a row, [rows].
 */
export type OutputChoice<Out extends Tree> =
  | number
  | ArrayLike<number>
  | "largest"
  | ((prediction: Out) => Tensor);

/** How outputs are chosen within a program. */
export interface Output {
  /** The output of each row, i32[rows], where it has to be told. */
  readonly numbers: Int32Array | undefined;
  /** Whether it depends on the prediction which one is chosen. */
  readonly isRelative: boolean;
  /** The chosen output, [rows]. What is largest is told by `reference`, the prediction by default. Traced. */
  pick(prediction: Tree, numbers: Tensor | undefined, reference?: Tree): Tensor;
}

/** Checks the choice; models with a single output need none. */
export function outputOf(name: string, choice: unknown, rows: number): Output {
  if (typeof choice === "function")
    return {
      numbers: undefined,
      isRelative: false,
      pick(prediction) {
        const values: unknown = choice(prediction);
        const found = isTensor(values) ? values : undefined;
        const [own = 0] = isTensor(prediction) ? prediction.shape : (found?.shape ?? []);
        check(
          found && isFloat(found.dtype) && sameShape(found.shape, [own]),
          () =>
            `${name}: the output function must give one floating-point number a row, [${own}], got ` +
            (found ? showType(found) : show(values)),
        );
        return found;
      },
    };
  const fixed = fixedNumbers(name, choice, rows);
  return {
    numbers: typeof choice === "object" ? fixed : undefined,
    isRelative: choice === "largest",
    pick(prediction, numbers, reference = prediction) {
      const values = columnsOf(name, prediction);
      const count = values.shape[1]!;
      check(
        choice !== undefined || count === 1,
        () =>
          `${name}: the model has ${count} outputs; say which one to explain: { output: 0 }, { output: "largest" }, ` +
          "or the number of one for each row",
      );
      check(
        fixed.every((number) => number < count),
        () =>
          `${name}: output must be below ${count}, which is how many the model has, got ${Math.max(...fixed)}`,
      );
      const at = choice === "largest" ? argMax(columnsOf(name, reference), 1) : numbers;
      const isChosen = equal(iota(count), at ? expandDims(at, 1) : (fixed[0] ?? 0));
      return sum(select(isChosen, values, 0), 1);
    },
  };
}

function fixedNumbers(name: string, choice: unknown, rows: number): Int32Array {
  if (choice === undefined || choice === "largest") return new Int32Array(0);
  const given = typeof choice === "number" ? [choice] : choice;
  check(
    isObject(given) && Number.isInteger(given["length"]),
    () =>
      `${name}: output must be the number of an output, one for each row, "largest" or a function, got ${show(choice)}`,
  );
  const list = given as unknown as ArrayLike<number>;
  check(
    typeof choice === "number" || list.length === rows,
    () => `${name}: output has ${list.length} numbers for ${rows} rows`,
  );
  const numbers = Int32Array.from(list);
  const at = numbers.findIndex((number, i) => number !== list[i] || number < 0);
  check(
    at < 0,
    () =>
      `${name}: output must be a whole number from 0, got ${list[at]}${list === choice ? ` for row ${at}` : ""}`,
  );
  return numbers;
}

/** A prediction as floats[rows, outputs]. */
function columnsOf(name: string, prediction: Tree): Tensor {
  check(
    isTensor(prediction) && isFloat(prediction.dtype) && [1, 2].includes(prediction.shape.length),
    () =>
      `${name}: the prediction is ${isTensor(prediction) ? showType(prediction) : "a tree of tensors"}, expected ` +
      "[rows] or [rows, outputs]; pass a function as the output, that gives one number a row",
  );
  const [rows = 0, count = 1] = prediction.shape;
  return reshape(prediction, [rows, count]);
}
