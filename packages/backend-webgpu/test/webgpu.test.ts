import {
  add,
  broadcastTo,
  jit,
  mul,
  scan,
  square,
  sum,
  tensor,
  zeros,
  type Backend,
  type Executable,
  type Tensor,
} from "@nn/core";
import { describe, expect, test } from "vitest";
import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import { webgpu } from "../src/index.ts";
import { fromGpu, memory, open, openOne } from "./open.ts";

const { backend, device } = await open();

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe("values", () => {
  test("the data given is copied, and so is the data read", async () => {
    const data = Float32Array.of(1, 2);
    const x = tensor(backend, data);
    data[0] = 9;
    const first = await x.read();
    first[1] = 9;
    expect(await x.read()).toEqual(Float32Array.of(1, 2));
    const [a, b] = await Promise.all([x.read(), x.read()]);
    expect(a!.buffer).not.toBe(b!.buffer);
  });

  test("every dtype comes back in its own array", async () => {
    const arrays = [
      Float32Array.of(1.5),
      Int32Array.of(-16777217),
      Uint8Array.of(255),
      Int8Array.of(-128),
    ];
    for (const array of arrays) expect(await tensor(backend, array).read()).toEqual(array);
    expect(await tensor(backend, [true, false]).read()).toEqual(Uint8Array.of(1, 0));
    expect(await tensor(backend, new Int32Array(0)).read()).toEqual(new Int32Array(0));
  });

  test("they can only be read asynchronously", () => {
    expect(() => tensor(backend, [1]).readSync()).toThrow(/webgpu.*asynchronously/);
  });

  test("a value being read may be disposed of", async () => {
    const x = tensor(backend, [1, 2, 3]);
    const reading = x.read();
    x.dispose();
    expect(await reading).toEqual(Float32Array.of(1, 2, 3));
  });

  test("a type that no buffer of the device can hold is refused by name", () => {
    expect(() => broadcastTo(tensor(backend, [1]), [1_000_000, 1_000_000])).toThrow(
      /f32\[1000000,1000000\] needs 4000000000000 bytes/,
    );
  });

  test("values of two backends do not mix", async () => {
    const other = await webgpu();
    expect(() => add(tensor(backend, [1]), tensor(other, [2]))).toThrow(/two backends/);
    expect(await add(tensor(other, [1]), tensor(other, [2])).read()).toEqual(Float32Array.of(3));
    await other.close?.();
  });
});

describe("memory", () => {
  test("what is disposed of is given back, once", () => {
    const before = memory(device);
    const x = tensor(backend, [1, 2, 3]);
    const squares = square(x);
    for (const t of [x, squares, sum(squares)]) {
      const { source } = t;
      t.dispose();
      t.dispose();
      if (source.state === "value") backend.release?.(source.buffer);
    }
    expect(memory(device)).toEqual(before);
  });

  test("a donated tensor is given back by the call, and is unusable afterwards", () => {
    const step = jit((x: Tensor) => mul(x, 2), { donate: [0] });
    step(tensor(backend, [1, 2, 3])).dispose();
    const before = memory(device);
    const x = tensor(backend, [1, 2, 3]);
    const y = step(x);
    expect(() => step(x)).toThrow(/donated/);
    y.dispose();
    expect(memory(device)).toEqual(before);
  });

  test("a hundred thousand results in one loop take no more than one, where each is disposed of", async () => {
    let y = tensor(backend, [0]);
    add(y, 1).dispose();
    const before = memory(device);
    for (let i = 0; i < 100_000; i++) {
      using _last = y;
      y = add(y, 1);
    }
    expect(memory(device)).toEqual(before);
    expect(await y.read()).toEqual(Float32Array.of(100_000));
  }, 60_000);

  test("results that are never disposed of stay few, where the event loop has its turns", async () => {
    const x = tensor(backend, [1, 2]);
    let most = 0;
    for (let i = 0; i < 30_000; i++) {
      square(x);
      if (i % 500 !== 499) continue;
      most = Math.max(most, memory(device).values);
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect(most).toBeLessThan(15_000);
  }, 60_000);

  test("results that are garbage are given back between turns of the event loop", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const x = tensor(backend, [1, 2]);
    square(x).dispose();
    const before = memory(device);
    for (let i = 0; i < 2000; i++) square(x);
    expect(memory(device).values).toBe(before.values + 2000);
    for (let round = 0; round < 50 && memory(device).values > before.values + 10; round++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(memory(device).values).toBeLessThanOrEqual(before.values + 10);
  });
});

describe("failure", () => {
  test("without an adapter the error says what to do", async () => {
    await expect(webgpu({ gpu: { requestAdapter: async () => null } })).rejects.toThrow(
      /no GPU adapter.*VK_ICD_FILENAMES/,
    );
  });

  test("a shader that the device refuses is named by whatever is read next, and by `lost`", async () => {
    const { backend: other, device: faulty } = await openOne();
    const x = tensor(other, [1, 2]);
    faulty.pipelines.pipeline("nonsense", "add in 'layer'", []);
    await expect(x.read()).rejects.toThrow(/refuses add in 'layer'(.|\n)*nonsense/);
    expect((await other.lost)?.message).toMatch(/refuses add in 'layer'(.|\n)*nonsense/);
    await other.close?.();
  });

  test("whatever fails because the device is lost has the reason as its cause", async () => {
    const { backend: other, device: lost } = await openOne();
    const x = tensor(other, [1, 2]);
    const y = square(x);
    const reading = y.read();
    lost.gpu.destroy();
    const errors = [await reading.catch((error: unknown) => error)];
    const reason = await other.lost!;
    for (const fails of [() => square(x), () => tensor(other, [1]), () => add(y, x)])
      errors.push(thrownBy(fails));
    errors.push(await x.read().catch((error: unknown) => error));
    expect(reason.message).toMatch(/GPU device is lost/);
    for (const error of errors) expect((error as Error).cause).toBe(reason);
    y.dispose();
    await other.close?.();
  });

  test("a device that has reported an error is given up", async () => {
    const { backend: other, device: faulty } = await openOne();
    const x = tensor(other, [1, 2]);
    faulty.gpu.createBuffer({ size: 16, usage: 0xffff });
    expect((await other.lost)?.message).toMatch(/the device reported: .*usage/i);
    expect((await faulty.gpu.lost).reason).toBe("destroyed");
    await expect(x.read()).rejects.toThrow("the device reported");
    const renewed = await other.renew!();
    expect(await square(tensor(renewed, [3])).read()).toEqual(Float32Array.of(9));
    await other.close?.();
  });

  test("where there is no memory left, the error says what to do", async () => {
    const { backend: other, device: full } = await openOne();
    const error = { message: "none", [Symbol.toStringTag]: "GPUOutOfMemoryError" };
    full.gpu.onuncapturederror!({ error } as unknown as GPUUncapturedErrorEvent);
    expect((await other.lost)?.message).toMatch(/no memory left; use smaller batches.*none/);
    await other.close?.();
  });

  test("a device that does not pass its first test is given up, too", async () => {
    const devices: GPUDevice[] = [];
    const source = await fromGpu((device) => {
      devices.push(device);
      const make = device.createShaderModule.bind(device);
      device.createShaderModule = () => make({ code: "nonsense" });
    });
    await expect(webgpu({ gpu: source })).rejects.toThrow("the device refuses mul");
    expect((await devices[0]!.lost).reason).toBe("destroyed");
  });

  test("a closed backend says so, and may be closed again; that is no loss", async () => {
    const { backend: other, device: own } = await openOne();
    const x = tensor(other, [1]);
    const reading = x.read();
    await other.close?.();
    await other.close?.();
    expect(() => add(x, 1)).toThrow(/closed/);
    expect(() => tensor(other, [1])).toThrow(/closed/);
    await expect(x.read()).rejects.toThrow(/closed/);
    await expect(reading).rejects.toThrow(/closed/);
    x.dispose();
    await own.gpu.lost;
    await new Promise((resolve) => setTimeout(resolve));
    expect(await Promise.race([other.lost, "pending"])).toBe("pending");
  });

  test.each([0, 1, 3, 7, "a turn of the event loop"])(
    "work is told when the backend is closed, after so many microtasks: %s",
    async (moment) => {
      const { backend: other } = await openOne();
      const working = async (): Promise<void> => {
        const x = tensor(other, [1, 2, 3]);
        for (;;) {
          using y = square(x);
          await Promise.all([y.read(), add(y, 1).read()]);
        }
      };
      const failing = expect(working()).rejects.toThrow("this backend is closed");
      if (typeof moment === "number") for (let i = 0; i < moment; i++) await Promise.resolve();
      else await new Promise((resolve) => setTimeout(resolve));
      await other.close?.();
      await failing;
    },
  );

  test("a program may be given up while it runs", async () => {
    const { backend: other } = await openOne({ operationsPerMs: 1000 });
    const executables: Executable[] = [];
    const watched: Backend = {
      ...other,
      executable(program) {
        const executable = other.executable(program);
        executables.push(executable);
        return executable;
      },
    };
    const results = Array.from({ length: 6 }, (_, i) => {
      const x = tensor(watched, new Float32Array(3000).fill(i));
      const length = 7 - i;
      const loop = (x: Tensor) => scan((y: Tensor) => [add(y, 1), sum(y)], x, [], { length });
      const [y] = jit(loop)(x);
      for (const executable of executables.splice(0)) executable.release!();
      return y;
    });
    for (const result of results) expect((await result.read()).at(-1)).toBe(7);
    await other.close?.();
  });

  test("data that no buffer of the device can hold is refused by name", () => {
    const largest = device.gpu.limits.maxBufferSize;
    const type = { shape: [largest / 4 + 1], dtype: "f32" } as const;
    expect(() => backend.upload(new Float32Array(0), type)).toThrow(
      /f32\[\d+\] needs \d+ bytes, this device holds at most/,
    );
  });

  test("a loop with more steps than a table of the device can hold is refused, and nothing stays behind", () => {
    const length = device.gpu.limits.maxBufferSize / 256 + 1;
    const before = device.memory();
    const loop = jit((x: Tensor) => scan((y: Tensor) => [add(y, 1), []], x, [], { length }));
    const x = tensor(backend, [1]);
    expect(() => loop(x)).toThrow(`a scan of ${length} steps is too long`);
    x.dispose();
    expect(device.memory()).toEqual({ ...before, free: expect.any(Number) as number });
  });

  test("constants join a value without a read", async () => {
    expect(await add(tensor(backend, [1, 2]), zeros([2, 2])).read()).toEqual(
      Float32Array.of(1, 2, 1, 2),
    );
  });
});

test("it is plain data: a kind, a config that survives JSON, and what the device can do", async () => {
  const other = await webgpu({ powerPreference: "low-power" });
  expect(other.kind).toBe("@nn/backend-webgpu#webgpu");
  expect(JSON.parse(JSON.stringify(other.config))).toEqual({
    powerPreference: "low-power",
    storage: "f32",
  });
  expect(other.nonFinite).toBe(true);
  expect(other.dtypes).toEqual(["f32", "i32", "bool", "u8", "i8"]);
  await other.close?.();
});
