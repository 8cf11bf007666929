import { check } from "@nn/core";
import { checkTexts } from "../check-options.ts";
import { show } from "../show.ts";
import type { CsvSettings } from "./options.ts";

/** A column of the file. */
export interface Named {
  readonly name: string;
  readonly index: number;
}

/** The names of columns, or a refusal at one of them. */
export function headerNames(
  { origin, names }: CsvSettings,
  width: number,
  found: readonly string[] | undefined,
  fail: (index: number, problem: string) => never,
): readonly Named[] {
  const base = found ?? Array.from({ length: width }, (_, i) => `column${i + 1}`);
  const given = typeof names === "function" ? names(base) : names;
  if (given || names) checkTexts(`${origin}: names`, given);
  if (given && given.length !== width)
    fail(0, `names has ${given.length} names, expected ${width}, as many as the line has cells`);
  const all = given ?? base;
  const first = new Map<string, number>();
  for (const [index, name] of all.entries()) {
    const out = given ? "in names" : "in the file, or with names";
    if (name === "") fail(index, `column ${index + 1} has no name; give it one ${out}`);
    // It would become the prototype of rows as objects.
    if (name === "__proto__")
      fail(index, `'__proto__' is no name for a column; give it another one ${out}`);
    const before = first.get(name);
    if (before !== undefined)
      fail(
        index,
        `columns ${before + 1} and ${index + 1} are both named ${show(name)}; rename one ${out}`,
      );
    first.set(name, index);
  }
  return all.map((name, index) => ({ name, index }));
}

/** The columns that are read. Types of columns that there are not are refused: they would have no effect. */
export function selectColumns(
  { origin, select, types }: CsvSettings,
  named: readonly Named[],
): readonly Named[] {
  const byName = new Map(named.map((one) => [one.name, one]));
  const find = (option: string, name: string): Named => {
    const found = byName.get(name);
    check(
      found,
      () =>
        `${origin}: ${option} names a column ${show(name)} that there is not; there are ` +
        `${named
          .slice(0, 20)
          .map((one) => show(one.name))
          .join(", ")}${named.length > 20 ? ", …" : ""}`,
    );
    return found;
  };
  for (const name of types.keys()) find("types", name);
  return select ? select.map((name) => find("select", name)) : named;
}
