import { js } from "@nn/backend-js";
import { tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import { fit, type Lint, lintData, showFindings, splitData } from "../src/index.ts";
import { lineData, lineOptions, valuesOf } from "./support.ts";

const { inputs, targets } = lineData;

describe("fit with a part of the data held back", () => {
  it("is fit with the parts of splitData", async () => {
    for (const validation of [0.2, 3]) {
      const parts = splitData(lineData, { validation, seed: 7 });
      const expected = await fit(lineOptions({ data: parts.train, validation: parts.validation }));
      const result = await fit(lineOptions({ validation }));
      expect(result.history).toEqual(expected.history);
      expect(await valuesOf(result.parameters)).toEqual(await valuesOf(expected.parameters));
      expect(result.history["validation/loss"]).toHaveLength(20);
    }
  });

  it("leaves tensors of the caller alone", async () => {
    const backend = js();
    const data = { inputs: tensor(backend, inputs), targets: tensor(backend, targets) };
    const expected = await fit(lineOptions({ validation: 0.3 }));
    const result = await fit(lineOptions({ backend, data, validation: 0.3 }));
    expect(result.history).toEqual(expected.history);
    expect([...(await data.targets.read())]).toHaveLength(10);
  });

  it.each([0, 1.5, -1, Number.NaN, 10, Infinity])("refuses a part of %s", async (validation) => {
    await expect(fit(lineOptions({ validation }))).rejects.toThrow(
      "fit: validation must be a fraction between 0 and 1, or a number of rows that leaves some of 10 for training, " +
        `got ${validation}`,
    );
  });
});

describe("fit with a validation set", () => {
  it("refuses one whose inputs are others, before it trains", async () => {
    let started = false;
    const callbacks = [{ start: () => void (started = true) }];
    const types = (shape: string, dtype = "f32"): string =>
      `{"shape":[${shape}],"dtype":"${dtype}"}`;
    for (const [validation, got] of [
      [{ inputs: [[1, 2, 3]], targets: [[1]] }, types("3")],
      [{ inputs: [[true, false]], targets: [[1]] }, types("2", "bool")],
      [{ inputs: { x: [[1, 2]] }, targets: [[1]] }, `{"x":${types("2")}}`],
    ] as const)
      await expect(fit(lineOptions({ validation, callbacks }))).rejects.toThrow(
        `fit: validation: expected inputs like those of the data, ${types("2")}, got ${got}`,
      );
    expect(started).toBe(false);
  });

  it("may have a single row", async () => {
    const validation = { inputs: [[1, 0]], targets: [[2]] };
    const { history } = await fit(lineOptions({ validation, epochs: 3 }));
    expect(history["validation/loss"]!.every(Number.isFinite)).toBe(true);
  });
});

describe("fit looks at its data", () => {
  const broken = { inputs, targets: targets.map((row, at) => (at === 3 ? [Number.NaN] : row)) };
  const message =
    "fit: data.targets: 1 value is not finite, first in row 3 (NaN); " +
    "fill them in, leave these rows out, or pass { lint: false }";

  it("and refuses what is not finite", async () => {
    await expect(fit(lineOptions({ data: broken }))).rejects.toThrow(message);
    await expect(fit(lineOptions({ data: broken, lint: () => {} }))).rejects.toThrow(message);
    await expect(fit(lineOptions({ data: broken, validation: 0.2 }))).rejects.toThrow(message);
    await expect(fit(lineOptions({ validation: broken }))).rejects.toThrow(
      message.replace("data", "validation"),
    );
  });

  it("and says in which rows and column, whatever form it has", async () => {
    const rows = inputs.map(([x, y], at) => [x!, [2, 5, 6].includes(at) ? Infinity : y!]);
    for (const given of [
      rows,
      rows.map((row) => Float32Array.from(row)),
      { data: Float64Array.from(rows.flat()), shape: [10, 2] },
    ])
      await expect(fit(lineOptions({ data: { inputs: given, targets } }))).rejects.toThrow(
        "fit: data.inputs: 3 values are not finite, first in row 2, column 1 (Infinity), then in rows 5, 6; fill",
      );
  });

  it("unless it shall not, or cannot", async () => {
    const fault = "is not finite (loss NaN)";
    await expect(fit(lineOptions({ data: broken, lint: false }))).rejects.toThrow(fault);
    const backend = js();
    const resident = { inputs, targets: tensor(backend, broken.targets) };
    await expect(fit(lineOptions({ backend, data: resident }))).rejects.toThrow(fault);
  });

  it("and lets a function look at it before", async () => {
    const constant = inputs.map(([x]) => [x!, 1]);
    const told: unknown[] = [];
    const lint: Lint = async (data, name) => {
      told.push(name, showFindings(await lintData(data)));
    };
    const data = { inputs: constant, targets };
    await fit(lineOptions({ data, validation: lineData, lint }));
    expect(told).toEqual([
      "data",
      "warning: inputs[1]: the same value in every row; leave out what tells nothing",
      "validation",
      "",
    ]);
    const refuse = (): Promise<never> => Promise.reject(new Error("not this"));
    await expect(fit(lineOptions({ lint: refuse }))).rejects.toThrow("not this");
  });

  it("and takes no other answer", async () => {
    await expect(fit(lineOptions({ lint: "warn" as never }))).rejects.toThrow(
      "fit: lint must be a function, true or false, got warn",
    );
    await expect(fit(lineOptions({ validation: "0.2" as never }))).rejects.toThrow(
      "fit: validation must be { inputs, targets }, a stream(), or a part of the data such as 0.2, got 0.2",
    );
  });
});
