import { js } from "@nn/backend-js";
import { sequential } from "@nn/core";
import { partialDependence, permutationImportance } from "@nn/interpret";
import { dense, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { r2 } from "@nn/metrics";
import { adam } from "@nn/optimizers";
import { fit } from "@nn/trainer";
import { kFold } from "@nn/trainer-kfold";
import { expect, it } from "vitest";
import { runReport } from "../src/index.ts";
import type { LoggedRun } from "../src/node/live/run-log.ts";
import { livePage } from "../src/node.ts";
import { elements } from "./support.ts";

const inputs = Array.from({ length: 60 }, (_, i) => [((i * 37) % 60) / 60, ((i * 23) % 60) / 60]);
const options = {
  data: { inputs, targets: inputs.map(([x]) => [x! * x!]) },
  model: sequential([dense(4, { activation: tanh() }), dense(1)]),
  loss: mse(),
  metrics: [r2()],
  optimizer: adam({ learningRate: 0.05 }),
  epochs: 12,
  seed: 7,
  backend: js(),
};

/** The titles of a report's charts. */
function titles(html: string): string[] {
  return elements(html)
    .filter(({ name, within }) => name === "b" && within.includes("figcaption"))
    .map(({ text }) => text);
}

it("takes what cross-validation and explanations return as it is, and watches all folds", async () => {
  const page = await livePage();
  const result = await kFold({ ...options, folds: 3, observe: page.fold });
  const events = (await fetch(`${page.url}events`)).body!.getReader();
  const state = new TextDecoder().decode((await events.read()).value);
  await events.cancel();
  await page.close();
  const runs = JSON.parse(/data: (.*)/.exec(state)![1]!) as LoggedRun[];
  expect(runs.map(({ name, ended, history }) => [name, ended, history.epoch.length])).toEqual([
    ["fold 1", "epochs", 12],
    ["fold 2", "epochs", 12],
    ["fold 3", "epochs", 12],
  ]);
  expect(runs[2]!.history.figures["validation/r2"]).toEqual(
    result.folds[2]!.history["validation/r2"],
  );
  const model = result.best;
  const importance = await permutationImportance({
    model,
    data: options.data,
    metric: r2(),
    names: ["a", "b"],
  });
  const dependence = await Promise.all(
    [["a"], ["a", "b"]].map((features) =>
      partialDependence({ model, inputs, names: ["a", "b"], features, curves: true, grid: 5 }),
    ),
  );
  const html = runReport({
    name: "square",
    ...result,
    importance,
    dependence,
    predictions: {
      truth: options.data.targets.map(([x]) => x),
      predicted: result.outOfFold.predictions.data,
      features: { a: inputs.map(([a]) => a) },
    },
  });
  expect(titles(html)).toEqual([
    "r2 by fold",
    "loss by fold",
    "loss by epoch",
    "r2 by epoch",
    "target: predicted against true",
    "Residuals of target over true target",
    "Residuals of target over a",
    "Importance of features",
    "prediction over a, on average",
    "prediction over a and b, on average",
  ]);
});

it("takes what fit returns as it is, and watches it", async () => {
  const page = await livePage();
  const result = await fit({ ...options, validation: 0.2, callbacks: [page] });
  await page.close();
  expect(titles(runReport({ name: "square", ...result }))).toEqual([
    "loss by epoch",
    "r2 by epoch",
  ]);
});
