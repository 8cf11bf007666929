import { type Command } from "commander";
import type { Io } from "../io.ts";
import type { Act } from "../outcome.ts";
import { backendOption, common, pluginOption, wholeNumber } from "./options.ts";

/** `nn explain`. */
export function explainCommand(program: Command, io: Io, act: Act): void {
  const command = program
    .command("explain <model> [data]")
    .summary("say which columns a model goes by, and how")
    .description(
      "Shuffles one column after the other and says how much worse predictions get (permutation importance), and how " +
        "predictions follow the most important ones (partial dependence). Of a run, it takes the rows that its model was not " +
        "trained on, writes importance.json into its folder, and shows both in its report.",
    )
    .option("-r, --repeats <n>", "how often each column is shuffled", wholeNumber(1), 10)
    .option("-m, --metric <name>", "the figure to look at; r2, or accuracy of classes, by default")
    .option("--top <n>", "of how many columns to find the partial dependence", wholeNumber(0), 4)
    .option(
      "--rows <n>",
      "the most rows to look at, drawn at random; 2000 by default",
      wholeNumber(1),
    )
    .option("--seed <n>", "fixes what is random", wholeNumber(0), 0)
    .option(
      "-o, --out <file>",
      "where to write the importance; importance.json in the run's folder by default",
    )
    .addOption(backendOption())
    .addOption(pluginOption())
    .addHelpText(
      "after",
      `
Examples:
  $ nn explain runs/houses-1
  $ nn explain runs/houses-1 --repeats 30 --metric mae --top 6
  $ nn explain model.safetensors new-sales.csv --out importance.json`,
    );
  common(command).action(
    act(async (model: string, data: string | undefined, options) =>
      (await import("../work/explain.ts")).explain(model, data, options, io),
    ),
  );
}
