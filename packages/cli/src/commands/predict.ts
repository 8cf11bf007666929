import { type Command } from "commander";
import type { Io } from "../io.ts";
import type { Act } from "../outcome.ts";
import { backendOption, common, pluginOption } from "./options.ts";

/** `nn predict`. */
export function predictCommand(program: Command, io: Io, act: Act): void {
  const command = program
    .command("predict <model> <data>")
    .summary("predict the rows of a table, as CSV")
    .description(
      "Predicts raw rows with a model's file, or the model of a run's folder, in original units. The result is CSV with the " +
        "column of ids, where there is one, on standard output or in a file, which is written whole or not at all.",
    )
    .option("-o, --out <file>", "write the predictions to a file")
    .option(
      "--id <column>",
      "the column to keep beside predictions; that of the experiment by default",
    )
    .addOption(backendOption())
    .addOption(pluginOption())
    .addHelpText(
      "after",
      `
Examples:
  $ nn predict runs/houses-1 new-houses.csv -o prices.csv
  $ nn predict model.safetensors new-houses.csv --id id | head
  $ nn predict runs/houses-1 new-houses.csv --json`,
    );
  common(command).action(
    act(async (model: string, data: string, options) =>
      (await import("../work/predict.ts")).predict(model, data, options, io),
    ),
  );
}
