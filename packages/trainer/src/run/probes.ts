import { check, type Probe, type Problem, showType } from "@nn/core";

/** What probes see of a step, as partial sums with their names behind `probe/`. */
export function observer(probes: readonly Probe[]): NonNullable<Problem["observe"]> {
  const names = probes.map(({ name }) => name);
  check(
    new Set(names).size === names.length,
    () => `fit: every probe needs a name of its own, got ${names.join(", ")}`,
  );
  for (const { name, every } of probes)
    check(
      Number.isSafeInteger(every) && every > 0,
      () => `fit: the probe '${name}' must be taken every so many steps, from 1, got ${every}`,
    );
  return (step) => {
    const measured = probes.map((probe) => [`probe/${probe.name}`, probe.measure(step)] as const);
    for (const [name, value] of measured)
      check(
        value.size === 1,
        () => `fit: ${name}: measure() must give one number a step, got ${showType(value)}`,
      );
    return Object.fromEntries(measured);
  };
}
