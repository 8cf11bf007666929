import { check, type Config } from "@nn/core";
import { type Columns, namesOf } from "./arguments.ts";
import {
  type Column,
  type ColumnMap,
  knownNumbers,
  mapNumbers,
  numbersOf,
} from "./frame/column.ts";
import { columnOf, type Frame, setColumns } from "./frame/frame.ts";
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
      if (!inverse) return { transform: (frame) => through(frame, maps, refusing) };
      const back = learned.map(([column, numbers]) => [column, inverse(numbers)] as const);
      return {
        transform: (frame) => through(frame, maps, refusing),
        revert: (frame) => through(frame, back, (_, values, one) => one(values)),
      };
    },
  };

  function refusing(column: string, values: Float64Array, one: ColumnMap): Float64Array {
    return mapNumbers(name, column, values, one);
  }

  function through(
    frame: Frame,
    maps: Iterable<readonly [column: string, map: ColumnMap]>,
    apply: (column: string, values: Float64Array, map: ColumnMap) => Float64Array,
  ): Frame {
    const changes = new Map<string, Column>();
    for (const [column, one] of maps) {
      const values = frame.columns.get(column);
      if (values) changes.set(column, apply(column, numbersOf(name, column, values), one));
    }
    return setColumns(frame, changes);
  }
}
