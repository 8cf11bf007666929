import { type Backend, check } from "@nn/core";
import type { Experiment } from "../experiment.ts";
import { shown } from "../read/shown.ts";

/** Refuses what is not the experiment's backend, opened. */
export function checkBackend(
  caller: string,
  { backend: { kind } }: Experiment,
  backend: Backend,
): void {
  check(
    typeof backend?.executable === "function",
    () => `${caller}: expected { backend: await experiment.backend.open() }, got ${shown(backend)}`,
  );
  check(
    backend.kind === kind,
    () =>
      `${caller}: the experiment is to be computed by ${kind}, got ${backend.kind}; change the experiment, or open its own`,
  );
}
