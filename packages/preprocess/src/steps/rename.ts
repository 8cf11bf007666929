import { check } from "@nn/core";
import type { Column } from "../frame/column.ts";
import { columnOf, type Frame } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { list, show } from "../show.ts";
import { refuseState } from "../state.ts";
import type { Step } from "../step.ts";

/**
 * Gives columns other names; they keep their places.
 *
 * ```ts
 * rename({ sqft_living: "area", long: "longitude" });
 * ```
 */
export function rename(names: { readonly [from: string]: string }): Step {
  const entries = Object.entries(Object(names) as { [from: string]: unknown });
  check(
    typeof names === "object" &&
      entries.length > 0 &&
      entries.every(([, to]) => typeof to === "string"),
    () => `rename: expected new names as in { long: "longitude" }, got ${show(names)}`,
  );
  const there = new Map(entries as [string, string][]);
  const back = new Map([...there].map(([from, to]) => [to, from]));
  check(
    back.size === there.size,
    () => `rename: two columns would be called alike: ${show(names)}`,
  );
  return {
    kind: kindOf("rename"),
    config: { names },
    fit(frame) {
      for (const name of there.keys()) columnOf("rename", frame, name);
      return null;
    },
    fitted(state) {
      refuseState("rename", state, state === null);
      return {
        transform: (frame) => renamed(frame, there),
        revert: (frame) => renamed(frame, back),
      };
    },
  };
}

function renamed(frame: Frame, names: ReadonlyMap<string, string>): Frame {
  const to = (name: string): string => names.get(name) ?? name;
  const columns = new Map<string, Column>();
  for (const [name, column] of frame.columns) {
    check(
      !columns.has(to(name)),
      () =>
        `rename: there would be two columns '${to(name)}'; there are ${list(frame.columns.keys())}`,
    );
    columns.set(to(name), column);
  }
  return {
    ...frame,
    columns,
    sources: keysRenamed(frame.sources, to),
    lacking: keysRenamed(frame.lacking, to),
  };
}

function keysRenamed<T>(map: ReadonlyMap<string, T>, to: (name: string) => string): Map<string, T> {
  return new Map([...map].map(([name, value]) => [to(name), value]));
}
