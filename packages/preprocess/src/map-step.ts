import { check, type Config } from "@nn/core";
import { type Columns, namesOf } from "./arguments.ts";
import { type ColumnMap, knownNumbers, mapNumbers, numbersOf } from "./frame/column.ts";
import { changeColumns, columnOf, type Frame } from "./frame/frame.ts";
import { kindOf } from "./kind.ts";
import { byColumn, isNumbers } from "./state.ts";
import type { Step } from "./step.ts";

/** What makes a step of functions on columns. */
interface MapStep {
  readonly name: string;
  readonly columns: readonly Columns[];
  readonly options?: Config;
  /** What to remember of a column, from its values that are not missing; nothing by default. */
  learn?(values: Float64Array): readonly number[];
  /** Whether numbers can have been learned. */
  isFine?(learned: readonly number[]): boolean;
  map(learned: readonly number[]): ColumnMap;
  inverse?(learned: readonly number[]): ColumnMap;
}

/** A step that replaces the values of columns one by one. Missing values are not learned from, and remain missing. */
export function mapStep(options: MapStep): Step {
  const {
    name,
    columns,
    map,
    inverse,
    learn,
    isFine = (learned) => learned.length === 0,
  } = options;
  return {
    kind: kindOf(name),
    config: { columns, ...options.options },
    fit: (frame) =>
      namesOf(columns, frame).map((column) => {
        const values = numbersOf(name, column, columnOf(name, frame, column));
        // Files know no negative zero.
        const learned = learn ? learn(knownNumbers(name, column, values)).map((x) => x + 0) : [];
        check(
          isNumbers(learned) && isFine(learned),
          () => `${name}: the values of column '${column}' are too large to learn from`,
        );
        return [column, learned];
      }),
    fitted(state) {
      const learned = byColumn(
        name,
        state,
        (value): value is readonly number[] => isNumbers(value) && isFine(value),
      );
      const maps = learned.map(([column, numbers]) => [column, map(numbers)] as const);
      const transform = (frame: Frame): Frame =>
        changeColumns(frame, maps, (column, values, own) =>
          mapNumbers(name, column, numbersOf(name, column, values), own),
        );
      if (!inverse) return { transform };
      const back = learned.map(([column, numbers]) => [column, inverse(numbers)] as const);
      return {
        transform,
        revert: (frame) =>
          changeColumns(frame, back, (column, values, own) => own(numbersOf(name, column, values))),
      };
    },
  };
}
