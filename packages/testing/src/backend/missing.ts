import type { Backend } from "@nn/core";
import { expectThat, type Check } from "../check.ts";
import { operationCase } from "../generate/case.ts";
import { randomNumbers } from "../generate/choices.ts";
import { vocabulary } from "../generate/vocabulary.ts";
import { basis } from "../reference/reference.ts";
import { missingIn, runCase, settingFor, type Subject } from "./subject.ts";

/** Whether what is listed as missing is missing, so that the list does not outlive its reason. */
export function missingChecks({ backend, missing }: Subject): Check[] {
  return missing.map((name) => ({
    name: `has no kernel for ${name}, as it says`,
    async run() {
      expectThat(
        basis.includes(name),
        () => `${name} is no basis primitive; these are: ${basis.join(", ")}`,
      );
      expectThat(
        await isRefused(await backend(), name),
        () => `${name} works; take it off the list of missing kernels`,
      );
    },
  }));
}

/** Tries the function of that name with a few operands. */
async function isRefused(backend: Backend, name: string): Promise<boolean> {
  const entry = vocabulary.find((one) => one.name === name)!;
  const random = randomNumbers(1);
  for (let attempt = 0; attempt < 20; attempt++) {
    const head = Array.from({ length: 24 }, () => Math.floor(random() * 5040));
    const given = operationCase(
      entry,
      { head, steps: [], style: 0, seed: attempt },
      settingFor(backend),
    );
    try {
      await runCase(backend, given);
    } catch (error) {
      if (missingIn(error, [name])) return true;
      throw error;
    }
  }
  return false;
}
