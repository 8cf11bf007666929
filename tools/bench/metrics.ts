import { wasm } from "@nn/backend-wasm";
import { mae, r2 } from "@nn/metrics";
import { fit, type FitOptions } from "@nn/trainer";
import type { Tensor } from "@nn/core";
import { syntheticData } from "./data.ts";
import { dataSet, experimentOf } from "./ours/experiment.ts";
import { median } from "./statistics.ts";
import { kc } from "./workloads/kc.ts";

/**
 * What metrics cost: the time of an epoch of `kc` on its own, with a validation pass, and with metrics of both the
 * training and the validation rows. They take turns; figures are medians. Expects the packages to be built.
 */
const rounds = 9;
const epochs = 10;
const validationRows = 2702;

const backend = wasm();
await backend.ready;
const common = { ...experimentOf(kc), backend, data: dataSet(kc, syntheticData(kc)), epochs };
const held = { ...kc, rows: validationRows };
const validation = dataSet(held, syntheticData(held));
const variants: Record<string, FitOptions<Tensor, Tensor, Tensor>> = {
  "training alone": common,
  "and a validation pass": { ...common, validation },
  "and metrics of both": { ...common, validation, metrics: [r2(), mae()] },
};
const times = new Map(Object.keys(variants).map((name) => [name, [] as number[]]));
for (let round = -1; round < rounds; round++)
  for (const [name, options] of Object.entries(variants)) {
    const marks: number[] = [];
    await fit({ ...options, callbacks: [{ epoch: () => marks.push(performance.now()) }] });
    // The first epochs compile; the first round warms up.
    const steady = marks.slice(3);
    const perEpoch = (steady.at(-1)! - steady[0]!) / (steady.length - 1);
    if (round >= 0) times.get(name)!.push(perEpoch);
  }
const base = times.get("and a validation pass")!;
for (const [name, own] of times) {
  const ratio = median(own.map((time, i) => time / base[i]!));
  console.log(
    `${name.padEnd(24)}${median(own).toFixed(2).padStart(7)} ms an epoch${ratio.toFixed(3).padStart(9)}×`,
  );
}
await backend.close?.();
