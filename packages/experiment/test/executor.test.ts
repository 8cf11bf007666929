import { workers } from "@nn/executor-workers";
import { runExperiment } from "@nn/experiment";
import { expect, it } from "vitest";
import { backend, read, table } from "./support.ts";

it("comes to the same bits with folds in worker threads", { timeout: 60_000 }, async () => {
  const experiment = read({
    ids: "id",
    members: 2,
    callbacks: [{ kind: "earlyStopping", patience: 2 }],
  });
  const executor = workers({
    concurrency: 2,
    execArgv: ["--import", "tsx", "--conditions=@nn/source"],
  });
  try {
    const entry = new URL("entry.ts", import.meta.url);
    const epochs = new Map<number, number>();
    const observe = (fold: number) => ({
      epoch: () => void epochs.set(fold, (epochs.get(fold) ?? 0) + 1),
    });
    const there = await runExperiment(experiment, {
      table,
      backend,
      executor,
      entry,
      threads: 1,
      observe,
    });
    const here = await runExperiment(experiment, { table, backend });
    const bits = ({ figures, history, predictions }: typeof here) =>
      JSON.stringify([{ ...figures, seconds: 0 }, history, predictions]);
    expect(bits(there)).toBe(bits(here));
    expect([...epochs.keys()].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
  } finally {
    await executor.close();
  }
});
