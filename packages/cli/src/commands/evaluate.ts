import { type Command } from "commander";
import type { Io } from "../io.ts";
import type { Act } from "../outcome.ts";
import { backendOption, common, metricsOption, pluginOption } from "./options.ts";

/** `nn evaluate`. */
export function evaluateCommand(program: Command, io: Io, act: Act): void {
  const command = program
    .command("evaluate <model> <data>")
    .summary("say how good a model is on other rows")
    .description(
      "Predicts the rows of a table with a model's file, or the model of a run's folder, and compares them with the column " +
        "that is there. Figures are those of the experiment, or those that are asked for.",
    )
    .addOption(metricsOption())
    .addOption(backendOption())
    .addOption(pluginOption())
    .addHelpText(
      "after",
      `
Examples:
  $ nn evaluate runs/houses-1 new-sales.csv
  $ nn evaluate model.safetensors new-sales.csv --metric r2,mape --json`,
    );
  common(command).action(
    act(async (model: string, data: string, options) =>
      (await import("../work/evaluate.ts")).evaluate(model, data, options, io),
    ),
  );
}
