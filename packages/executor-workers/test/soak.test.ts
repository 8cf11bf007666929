import { expect, it } from "vitest";
import { closeAll, counter, f32, job, make } from "./support.ts";

closeAll();
const count = process.env["NN_LONG"] ? 1000 : 60;

/** Numbers from 0 to 1, from a generator of Lehmer's. */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

it.each([2, 5])(
  `settles ${count} jobs that end, fail, crash, hang and are cancelled, %i at a time`,
  async (concurrency) => {
    const pool = make({ concurrency, grace: 20 });
    const random = generator(Number(process.env["NN_SEED"] ?? 7) + concurrency);
    const pick = (...names: string[]) => names[Math.floor(random() * names.length)]!;
    const outcomes = Array.from({ length: count }, async (_, i) => {
      const what = random() < 0.5 ? "echo" : pick("throw", "exit", "exitOnce", "forever");
      const attempts = counter();
      const controller = new AbortController();
      const { signal } = controller;
      if (what === "forever" || random() < 0.1)
        setTimeout(() => controller.abort("stopped"), random() * 20 * count);
      const tensors = { attempts, x: f32(i) };
      const outcome = await pool.run(job({ do: what, value: i }, tensors), { signal }).then(
        ({ value, tensors }) =>
          what === "exitOnce" || (value === i && tensors["x"]!.data[0] === i) ? "result" : "wrong",
        (error: unknown) => (error === "stopped" ? error : String(error)),
      );
      if (signal.aborted && outcome === "stopped") return [];
      const expected = {
        echo: /^result$/,
        throw: /^FaultError: step 7 is not finite$/,
        exit: /was lost 2 times, at last because it ended with code 3$/,
        exitOnce: /^result$/,
        forever: /^stopped$/,
      }[what]!;
      return expected.test(outcome) ? [] : [`${i} ${what}: ${outcome}`];
    });
    expect((await Promise.all(outcomes)).flat()).toEqual([]);
  },
  600_000,
);
