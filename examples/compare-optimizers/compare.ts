import { writeFileSync } from "node:fs";
import path from "node:path";

import { mse } from "@nn/losses";
import { fit } from "@nn/trainer";
import { type Curve, drawCurves, type Spread } from "./chart.ts";
import { backend, seeds } from "./options.ts";
import type { Problem } from "./problems.ts";
import { type Setting, type Study, studies } from "./studies.ts";

const started = performance.now();
const figures: string[] = [];
for (const study of studies) {
  const curves: Curve[] = [];
  console.log(`\n${study.problem.title}: ${study.title.toLowerCase()}`);
  for (const [name, setting] of Object.entries(study.lines)) {
    const curve = { name, losses: spread(await histories(study.problem, setting)) };
    curves.push(curve);
    const { low, middle, high } = curve.losses.at(-1)!;
    const [from, to] = [low, high].map((loss) => loss.toPrecision(2));
    console.log(`  ${name.padEnd(18)} ${middle.toPrecision(3).padStart(9)}   (${from} to ${to})`);
  }
  figures.push(drawCurves(`${study.problem.title}: ${study.title}`, lossOf(study), curves));
}

const file = path.join(import.meta.dirname, "comparison.html");
writeFileSync(
  file,
  `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Optimizers compared</title>
<style>body { font: 15px system-ui; margin: 2rem; display: flex; flex-wrap: wrap; gap: 2rem }
figure { margin: 0 } h2 { font-size: 1rem }</style>
${figures.join("\n")}
</html>
`,
);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  `\n${seeds} ${seeds === 1 ? "seed" : "seeds"} a line, in ${seconds} s. Charts: ${file}`,
);
await backend.close?.();

/** The loss after each epoch, of one run a seed. */
async function histories(problem: Problem, setting: Setting): Promise<readonly number[][]> {
  const { data, validation, batchSize, epochs, model } = problem;
  const all: number[][] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const { history } = await fit({
      backend,
      model: model(setting),
      data,
      ...(validation && { validation }),
      loss: mse(),
      optimizer: setting.optimizer,
      batchSize,
      epochs,
      seed,
    });
    all.push([...(history["validation/loss"] ?? history.loss)]);
  }
  return all;
}

/** The quartiles of each epoch. */
function spread(runs: readonly number[][]): Spread[] {
  return runs[0]!.map((_, epoch) => {
    const sorted = runs.map((losses) => losses[epoch]!).sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
    return { low: at(0.25), middle: at(0.5), high: at(0.75) };
  });
}

function lossOf({ problem }: Study): string {
  return problem.validation ? "loss on held-out rows" : "loss while training";
}
