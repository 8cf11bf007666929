import { js } from "@nn/backend-js";
import { tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import { type Finding, fit, showFindings, splitData } from "../src/index.ts";
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

  it.each<[number, string]>([
    [0, "fit: validation must be a fraction between 0 and 1 or a whole number of rows, got 0"],
    [1.5, "fit: validation must be a fraction between 0 and 1"],
    [Number.NaN, "fit: validation must be a fraction between 0 and 1"],
    [10, "fit: 10 rows cannot be divided into train (at least 1), validation 10 and test 0"],
  ])("refuses a part of %s", async (validation, message) => {
    await expect(fit(lineOptions({ validation }))).rejects.toThrow(message);
  });
});

describe("fit looks at its data", () => {
  const broken = { inputs, targets: targets.map((row, at) => (at === 3 ? [Number.NaN] : row)) };
  const message =
    "fit: data: targets: 1 value is missing or not finite, first in row 3 (NaN); " +
    "fill them in or leave these rows out, or pass { lint: false }";

  it("and refuses what is not finite", async () => {
    await expect(fit(lineOptions({ data: broken }))).rejects.toThrow(message);
    await expect(fit(lineOptions({ data: broken, lint: () => {} }))).rejects.toThrow(message);
    await expect(fit(lineOptions({ validation: broken }))).rejects.toThrow(
      message.replace("data", "validation"),
    );
  });

  it("unless it shall not", async () => {
    await expect(fit(lineOptions({ data: broken, lint: false }))).rejects.toThrow(
      "is not finite (loss NaN)",
    );
  });

  it("and tells warnings to a function, of tensors, too", async () => {
    const constant = inputs.map(([x]) => [x!, 1]);
    for (const data of [
      { inputs: constant, targets },
      { inputs: tensor(js(), constant), targets },
    ]) {
      const told: (readonly Finding[])[] = [];
      const backend =
        "source" in data.inputs && data.inputs.source.state === "value"
          ? data.inputs.source.backend
          : js();
      await fit(lineOptions({ backend, data, lint: (warnings) => told.push(warnings) }));
      expect(told.map(showFindings)).toEqual([
        "warning: inputs[1]: the same value in every row; leave out what tells nothing",
      ]);
    }
    await fit(lineOptions({ lint: () => expect.unreachable() }));
  });

  it("and takes no other answer", async () => {
    await expect(fit(lineOptions({ lint: "warn" as never }))).rejects.toThrow(
      'fit: lint must be "error", a function or false, got warn',
    );
    await expect(fit(lineOptions({ validation: "0.2" as never }))).rejects.toThrow(
      "fit: validation must be { inputs, targets }, a stream(), or a part of the data such as 0.2, got 0.2",
    );
  });
});
