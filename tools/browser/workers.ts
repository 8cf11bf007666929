import type { Json } from "@nn/core";
import { workers } from "@nn/executor-workers";
import { afterAll, describe, it } from "vitest";
import { type Setting, strayMessage } from "./settings.ts";

const entry = new URL("job.js", import.meta.url).href;
const numbers = (data: Float32Array) => ({ shape: [data.length], dtype: "f32" as const, data });

/** Declares what `@nn/executor-workers` has to pass in a setting. */
export function declarePoolTests({ isIsolated }: Setting): void {
  describe("@nn/executor-workers", () => {
    const pool = workers({ concurrency: 2, grace: 100, retries: 1 });
    afterAll(() => pool.close());
    const job = (what: string, value: Json = null, tensors = {}) => ({
      entry,
      spec: { do: what, value },
      tensors,
      threads: 3,
    });

    it("runs jobs side by side, by their URL", async () => {
      const heard: Json[] = [];
      const x = numbers(Float32Array.of(1, 2));
      const runs = [1, 2, 3, 4].map((value) =>
        pool.run(job("echo", value, { x }), { onMessage: (message) => void heard.push(message) }),
      );
      const results = await Promise.all(runs);
      expectThat(JSON.stringify(results.map(({ value }) => value)), "[[1,3],[2,3],[3,3],[4,3]]");
      expectThat(
        results.map(({ tensors }) => tensors["x"]!.data.join()).join(";"),
        "1,2;1,2;1,2;1,2",
      );
      expectThat(heard.join(), "echo,echo,echo,echo");
      expectThat(x.data.join(), "1,2");
    });

    it("runs jobs in workers of the page's own", async () => {
      const start = (): Worker => new Worker(`${entry}#own`, { type: "module" });
      const own = workers({ concurrency: 1, start });
      const { value } = await own.run({ ...job("echo", "own"), entry: "own" });
      expectThat(JSON.stringify(value), '["own",3]');
      await own.close();
    });

    it("shares memory in an isolated page", async () => {
      if (!isIsolated) return;
      const x = numbers(new Float32Array(new SharedArrayBuffer(4)));
      const { tensors } = await pool.run(job("echo", null, { x }));
      tensors["x"]!.data[0] = 7;
      expectThat(x.data.join(), "0");
    });

    it("tells errors of jobs", async () => {
      const error = await rejection(pool.run(job("throw")));
      expectThat(`${error.name}: ${error.message} ${error["step"]}`, "RangeError: at step 7 7");
      const missing = await rejection(
        pool.run({ ...job("echo"), entry: new URL("no.js", entry).href }),
      );
      expectThat(/no\.js cannot be loaded/.test(missing.message), true, missing.message);
    });

    it("tries jobs of lost workers once more", async () => {
      for (const what of ["stray", "reject"]) {
        let attempts = 0;
        const error = await rejection(pool.run(job(what), { onMessage: () => void attempts++ }));
        const isTold =
          error.message.includes("was lost 2 times, at last because it failed: ") &&
          error.message.includes(strayMessage);
        expectThat(isTold, true, error.message);
        expectThat(attempts, 2);
      }
    });

    it("cancels jobs, and ends those that do not listen", async () => {
      const reason = new Error("not wanted");
      for (const what of ["wait", "forever"]) {
        const controller = new AbortController();
        const run = pool.run(job(what, "late"), {
          signal: controller.signal,
          onMessage: () => controller.abort(reason),
        });
        if (what === "forever") expectThat(await rejection(run), reason);
        else expectThat(JSON.stringify((await run).value), '["late",3]');
      }
    });
  });
}

function rejection(promise: Promise<unknown>): Promise<Error & { [name: string]: unknown }> {
  return promise.then(
    () => Promise.reject(new Error("it was fulfilled")),
    (error: unknown) => error as Error & { [name: string]: unknown },
  );
}

function expectThat<T>(got: T, expected: T, message = `got ${String(got)}`): void {
  if (got !== expected) throw new Error(`expected ${String(expected)}, ${message}`);
}
