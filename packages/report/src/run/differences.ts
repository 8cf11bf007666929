import { isObject } from "../check.ts";
import { shorten } from "../draw/text.ts";

/** The paths at which JSON values are not all the same, as in `optimizer.rate`, each with what every value has there. */
export function differences(values: readonly unknown[]): (string | undefined)[][] {
  const found: (string | undefined)[][] = [];
  const visit = (path: string, values: readonly unknown[]): void => {
    const texts = values.map(textOf);
    if (texts.every((text) => text === texts[0])) return;
    if (!values.every(isObject) || values.some(Array.isArray) !== values.every(Array.isArray)) {
      found.push([path, ...texts.map((text) => text && shorten(text, 200))]);
      return;
    }
    const keys = [...new Set(values.flatMap((value) => Object.keys(value as object)))];
    for (const key of keys)
      visit(
        path === "" ? key : `${path}.${key}`,
        values.map((value) =>
          Object.hasOwn(value as object, key) ? (value as Record<string, unknown>)[key] : undefined,
        ),
      );
  };
  visit(
    "",
    values.map((value) => value ?? {}),
  );
  return found;
}

/** As JSON with keys in order; texts as they are. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
