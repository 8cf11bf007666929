import { check } from "@nn/core";
import { checked, type Expected, wholeFrom } from "../arguments.ts";
import { takeRows } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { permutation, seed } from "../random.ts";
import { refuseState } from "../state.ts";
import type { Step } from "../step.ts";

/** How many rows `sample` takes, one of both, and which. */
export interface SampleOptions {
  readonly rows?: number;
  /** A part of all rows, above 0 and up to 1. */
  readonly share?: number;
  /** 0 by default. */
  readonly seed?: number;
}

const share: Expected = [
  (value) => Number.isFinite(value) && (value as number) > 0 && (value as number) <= 1,
  "a number above 0 and up to 1",
];

/**
 * Trains on some of the rows, chosen at random and in the order in which they were. Later tables keep all of theirs.
 *
 * ```ts
 * sample({ share: 0.1, seed: 7 });
 * ```
 */
export function sample(options: SampleOptions): Step {
  const chosen = checked<SampleOptions>("sample", options, { rows: wholeFrom(1), share, seed });
  check(
    (chosen.rows === undefined) !== (chosen.share === undefined),
    () => `sample: expected either rows or share, got ${JSON.stringify(options)}`,
  );
  return rowStep("sample", { ...chosen }, (rows) => {
    const count = Math.min(chosen.rows ?? Math.max(Math.round(rows * chosen.share!), 1), rows);
    return permutation(rows, chosen.seed ?? 0)
      .subarray(0, count)
      .toSorted();
  });
}

/** Trains on rows in a random order. Later tables keep theirs. */
export function shuffle(options: { readonly seed?: number } = {}): Step {
  const chosen = checked<{ seed?: number }>("shuffle", options, { seed });
  return rowStep("shuffle", { ...chosen }, (rows) => permutation(rows, chosen.seed ?? 0));
}

function rowStep(name: string, config: Step["config"], choose: (rows: number) => Int32Array): Step {
  return {
    kind: kindOf(name),
    config,
    fit: () => null,
    fitted(state) {
      refuseState(name, state, state === null);
      return {
        transform: (frame) => frame,
        train: (frame) => takeRows(frame, choose(frame.rows)),
      };
    },
  };
}
