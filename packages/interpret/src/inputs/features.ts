import { check, flatten, type Tree } from "@nn/core";
import { isObject, list, show } from "../options.ts";

/** Columns that are shuffled together, under a name; columns by their names or numbers. */
export type Groups = { readonly [name: string]: readonly (string | number)[] };

/** What importance is found for: one column, or several that belong together. */
export interface Feature {
  readonly name: string;
  /** The numbers of its columns. */
  readonly columns: readonly number[];
}

/**
 * The names of the columns of a model's inputs: those given, else those stored with it, else numbers, where there are
 * several inputs behind the input's path. A column is a place along the last axis of an input; an input of single numbers
 * is one.
 */
export function columnNames(
  name: string,
  inputs: Tree,
  given: readonly string[] | undefined,
  stored: readonly string[] | undefined,
): readonly string[] {
  const { leaves, paths } = flatten(inputs, name);
  const own = leaves.flatMap(({ shape }, i) => {
    const path = paths[i]!;
    if (shape.length === 1) return [path || "0"];
    return Array.from({ length: shape.at(-1)! }, (_, at) => (path ? `${path}/${at}` : String(at)));
  });
  if (given === undefined) return stored?.length === own.length ? stored : own;
  check(
    Array.isArray(given) && given.every((each) => typeof each === "string"),
    () => `${name}: names must be a list of strings, got ${show(given)}`,
  );
  check(
    given.length === own.length,
    () =>
      `${name}: names must be those of the ${own.length} columns of the inputs, got ${given.length}`,
  );
  const twice = given.find((each, i) => given.indexOf(each) !== i);
  check(
    twice === undefined,
    () => `${name}: names has '${twice}' twice; give every column one of its own`,
  );
  return given;
}

/** The number of a column that is given by its name or number. */
export function columnAt(path: string, names: readonly string[], column: unknown): number {
  const at = typeof column === "number" ? column : names.indexOf(column as string);
  check(
    Number.isInteger(at) && at >= 0 && at < names.length,
    () => `${path}: there is no column ${show(column)}; there are ${list(names)}`,
  );
  return at;
}

/** What to shuffle: the groups, and every column (or every one asked for) that is in none. */
export function featuresOf(
  name: string,
  names: readonly string[],
  groups: Groups = {},
  only?: readonly (string | number)[],
): readonly Feature[] {
  check(
    isObject(groups) && !Array.isArray(groups),
    () => `${name}: groups must be lists of columns by name, got ${show(groups)}`,
  );
  const owners = new Map<number, string>();
  const grouped = Object.entries(groups).map(([group, members]) => {
    const path = `${name}: groups.${group}`;
    check(
      Array.isArray(members) && members.length > 0,
      () => `${path}: expected a list of columns, got ${show(members)}`,
    );
    const columns = [...new Set(members.map((member) => columnAt(path, names, member)))];
    for (const column of columns) {
      const owner = owners.get(column);
      check(
        owner === undefined,
        () =>
          `${path}: column '${names[column]}' is in '${owner}' already; a column belongs to one group`,
      );
      owners.set(column, group);
    }
    return { name: group, columns };
  });
  check(
    only === undefined || (Array.isArray(only) && only.length > 0),
    () => `${name}: features must be a list of columns, got ${show(only)}`,
  );
  const wanted = only?.map((column) => columnAt(`${name}: features`, names, column));
  const single = [...new Set(wanted ?? names.keys())].filter((column) => !owners.has(column));
  const features = [
    ...grouped,
    ...single.map((column) => ({ name: names[column]!, columns: [column] })),
  ];
  const twice = grouped.find((group) =>
    features.some((other) => other !== group && other.name === group.name),
  );
  check(
    !twice,
    () =>
      `${name}: groups: '${twice!.name}' is the name of another column, too; call the group something else`,
  );
  return features;
}
