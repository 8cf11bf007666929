import type { KindEntry, OptionTable, Role } from "./kind-table.ts";
import { kindTable } from "./table.ts";

/** What is known of a kind without its package; nothing of those of others. */
export function entryOf(kind: string): KindEntry | undefined {
  return Object.hasOwn(kindTable.kinds, kind) ? kindTable.kinds[kind] : undefined;
}

/** The role of what stands at a path inside of a config. */
export function roleAt(
  { places = {} }: OptionTable,
  path: readonly (string | number)[],
): Role | undefined {
  const fits = (pattern: string): boolean => {
    const names = pattern.split("/");
    return (
      names.length === path.length &&
      names.every((name, i) => name === "*" || name === String(path[i]))
    );
  };
  const pattern = Object.keys(places).find(fits);
  return pattern === undefined ? undefined : places[pattern];
}
