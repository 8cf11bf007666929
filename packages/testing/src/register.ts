import { afterAll, describe, it } from "vitest";
import { outcomeOf, type Check } from "./check.ts";
import { sampling } from "./environment.ts";

/** How checks are declared to vitest. */
export interface RegisterOptions {
  /** Milliseconds that one check may take. */
  readonly timeout: number;
  /** Called when all have run. */
  readonly close?: () => Promise<void> | void;
}

/** Declares checks as tests, and prints behind them how many cases there were and what was not tested. */
export function register(
  title: string,
  groups: { readonly [name: string]: readonly Check[] },
  { timeout, close }: RegisterOptions,
): void {
  describe(title, () => {
    const notTested = new Set<string>();
    let cases = 0;
    for (const [name, checks] of Object.entries(groups))
      describe(name, () => {
        for (const check of checks)
          it(check.name, { timeout }, async (context) => {
            const outcome = outcomeOf(await check.run());
            cases += outcome.cases;
            for (const reason of outcome.notTested) notTested.add(reason);
            if (outcome.cases === 0) context.skip(outcome.notTested.join("; "));
          });
      });
    afterAll(async () => {
      await close?.();
      // oxlint-disable-next-line no-console -- nothing may stay untested in silence
      console.info(summary(title, cases, [...notTested]));
    });
  });
}

function summary(title: string, cases: number, notTested: readonly string[]): string {
  const { seed } = sampling();
  const head = `${title}: ${cases} cases, NN_SEED=${seed}.`;
  if (notTested.length === 0) return `${head} Everything was tested.`;
  return `${head} Not tested:\n${notTested.map((reason) => `  - ${reason}`).join("\n")}`;
}
