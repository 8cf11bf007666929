import { sequential, tensor, type Backend, type Callback } from "@nn/core";
import { dense, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { adam } from "@nn/optimizers";
import { fit } from "@nn/trainer";
import { kFold, tableOf } from "@nn/trainer-kfold";
import { expect, test } from "vitest";
import { webgpu } from "../src/index.ts";
import { fromGpu, openOne } from "./open.ts";

const inputs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];

async function train(backend: Backend, callback: Callback = {}): Promise<readonly number[]> {
  const result = await fit({
    backend,
    model: sequential([dense(3, { activation: tanh() }), dense(1)]),
    data: { inputs, targets: [[0], [1], [1], [0]] },
    loss: mse(),
    optimizer: adam({ learningRate: 0.05 }),
    epochs: 30,
    seed: 7,
    callbacks: [callback],
  });
  return Array.from(await result.predict(inputs).read());
}

test("training goes on on another device where one is lost, to the same bits", async () => {
  const whole = await webgpu();
  const expected = await train(whole);
  await whole.close?.();

  const { backend, device } = await openOne();
  let steps = 0;
  const found = await train(backend, {
    epoch({ epoch }) {
      steps++;
      if (epoch === 20) device.gpu.destroy();
    },
  });
  expect(steps).toBeGreaterThan(30);
  expect(found).toEqual(expected);
  await backend.close?.();
});

/** Every bit of two folds. */
async function trainFolds(backend: Backend, afterEpoch: (epoch: number) => void): Promise<unknown> {
  const x = Array.from({ length: 24 }, (_, i) => i / 12 - 1);
  const { folds, outOfFold, metrics } = await kFold({
    backend,
    folds: 2,
    data: tableOf({ x, y: x.map((value) => Math.sin(3 * value)) }),
    target: "y",
    model: dense(1),
    loss: mse(),
    optimizer: adam({ learningRate: 0.05 }),
    epochs: 8,
    observe: (fold) => ({ epoch: ({ epoch }) => afterEpoch(fold * 8 + epoch) }),
  });
  const parameters = folds.map((fold) => fold.parameters["weights"]!.read());
  return { parameters: await Promise.all(parameters), outOfFold, metrics };
}

test("folds go on on another device where theirs is lost, to the same bits, and once", async () => {
  const whole = await webgpu();
  const expected = await trainFolds(whole, () => {});
  await whole.close?.();

  const devices: GPUDevice[] = [];
  const gpu = await fromGpu((device) => devices.push(device));
  const backend = await webgpu({ gpu });
  const destroyAt = (...epochs: number[]): ((epoch: number) => void) => {
    const left = [...epochs];
    return (epoch) => {
      if (epoch !== left[0]) return;
      left.shift();
      devices.at(-1)!.destroy();
    };
  };
  expect(await trainFolds(backend, destroyAt(12))).toEqual(expected);
  expect(devices).toHaveLength(2);
  // Of the first device, whose loss was before, another one has taken the place.
  await expect(trainFolds(backend, destroyAt(10, 14))).rejects.toMatchObject({
    message: expect.stringMatching(/^fold 1: kFold: the device was lost.*the second one/),
    cause: { name: "DeviceLostError" },
    result: { folds: [{ fold: 0 }] },
  });
  expect(devices).toHaveLength(4);
  await backend.close?.();
});

test("all who ask get the same new device, another one where that is lost, and none once it is closed", async () => {
  const { backend, device } = await openOne();
  device.gpu.destroy();
  const [first, second] = await Promise.all([backend.renew!(), backend.renew!()]);
  expect(first).toBe(second);
  expect(await backend.renew!()).toBe(first);
  await first!.close?.();
  await expect(backend.renew!()).rejects.toThrow("this backend is closed");
  await backend.close?.();
  await expect(backend.renew!()).rejects.toThrow("this backend is closed");
});

test("closing a backend closes what it was renewed by", async () => {
  const { backend, device } = await openOne();
  device.gpu.destroy();
  const renewed = await backend.renew!();
  await backend.close?.();
  expect(() => tensor(renewed, [1])).toThrow("this backend is closed");
  await expect(renewed.renew!()).rejects.toThrow("this backend is closed");
});

test("whoever waits for a loss is told when the backend is closed instead", async () => {
  const { backend } = await openOne();
  const renewing = backend.renew!();
  await backend.close?.();
  await expect(renewing).rejects.toThrow("this backend is closed");
});

test("training that breaks every device it is on stops at the second one", async () => {
  const devices: GPUDevice[] = [];
  const backend = await webgpu({ gpu: await fromGpu((device) => devices.push(device)) });
  const failing = train(backend, {
    epoch: () => void devices.at(-1)!.createBuffer({ size: 16, usage: 0xffff }),
  });
  await expect(failing).rejects.toThrow(/the device was lost.*the second one.*reported/s);
  expect(devices).toHaveLength(2);
  await backend.close?.();
});
