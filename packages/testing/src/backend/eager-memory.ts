import { add, ones, place, type Backend } from "@nn/core";
import { expectThat, untested, type Check, type Outcome } from "../check.ts";
import { residentBytes } from "../environment.ts";
import type { Subject } from "./subject.ts";

const CALLS = 10_000;
const ELEMENTS = 16_384;
const LIMIT = 250e6;

/** Without any dispose, what is not referenced any more goes away: of 650 MB of results, a part is held at a time. */
async function eagerMemory(backend: Backend): Promise<Outcome | void> {
  const before = residentBytes();
  if (before === undefined)
    return untested("bounded memory: this platform does not tell how much is in use");
  let x = await place(backend, ones([ELEMENTS]));
  const step = await place(backend, ones([]));
  let peak = 0;
  for (let call = 0; call < CALLS; call++) {
    x = add(x, step);
    if (call % 250 === 249) {
      peak = Math.max(peak, residentBytes()! - before);
      // Finalizers and device queues only get their turn between tasks.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  const [first] = await x.read();
  expectThat(
    first === CALLS + 1,
    () => `after ${CALLS} additions, expected ${CALLS + 1}, got ${first}`,
  );
  expectThat(
    peak < LIMIT,
    () =>
      `${CALLS} additions of ${ELEMENTS} elements took ${Math.round(peak / 1e6)} MB more, expected less than ${LIMIT / 1e6} MB`,
  );
}

/** The check that takes longest, to be put last. */
export function memoryCheck(subject: Subject): Check {
  return {
    name: "does 10,000 calls one by one in bounded memory",
    run: async () => eagerMemory(await subject.backend()),
  };
}
