import { check } from "@nn/core";
import type { Monitor } from "./journal.ts";

/** The figure of that name, among those of a run with these metrics. */
export function findMonitor(
  metrics: readonly Monitor[],
  isValidated: boolean,
  name: string,
): Monitor {
  const own: readonly Monitor[] = [{ name: "loss", better: "lower" }, ...metrics];
  const validated = own.map(({ name, better }) => ({ name: `validation/${name}`, better }));
  const all = isValidated ? [...own, ...validated] : own;
  const found = all.find((monitor) => monitor.name === name);
  check(
    found,
    () =>
      `fit: monitor must be the name of a figure, got '${name}'; there are ${all.map(({ name }) => name).join(", ")}`,
  );
  return { name, better: found.better };
}
