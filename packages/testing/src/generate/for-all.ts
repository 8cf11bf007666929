import * as fc from "fast-check";
import { messageOf, type Outcome } from "../check.ts";
import { sampling } from "../environment.ts";
import { hashText } from "./choices.ts";

/** How long one check may generate cases, in milliseconds; what is left then is reported as not tested. */
const TIME_LIMIT = 100_000;

/**
 * Tests generated values. `test` rejects where one is wrong, and returns a reason where it cannot be tested. A wrong one
 * is made as small as possible before it is shown.
 */
export async function forAll<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  usualRuns: number,
  test: (value: T) => Promise<string | void>,
  show: (value: T) => string,
): Promise<Outcome> {
  const { seed, factor } = sampling();
  const runs = Math.max(1, Math.round(usualRuns * factor));
  const reasons = new Map<string, number>();
  const property = fc.asyncProperty(arbitrary, async (value) => {
    const reason = await test(value);
    if (reason) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  });
  const details = await fc.check(property, {
    numRuns: runs,
    seed: (seed ^ hashText(name)) | 0,
    interruptAfterTimeLimit: TIME_LIMIT,
  });
  if (details.counterexample) {
    const [value] = details.counterexample;
    throw new Error(
      `${messageOf(details.errorInstance)}\n\nin this case, the smallest that was found in ` +
        `${details.numShrinks} steps:\n${shown(show, value)}\n\nrun again with NN_SEED=${seed}`,
    );
  }
  const notTested = [...reasons].map(
    ([reason, count]) => `${name}: ${count} of ${runs} cases, ${reason}`,
  );
  if (details.interrupted)
    notTested.push(`${name}: ${runs - details.numRuns} of ${runs} cases, for lack of time`);
  const skipped = [...reasons.values()].reduce((sum, count) => sum + count, 0);
  return { cases: details.numRuns - skipped, notTested };
}

/** A case that cannot even be built is shown as what it was to be built from. */
function shown<T>(show: (value: T) => string, value: T): string {
  try {
    return show(value);
  } catch {
    return JSON.stringify(value);
  }
}
