import { check, type Described } from "@nn/core";
import { kindOf } from "./kind.ts";
import { type ColumnType, typeOf } from "./frame/column.ts";
import type { Frame } from "./frame/frame.ts";
import { list, show } from "./show.ts";

/**
 * Which columns a step is for. A scope is asked when the pipeline is fitted, and sees the table as the steps before have
 * left it; later tables get the same columns.
 */
export interface Scope extends Described {
  /** Names of columns that there are. */
  names(frame: Frame): readonly string[];
}

/** The named columns. A name alone means the same: `minMax("lat")` is `minMax(only("lat"))`. */
export function only(...names: readonly string[]): Scope {
  checkNames("only", names);
  return {
    kind: kindOf("only"),
    config: { names },
    names: (frame) => there("only", frame, names),
  };
}

/** All columns, also those that steps before have added, but the named ones. */
export function except(...names: readonly string[]): Scope {
  checkNames("except", names);
  return {
    kind: kindOf("except"),
    config: { names },
    names(frame) {
      there("except", frame, names);
      return [...frame.columns.keys()].filter((name) => !names.includes(name));
    },
  };
}

/** What columns have in common. */
export interface WhereOptions {
  /** What is in them. */
  readonly type?: ColumnType;
  /** Whether a step before has added them. */
  readonly added?: boolean;
}

const types: readonly unknown[] = ["number", "string", "boolean", "date", "other"];

/**
 * The columns of a type, or those that steps have added, or have not.
 *
 * ```ts
 * squared(where({ type: "number", added: false }));
 * ```
 */
export function where(options: WhereOptions): Scope {
  const { type, added, ...others } = Object(options) as WhereOptions;
  check(
    (type !== undefined || added !== undefined) && Object.keys(others).length === 0,
    () =>
      `where: expected { type: "number" }, { added: false } or both, got ${show(options)}; nothing else can be asked for`,
  );
  check(
    type === undefined || types.includes(type),
    () => `where: type must be one of ${types.join(", ")}, got ${show(type)}`,
  );
  check(
    added === undefined || typeof added === "boolean",
    () => `where: added must be true or false, got ${show(added)}`,
  );
  return {
    kind: kindOf("where"),
    config: { type, added },
    names: ({ columns, sources }) =>
      [...columns]
        .filter(([name]) => added === undefined || sources.has(name) === added)
        .filter(([, column]) => type === undefined || typeOf(column) === type)
        .map(([name]) => name),
  };
}

/** The named columns with everything that steps before have made of them, such as `lat` and `lat_squared`. */
export function includingAdded(...names: readonly string[]): Scope {
  checkNames("includingAdded", names);
  return {
    kind: kindOf("includingAdded"),
    config: { names },
    names({ columns, sources }) {
      const isMeant = (name: string): boolean =>
        names.includes(name) || (sources.get(name)?.some((one) => names.includes(one)) ?? false);
      const meant = [...columns.keys()].filter(isMeant);
      for (const name of names)
        check(
          meant.some((one) => one === name || sources.get(one)?.includes(name)),
          () =>
            `includingAdded: there is no column '${name}', nor one made of it; there are ${list(columns.keys())}`,
        );
      return meant;
    },
  };
}

function there(place: string, { columns }: Frame, names: readonly string[]): readonly string[] {
  for (const name of names)
    check(
      columns.has(name),
      () =>
        `${place}: there is no column '${name}' at this step; there are ${list(columns.keys())}`,
    );
  return names;
}

function checkNames(place: string, names: readonly unknown[]): void {
  check(
    names.length > 0 && names.every((name) => typeof name === "string"),
    () => `${place}: expected names of columns, as in ${place}("price"), got ${show(names)}`,
  );
}
