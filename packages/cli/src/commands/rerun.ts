import { type Command } from "commander";
import type { Io } from "../io.ts";
import type { Act } from "../outcome.ts";
import { common, jobsOptions, pluginOption } from "./options.ts";

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
    .option(
      "-o, --out <folder>",
      "the new run's folder; <run>-again, <run>-again-2 and so on by default",
    )
    .option("--data <file>", "the data, where it is not where it was")
    .addOption(pluginOption())
    .addHelpText(
      "after",
      "\nExamples:\n  $ nn rerun runs/houses-1\n  $ nn rerun runs/houses-1 --out /tmp/again --json",
    );
  for (const option of jobsOptions()) command.addOption(option);
  common(command).action(
    act(async (folder: string, options) =>
      (await import("../work/rerun.ts")).rerun(folder, options, io),
    ),
  );
}
