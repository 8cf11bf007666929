import {
  customGradient,
  type Layer,
  log,
  mul,
  type Schedule,
  sequential,
  sign,
  sub,
  type UpdateRule,
} from "@nn/core";
import { activation, dense, tanh } from "@nn/layers-dense";
import { sgd } from "@nn/optimizers";
import { describe, expect, it } from "vitest";
import { type FaultError, firstOrder, fit, type FitFault } from "../src/index.ts";
import { lineData, lineOptions, valuesOf, xorOptions } from "./support.ts";
import type { Tensor } from "@nn/core";

type Options = ReturnType<typeof xorOptions>;

async function faultOf(options: Options): Promise<FitFault<Tensor, Tensor>> {
  const error = await fit(options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect((error as FaultError | undefined)?.name).toBe("FaultError");
  return error as FitFault<Tensor, Tensor>;
}

/** The parameters that `fit` has after so many steps of one epoch each. */
async function after(options: Options, epochs: number): Promise<Record<string, number[]>> {
  return valuesOf((await fit({ ...options, epochs })).parameters);
}

/** A rate of 0.1, and from some step on one that no parameter survives. */
function explodingAt(step: number): Schedule {
  const at: Schedule["at"] = (progress) => (progress.step + 1 < step ? 0.1 : 1e38);
  return { kind: "@nn/trainer/test#exploding", config: { step }, at };
}

function unbounded(): Layer {
  return sequential([dense(3, { activation: tanh() }), dense(1)]);
}

describe("a value that is not finite", () => {
  it("is seen in a gradient of which the update rule makes a finite step", async () => {
    const infinite = customGradient(
      (x: Tensor) => x,
      (_, __, g) => [mul(g, Infinity)],
    );
    const signs: UpdateRule = {
      ...sgd({ learningRate: 0.1 }),
      update: ({ parameter, gradient, rate }) => ({
        parameter: sub(parameter, mul(rate, sign(gradient))),
        state: {},
      }),
    };
    const model = sequential([dense(1), activation(infinite)]);
    const options = xorOptions({ model, optimizer: signs, epochs: 3 });
    const fault = await faultOf(options);
    expect(fault.step).toBe(1);
    expect(fault.fault?.path).toBe("backward/1");
  });

  it("is found in a parameter that was given, by its path", async () => {
    const options = xorOptions({ model: unbounded(), epochs: 1 });
    const { parameters, state } = await fit(options);
    const broken = { ...parameters, "1/weights": mul(parameters["1/weights"]!, Number.NaN) };
    const fault = await faultOf({ ...options, variables: { parameters: broken, state } });
    expect(fault.fault).toEqual({ path: "1/weights", operation: "parameters: f32[3,1]" });
  });

  it("leaves parameters as they were before the chunk, and names the step", async () => {
    const optimizer = sgd({ learningRate: explodingAt(120) });
    const options = xorOptions({ model: unbounded(), optimizer, epochs: 1000 });
    const fault = await faultOf(options);
    expect(fault.step).toBeGreaterThanOrEqual(120);
    expect(fault.step).toBeLessThan(125);
    expect(fault.message).toContain(`fit: step ${fault.step} is not finite`);
    const { result } = fault;
    expect(result.ended).toBe("fault");
    expect(result.steps).toBeLessThan(fault.step);
    expect(result.history.loss.length).toBe(result.steps);
    expect(await valuesOf(result.parameters)).toEqual(await after(options, result.steps));
  });

  it("leaves them as they were one step before, when every step is a chunk", async () => {
    const options = xorOptions({
      model: unbounded(),
      optimizer: sgd({ learningRate: explodingAt(20) }),
      epochs: 1000,
      callbacks: [{ epoch: () => undefined }],
    });
    const fault = await faultOf(options);
    expect(fault.result.steps).toBe(fault.step - 1);
    expect(await valuesOf(fault.result.parameters)).toEqual(await after(options, fault.step - 1));
  });

  it("is traced to the layer that it comes from", async () => {
    const model = sequential({ hidden: dense(3, { activation: tanh() }), broken: activation(log) });
    const fault = await faultOf(
      xorOptions({ model: sequential({ body: model, output: dense(1) }) }),
    );
    expect(fault.step).toBe(1);
    expect(fault.fault).toEqual({ path: "body/broken", operation: "log -> f32[4,3]" });
    expect(fault.message).toContain(
      "the first such value comes from log -> f32[4,3] in 'body/broken'",
    );
  });

  it("is traced to the layer also where only its gradient is wrong", async () => {
    const broken: Layer = {
      kind: "@nn/trainer/test#broken",
      config: {},
      apply: (_, x) =>
        customGradient(
          (y: Tensor) => y,
          (_args, _y, g) => [mul(g, Number.NaN)],
        )(x),
    };
    const model = sequential({ hidden: dense(2), broken, output: dense(1) });
    const fault = await faultOf(xorOptions({ model }));
    expect(fault.fault?.path).toBe("backward/broken");
    expect(fault.result.steps).toBe(0);
    expect(Object.keys(await valuesOf(fault.result.parameters)).length).toBe(4);
  });

  it("is seen in a gradient that is limited afterwards", async () => {
    const broken: Layer = {
      kind: "@nn/trainer/test#broken",
      config: {},
      apply: (_, x) =>
        customGradient(
          (y: Tensor) => y,
          (_args, _y, g) => [mul(g, Infinity)],
        )(x),
    };
    const model = sequential({ hidden: dense(2), broken, output: dense(1) });
    const optimizer = firstOrder(sgd({ learningRate: 0.1 }), { clipValue: 1 });
    const fault = await faultOf(xorOptions({ model, optimizer }));
    expect(fault.step).toBe(1);
    expect(fault.fault?.path).toContain("broken");
  });

  it("is found in the data, with its row and the step that meets it", async () => {
    const inputs = lineData.inputs.map((row, i) => (i === 7 ? [row[0]!, Number.NaN] : row));
    const fault = await faultOf(
      lineOptions({ data: { ...lineData, inputs }, shuffle: false, lint: false }),
    );
    expect(fault.step).toBe(3);
    expect(fault.fault?.path).toBe("");
    expect(fault.message).toContain("in 'the data'");
    expect(fault.message).toContain("; row 7 of inputs holds such a value");
  });

  it("is found in the rows of the step that meets it, whatever other rows hold", async () => {
    const inputs = lineData.inputs.map((row, i) => (i === 7 ? [row[0]!, Number.NaN] : row));
    const targets = lineData.targets.map((row, i) => (i === 1 ? [Infinity] : row));
    const fault = await faultOf(
      lineOptions({ data: { inputs, targets }, shuffle: false, lint: false }),
    );
    expect(fault.step).toBe(1);
    expect(fault.message).toContain("; row 1 of targets holds such a value");
  });

  it("in a learning rate is refused before the step", async () => {
    const schedule: Schedule = {
      kind: "@nn/trainer/test#broken",
      config: {},
      at: ({ step }) => (step < 3 ? 0.1 : Number.NaN),
    };
    await expect(fit(xorOptions({ optimizer: sgd({ learningRate: schedule }) }))).rejects.toThrow(
      "@nn/optimizers#sgd: the learning rate is NaN at step 4; it must be a finite number",
    );
  });
});
