import { type Command } from "commander";
import type { Io } from "../io.ts";
import type { Act } from "../outcome.ts";
import { common, pluginOption, wholeNumber } from "./options.ts";

/** `nn rerun`. */
export function rerunCommand(program: Command, io: Io, act: Act): void {
  const command = program
    .command("rerun <run>")
    .summary("repeat a run, and say whether it came to the same bits")
    .description(
      "Trains the experiment of a run's folder once more, in a new folder, and compares: the bytes of the model, figures and " +
        "predictions. First it says what is not as it was then: data, versions, revision, machine. The exit code is 1 where " +
        "results differ.",
    )
    .option("-o, --out <folder>", "the new run's folder; <run>-again by default")
    .option("--data <file>", "the data, where it is not where it was")
    .option(
      "-j, --jobs <n>",
      "folds at a time; as many as there are cores by default",
      wholeNumber(1),
    )
    .option(
      "--threads <n>",
      "threads for each of them; their share of the cores by default",
      wholeNumber(1),
    )
    .addOption(pluginOption())
    .addHelpText(
      "after",
      "\nExamples:\n  $ nn rerun runs/houses-1\n  $ nn rerun runs/houses-1 --out /tmp/again --json",
    );
  common(command).action(
    act(async (folder: string, options) =>
      (await import("../work/rerun.ts")).rerun(folder, options, io),
    ),
  );
}
