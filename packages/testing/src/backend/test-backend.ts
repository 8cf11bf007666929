import type { Backend } from "@nn/core";
import type { Check } from "../check.ts";
import { register } from "../register.ts";
import { contractChecks } from "./contract.ts";
import { memoryCheck } from "./eager-memory.ts";
import { operationChecks, programChecks } from "./generated.ts";
import { numericsChecks } from "./numerics.ts";
import { missingDTypes, subject, type BackendOptions, type Subject } from "./subject.ts";

function groups(one: Subject): { readonly [name: string]: readonly Check[] } {
  return {
    contract: contractChecks(one),
    numerics: numericsChecks(one),
    operations: operationChecks(one),
    programs: programChecks(one),
    "the rest": [memoryCheck(one), offerCheck(one)],
  };
}

/** All checks of `testBackend` as a list, to be run by other means than vitest; see `runChecks`. */
export function backendChecks(
  make: () => Backend | Promise<Backend>,
  options: BackendOptions = {},
): readonly Check[] {
  return Object.values(groups(subject(make, options))).flat();
}

/**
 * Tests a backend against the kernel's contract: what it promises beyond numbers, the numerics page value by value,
 * every operation with generated operands, and random programs, their gradients and their batched forms. Results are
 * compared with a reference that computes one element at a time. `make` is called once.
 *
 * ```ts
 * import { testBackend } from "@nn/testing";
 * import { myBackend } from "../src/index.ts";
 *
 * testBackend("my backend", () => myBackend());
 * ```
 */
export function testBackend(
  name: string,
  make: () => Backend | Promise<Backend>,
  options: BackendOptions = {},
): void {
  const one = subject(make, options);
  register(name, groups(one), {
    timeout: (options.timeout ?? 120) * 1000,
    close: async () => (await one.backend()).close?.(),
  });
}

/** Lists what the backend does without: dtypes and kernels. */
function offerCheck({ backend: get, missing }: Subject): Check {
  return {
    name: "lists what it does without",
    async run() {
      const backend = await get();
      const dtypes = missingDTypes(backend);
      const notTested: string[] = [];
      if (dtypes.length > 0) notTested.push(`dtypes that the backend lacks: ${dtypes.join(", ")}`);
      if (missing.length > 0)
        notTested.push(`kernels that the backend lacks: ${missing.join(", ")}`);
      if (backend.nonFinite === false)
        notTested.push("NaN and the infinities: the backend declares nonFinite: false");
      return { cases: 1, notTested };
    },
  };
}
