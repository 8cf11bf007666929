/** What a check came to, where it did not fail. */
export interface Outcome {
  /** Cases that were tested. A check with none is reported as skipped. */
  readonly cases: number;
  /** What could not be tested, and why. It is printed behind the results. */
  readonly notTested: readonly string[];
}

/** One thing that a kit checks. */
export interface Check {
  readonly name: string;
  /** Rejects when it does not hold. A check that returns nothing counts as one case. */
  run(): Promise<Outcome | void>;
}

/** A check that did not hold. */
export interface Failure {
  readonly check: string;
  readonly message: string;
}

/** What a list of checks came to. */
export interface CheckReport {
  readonly failures: readonly Failure[];
  readonly cases: number;
  readonly notTested: readonly string[];
}

/**
 * Runs checks without a test runner and collects what fails; `stopAtFirst` spares the rest of them once one has. The
 * kits' own tests prove with it that broken implementations are rejected.
 *
 * ```ts
 * const { failures } = await runChecks(backendChecks(() => myBackend()));
 * ```
 */
export async function runChecks(
  checks: readonly Check[],
  options: { readonly stopAtFirst?: boolean } = {},
): Promise<CheckReport> {
  const failures: Failure[] = [];
  const notTested = new Set<string>();
  let cases = 0;
  for (const check of checks) {
    try {
      const outcome = outcomeOf(await check.run());
      cases += outcome.cases;
      for (const reason of outcome.notTested) notTested.add(reason);
    } catch (error) {
      failures.push({ check: check.name, message: messageOf(error) });
      if (options.stopAtFirst) break;
    }
  }
  return { failures, cases, notTested: [...notTested] };
}

/** An outcome in full. */
export function outcomeOf(outcome: Outcome | void): Outcome {
  return outcome ?? { cases: 1, notTested: [] };
}

/** A check that something, which the backend or the spec lacks, cannot be done. */
export function untested(reason: string): Outcome {
  return { cases: 0, notTested: [reason] };
}

/** Throws unless the condition holds. */
export function expectThat(condition: unknown, message: () => string): asserts condition {
  if (!condition) throw new Error(message());
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Expects that `action` is refused with a `TensorError` whose message matches. */
export async function expectRefusal(
  action: () => unknown,
  pattern: RegExp,
  what: string,
): Promise<void> {
  let thrown: unknown;
  try {
    await action();
  } catch (error) {
    thrown = error;
  }
  expectThat(thrown !== undefined, () => `${what} is accepted; it should be refused`);
  const { name, message } = thrown as Error;
  expectThat(
    name === "TensorError" && pattern.test(message),
    () => `${what} should give a TensorError matching ${pattern}, got ${name}: ${message}`,
  );
}
