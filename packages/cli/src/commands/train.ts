import { type Command } from "commander";
import type { Io } from "../io.ts";
import type { Act } from "../outcome.ts";
import { common, jobsOptions, pluginOption, wholeNumber } from "./options.ts";

/** `nn train`. */
export function trainCommand(program: Command, io: Io, act: Act): void {
  const command = program
    .command("train <experiment>")
    .summary("train and judge the models of an experiment")
    .description(
      "Trains a model for each fold of an experiment, in parallel, and says how good they are on rows that they have not " +
        "seen. The run's folder keeps the experiment with everything filled in, figures, history, predictions of all rows, " +
        "the model, and report.html, and what is needed to repeat it to the same bits.",
    )
    .option(
      "--set <path=value>",
      "change a value of the experiment, as in optimizer.learningRate=0.05; repeatable",
      (change: string, changes: readonly string[] = []) => [...changes, change],
    )
    .option(
      "--epochs <n>",
      "how many epochs; schedules that end with the run follow",
      wholeNumber(1),
    )
    .option("--seed <n>", "the same as --set seed=n", wholeNumber(0))
    .option("--folds <n>", "how many folds, divided as the experiment says", wholeNumber(2))
    .option(
      "--backend <name>",
      "the same as --set backend=name: wasm, js, or one that --plugin brings in",
    )
    .option(
      "-o, --out <folder>",
      "the run's folder; runs/<name>-<number> beside the experiment by default",
    )
    .option("--resume", "go on with the run that was interrupted, to the same bits")
    .option("--watch", "serve a page whose curves move while training runs")
    .option(
      "--port <n>",
      "the port of that page; any that is free by default",
      wholeNumber(0, 65535),
    )
    .addOption(pluginOption())
    .addHelpText(
      "after",
      `
Ctrl-C ends a run within moments and keeps what is done; the second one ends it
at once. --resume goes on from there, as it does after a crash. Results do not
depend on --jobs, --threads, or on how often a run was interrupted.

Examples:
  $ nn train experiment.json
  $ nn train experiment.json --set optimizer.learningRate=0.05 --set model.0.units=64
  $ nn train experiment.json --epochs 10 --folds 3 --out runs/try
  $ nn train experiment.json --resume --out runs/try
  $ nn train experiment.json --watch
  $ nn train experiment.json --plugin @acme/layers --plugin ./my-loss.js
  $ nn train experiment.json --backend webgpu --plugin @nn/backend-webgpu
  $ nn train experiment.json --json --quiet | jq .figures.metrics.r2.mean`,
    );
  for (const option of jobsOptions()) command.addOption(option);
  common(command).action(
    act(async (experiment: string, options) =>
      (await import("../work/train.ts")).train(experiment, options, io),
    ),
  );
}
