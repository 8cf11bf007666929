import { runExperiment } from "@nn/experiment";
import { openRun } from "@nn/experiment/node";
import { safetensors } from "@nn/safetensors";
import { setTimeout } from "node:timers/promises";
import { backend, read, table } from "./support.ts";

/** Runs until the second fold is under way, says so, and waits to be killed. */
const [folder, data] = process.argv.slice(2) as [string, string];
const experiment = read({ ids: "id" });
const run = await openRun(folder, { experiment, backend, data, format: safetensors() });
await runExperiment(experiment, {
  table,
  backend,
  store: { ...run.store, interval: 0 },
  observe: (fold) => ({
    async epoch({ epoch }) {
      if (fold !== 1 || epoch !== 2) return;
      process.stdout.write("under way\n");
      await setTimeout(60_000);
    },
  }),
});
