import { check, type Json } from "@nn/core";
import { show } from "./show.ts";

/** What a step remembers of each of its columns, in their order. A list, as objects may reorder their keys. */
export type ByColumn<T> = readonly (readonly [name: string, value: T])[];

/** Whether a value is a list of texts. */
export function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

/** Whether a value is a list of finite numbers: of so many, if that is given. */
export function isNumbers(value: unknown, count?: number): value is readonly number[] {
  return (
    Array.isArray(value) &&
    (count === undefined || value.length === count) &&
    value.every((number) => Number.isFinite(number))
  );
}

/** Reads a state by column; each value has to pass a test. */
export function byColumn<T>(
  place: string,
  state: Json,
  isFine: (value: unknown) => value is T,
): ByColumn<T> {
  const isEntry = (entry: unknown): boolean =>
    Array.isArray(entry) && entry.length === 2 && typeof entry[0] === "string" && isFine(entry[1]);
  refuseState(place, state, Array.isArray(state) && state.every(isEntry));
  return state as unknown as ByColumn<T>;
}

/** Throws unless a state is what `fit` of a step gives. */
export function refuseState(place: string, state: unknown, isFine: boolean): void {
  check(
    isFine,
    () =>
      `${place}: ${show(state)} is not what this step remembers; the file is damaged, or not from here`,
  );
}
