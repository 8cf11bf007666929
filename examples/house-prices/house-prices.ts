import { readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { workers } from "@nn/executor-workers";
import { parseExperiment, readExperiment, runExperiment, setOption } from "@nn/experiment";
import { openRun } from "@nn/experiment/node";
import { permutationImportance } from "@nn/interpret";
import { r2 } from "@nn/metrics";
import { writeReport } from "@nn/report/node";
import { safetensors } from "@nn/safetensors";
import { progress } from "@nn/trainer/node";
import { houseReport } from "./house-report.ts";
import { readHouses } from "./houses.ts";
import { plugins } from "./plugins.ts";

const { values: options } = parseArgs({
  options: {
    recipe: { type: "string", default: "quick" },
    backend: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const here = import.meta.dirname;
const recipe = path.join(here, "recipes", `${path.basename(options.recipe)}.json`);
const written = parseExperiment(readFileSync(recipe, "utf8"));
const isOnGpu = options.backend === "webgpu";
const experiment = readExperiment(
  options.backend === undefined ? written : setOption(written, "backend", options.backend),
  { plugins: isOnGpu ? [...plugins, ...(await import("@nn/backend-webgpu")).plugins] : plugins },
);
const backend = await experiment.backend.open();

const results = path.join(here, "results");
const houses = await readHouses(experiment.data, results);
const { file, data, table } = houses;
console.log(
  data === "generated"
    ? `${table.numRows()} houses, GENERATED for want of kc_house_data.csv (NN_DATA names its folder).`
    : `${table.numRows()} houses of King County.`,
);

// A run keeps all that it takes to repeat it in its folder; here that of the last run makes room.
const folder = path.join(results, experiment.name);
rmSync(folder, { recursive: true, force: true });
const run = await openRun(folder, { experiment, backend, data: file, format: safetensors() });
// Folds run in parallel, one on each core; but on a GPU one after the other, since there is one device.
const executor = isOnGpu ? undefined : workers({ concurrency: os.availableParallelism() });
const result = await runExperiment(experiment, {
  table,
  backend,
  ...(executor && { executor, entry: new URL("./folds.ts", import.meta.url), threads: 1 }),
  observe: progress().fold,
  store: run.store,
})
  .catch(async (error: unknown) => {
    await run.fail(error);
    throw error;
  })
  .finally(() => executor?.close());
const record = await run.finish(result);

const { figures, folds } = result;
const log = figures.transformed["r2"]!;
const dollars = figures.metrics["r2"]!;
const show = (value: number | null): string => (value ?? Number.NaN).toFixed(3);
console.log("\nfold  R² of log price  R² of price");
figures.folds.forEach(({ transformed, metrics }, fold) =>
  console.log(
    `${fold + 1}`.padStart(4),
    show(transformed["r2"]!).padStart(16),
    show(metrics["r2"]!).padStart(12),
  ),
);
console.log("mean", show(log.mean).padStart(16), show(dollars.mean).padStart(12));
console.log(`${figures.seconds.toFixed(1)} s\n`);

// What the best fold's model relies on, by the houses that it was not trained on.
const held = { model: folds.best, table, rows: folds.best.validation };
const started = performance.now();
const features = table.columnNames().filter((name) => name !== "id" && name !== "price");
const importance = await permutationImportance({ ...held, features, metric: r2(), repeats: 10 });
const importanceSeconds = (performance.now() - started) / 1000;
for (const { name, share, mean, deviation } of importance.features.slice(0, 10))
  console.log(
    `${name.padEnd(14)} ${"█".repeat(Math.round(share * 50)).padEnd(25)} ${(100 * share).toFixed(1).padStart(5)} %`,
    `(R² falls by ${mean.toFixed(3)} ± ${deviation.toFixed(3)})`,
  );

const report = path.join(folder, "report.html");
await writeReport(report, await houseReport({ experiment, record, result, houses, importance }));
const model = path.join(folder, "model.safetensors");
console.log(
  `\nmodel:  ${path.relative(process.cwd(), model)}\nreport: ${path.relative(process.cwd(), report)}`,
);

if (options.json) {
  const summary = ({ mean, best, folds: each }: typeof log) => ({ mean, best, folds: each });
  console.log(
    JSON.stringify({
      recipe: experiment.name,
      data,
      seconds: figures.seconds,
      r2Log: summary(log),
      r2: summary(dollars),
      importance: importance.features.map(({ name, share }) => ({ feature: name, share })),
      importanceSeconds,
      model,
      report,
    }),
  );
}
await backend.close?.();
