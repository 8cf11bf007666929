import { type Command } from "commander";
import type { Io } from "../io.ts";
import type { Act } from "../outcome.ts";
import { common } from "./options.ts";

/** `nn init`. */
export function initCommand(program: Command, io: Io, act: Act): void {
  const command = program
    .command("init [data]")
    .summary("write an experiment for a table, which trains as it is")
    .description(
      "Looks at a table (.csv, .tsv, .json, .parquet, .arrow) and writes an experiment for it: which columns are numbers, " +
        "dates, categories and ids, what is done with each, a model, and how to train it. Without a table it writes a small " +
        "one with made-up houses, too.",
    )
    .option("-t, --target <column>", "the column to predict; the last one that can be by default")
    .option("-o, --out <file>", "the experiment's file", "experiment.json")
    .option("--force", "write over files that are there")
    .addHelpText(
      "after",
      `
Examples:
  $ nn init                                  a small example, to see how it goes
  $ nn init houses.csv --target price        numbers: regression, on log10 where prices are skewed
  $ nn init flowers.csv --target species     words: classification
  $ nn init houses.csv -t price -o try.json --force`,
    );
  common(command).action(
    act(async (data: string | undefined, options) =>
      (await import("../work/init.ts")).init(data, options, io),
    ),
  );
}
