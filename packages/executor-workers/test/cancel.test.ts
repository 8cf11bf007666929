import { describe, expect, it } from "vitest";
import { workers } from "../src/index.ts";
import { closeAll, job, make, rejection } from "./support.ts";

closeAll();
const reason = new Error("not wanted");

/** Runs a job, and cancels it when it says that it has started. */
function cancelled(pool: ReturnType<typeof make>, what: string, value = 0) {
  const controller = new AbortController();
  const { signal } = controller;
  const onMessage = () => controller.abort(reason);
  return pool.run(job({ do: what, value }), { signal, onMessage });
}

describe("a job that is cancelled", () => {
  it("does not start when it is so already", async () => {
    const pool = make();
    const signal = AbortSignal.abort(reason);
    expect(await rejection(pool.run(job({ do: "exit" }), { signal }))).toBe(reason);
  });

  it("leaves the queue at once", async () => {
    const pool = make({ concurrency: 1 });
    const controller = new AbortController();
    const first = pool.run(job({ do: "square", value: 2, wait: 100 }));
    const second = pool.run(job({ do: "exit" }), { signal: controller.signal });
    const third = pool.run(job({ do: "square", value: 3 }));
    const order: string[] = [];
    void first.then(() => order.push("first"));
    void second.catch(() => order.push("second"));
    controller.abort(reason);
    expect(await rejection(second)).toBe(reason);
    expect(await third).toMatchObject({ value: 9 });
    expect(order).toEqual(["second", "first"]);
  });

  it("leaves a worker that is only starting to the next job", async () => {
    const pool = make({ concurrency: 1 });
    const controller = new AbortController();
    const run = pool.run(job({ do: "exit" }), { signal: controller.signal });
    controller.abort(reason);
    expect(await rejection(run)).toBe(reason);
    expect(await pool.run(job({ do: "square", value: 3 }))).toMatchObject({ value: 9 });
  });

  it("sees its signal, and may still give a result", async () => {
    expect(await cancelled(make(), "untilAborted", 5)).toMatchObject({ value: 5 });
  });

  it("is rejected with the reason when it throws, and its worker lives on", async () => {
    const pool = make({ concurrency: 1 });
    const { value: before } = await pool.run(job({ do: "context" }));
    expect(await rejection(cancelled(pool, "throwWhenAborted"))).toBe(reason);
    const { value: after } = await pool.run(job({ do: "context" }));
    expect(after).toEqual(before);
  });

  it("may be cancelled for a reason that cannot be read", async () => {
    const controller = new AbortController();
    const strange: unknown = Object.create(null);
    const { signal } = controller;
    const onMessage = () => controller.abort(strange);
    const run = make().run(job({ do: "throwWhenAborted" }), { signal, onMessage });
    expect(await rejection(run)).toBe(strange);
  });

  it("is ended when it does not end by itself", async () => {
    const pool = make({ concurrency: 1, grace: 50 });
    expect(await rejection(cancelled(pool, "forever"))).toBe(reason);
    expect(await pool.run(job({ do: "square", value: 3 }))).toMatchObject({ value: 9 });
  });

  it("is not tried again when its worker is lost", async () => {
    const pool = make({ grace: 20, retries: 5 });
    expect(await rejection(cancelled(pool, "forever"))).toBe(reason);
  });

  it("leaves no listener at its signal", async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const { addEventListener: add, removeEventListener: remove } = signal;
    signal.addEventListener = (...args: unknown[]) =>
      void (listeners++, Reflect.apply(add, signal, args));
    signal.removeEventListener = (...args: unknown[]) =>
      void (listeners--, Reflect.apply(remove, signal, args));
    const pool = make();
    for (let i = 0; i < 5; i++) await pool.run(job({ do: "square", value: i }), { signal });
    expect(listeners).toBe(0);
  });
});

describe("closing", () => {
  it("refuses waiting and new jobs, cancels running ones, and may be repeated", async () => {
    const pool = workers({ concurrency: 1 });
    let isRunning = (): void => undefined;
    const running = new Promise<void>((resolve) => (isRunning = resolve));
    const result = pool.run(job({ do: "untilAborted", value: 5 }), { onMessage: isRunning });
    const waiting = rejection(pool.run(job({ do: "exit" })));
    await running;
    const closed = [pool.close(), pool.close()];
    expect((await waiting).message).toBe(
      "workers: the executor was closed before the job had ended",
    );
    expect(await result).toMatchObject({ value: 5 });
    await Promise.all(closed);
    const late = await rejection(pool.run(job({ do: "exit" })));
    expect(late.message).toBe("workers: this executor is closed; make another one");
  });

  it("ends jobs that do not end by themselves", async () => {
    const pool = workers({ concurrency: 1, grace: 50 });
    let isRunning = (): void => undefined;
    const running = new Promise<void>((resolve) => (isRunning = resolve));
    const result = rejection(pool.run(job({ do: "forever" }), { onMessage: isRunning }));
    await running;
    await pool.close();
    expect((await result).message).toContain("the executor was closed");
  });

  it("is done at once where nothing has started", async () => {
    await workers().close();
    const pool = workers();
    const run = rejection(pool.run(job({ do: "exit" })));
    await pool.close();
    expect((await run).message).toContain("the executor was closed");
  });
});
