import type { Config } from "@nn/core";
import { type Columns, type Expected, namesOf, parse, type StepArguments } from "../arguments.ts";
import { type ColumnMap, each, mapNumbers, numbersOf } from "../frame/column.ts";
import { addColumns } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { isNames, refuseState } from "../state.ts";
import type { Step } from "../step.ts";

/**
 * Adds the squares of columns: of `lat` as `lat_squared`.
 *
 * ```ts
 * squared(except("price", "date"));
 * ```
 */
export function squared(...columns: readonly Columns[]): Step {
  return powerStep("squared", parse("squared", columns, {}).columns, {}, "squared", squares);
}

// Some times as fast as `each`, whose calls engines cannot inline where there are several.
function squares(values: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) result[row] = values[row]! * values[row]!;
  return result;
}

/** What can be chosen for `power`. */
export interface PowerOptions {
  readonly exponent: number;
}

const exponent: Expected = [
  (value) => Number.isFinite(value) && value !== 0 && value !== 1,
  "a finite number that is neither 0 nor 1",
];

/**
 * Adds powers of columns: of `lat` to the third as `lat_power_3`.
 *
 * ```ts
 * power("sqft_lot", { exponent: 0.5 });
 * ```
 */
export function power(...args: StepArguments<PowerOptions>): Step {
  const { columns, options } = parse<PowerOptions, "exponent">("power", args, { exponent }, [
    "exponent",
  ]);
  const { exponent: by } = options;
  return powerStep(
    "power",
    columns,
    { exponent: by },
    `power_${by}`,
    each((x) => x ** by),
  );
}

function powerStep(
  name: string,
  columns: readonly Columns[],
  options: Config,
  suffix: string,
  map: ColumnMap,
): Step {
  return {
    kind: kindOf(name),
    config: { columns, ...options },
    fit: (frame) => namesOf(columns, frame),
    fitted(state) {
      refuseState(name, state, isNames(state));
      const names = state as readonly string[];
      return {
        transform: (frame) =>
          addColumns(
            frame,
            names.map((column) => ({
              name: `${column}_${suffix}`,
              from: [column],
              make() {
                const numbers = numbersOf(name, column, frame.columns.get(column)!);
                return mapNumbers(name, column, numbers, map);
              },
            })),
          ),
      };
    },
  };
}
