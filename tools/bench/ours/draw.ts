import { js } from "@nn/backend-js";
import { describe, initialize, zeros } from "@nn/core";
import { writeStart } from "../check-files.ts";
import { syntheticData } from "../data.ts";
import { answer, readTask } from "../task.ts";
import { experimentOf } from "./experiment.ts";

/** The process that draws the first values of a workload's parameters, for all systems to start from. */
const { workload, check } = readTask();
const { model, batchSize } = experimentOf(workload);
const { declarations } = describe(model, zeros([batchSize, ...workload.inputShape]));
const { parameters } = initialize(js(), declarations, 1);
writeStart(check!.folder, {
  data: syntheticData(workload, check!.steps * batchSize),
  parameters: await Promise.all(
    declarations.map(async ({ path, shape }) => {
      return { path, shape, data: (await parameters[path]!.read()) as Float32Array };
    }),
  ),
});
answer({ losses: [] });
