import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { wasm } from "@nn/backend-wasm";
import { type Backend, print, sequential } from "@nn/core";
import { dense, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { momentum } from "@nn/optimizers";
import { fit, stepProgram } from "@nn/trainer";
import { drawSurface } from "./surface.ts";

const { values: options } = parseArgs({
  options: {
    print: { type: "boolean", default: false },
    backend: { type: "string", default: "wasm" },
  },
});

const inputs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const targets = [[0], [1], [1], [0]];

const experiment = {
  backend: await openBackend(options.backend),
  model: sequential([dense(3, { activation: tanh() }), dense(1, { activation: tanh() })]),
  data: { inputs, targets },
  loss: mse(),
  optimizer: momentum({ learningRate: 0.1 }),
  epochs: 2000,
  seed: 7,
};

if (options.print) {
  const program = await stepProgram(experiment);
  console.log(`The program of a training step:\n\n${print(program!)}\n`);
}

const result = await fit(experiment);
const { loss } = result.history;
console.log(" epoch      loss");
for (const epoch of [1, 10, 100, 500, 1000, 2000])
  console.log(`${String(epoch).padStart(6)}  ${loss[epoch - 1]!.toFixed(6).padStart(8)}`);

const answers = await result.predict(inputs).read();
console.log("\n a  b  a xor b  answer");
inputs.forEach(([a, b], i) =>
  console.log(
    ` ${a}  ${b}  ${String(targets[i]![0]).padStart(7)}  ${answers[i]!.toFixed(3).padStart(6)}`,
  ),
);

const started = performance.now();
const epochs = options.backend === "webgpu" ? 200 : 500_000;
const { steps } = await fit({ ...experiment, epochs });
const time = performance.now() - started;
const perStep = ((time / steps) * 1000).toFixed(2);
console.log(`\n${steps} steps, to measure: ${time.toFixed(0)} ms, ${perStep} µs a step`);

const file = path.join(import.meta.dirname, "xor-surface.svg");
writeFileSync(file, await surface());
console.log(`What it answers in between: ${file}`);

async function surface(): Promise<string> {
  const [low, high] = [-0.25, 1.25] as const;
  const side = 60;
  const at = (i: number): number => low + ((i + 0.5) / side) * (high - low);
  const places = Array.from({ length: side * side }, (_, i) => [
    at(i % side),
    at(Math.floor(i / side)),
  ]);
  const heights = await result.predict(places).read();
  const pointsOf = (list: readonly number[][], found: ArrayLike<number>) =>
    list.map(([x, y], i) => ({ x: x!, y: y!, answer: found[i]! }));
  return drawSurface(pointsOf(places, heights), pointsOf(inputs, answers), [low, high]);
}

async function openBackend(name: string): Promise<Backend> {
  if (name === "wasm") return wasm();
  if (name === "js") return (await import("@nn/backend-js")).js();
  if (name !== "webgpu") throw new Error(`--backend must be wasm, js or webgpu, got ${name}`);
  const { webgpu } = await import("@nn/backend-webgpu");
  return webgpu();
}
