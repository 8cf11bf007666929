import { type Command } from "commander";
import type { Io } from "../io.ts";
import type { Act } from "../outcome.ts";
import { common } from "./options.ts";

/** `nn compare`. */
export function compareCommand(program: Command, io: Io, act: Act): void {
  const command = program
    .command("compare <runs...>")
    .summary("set runs side by side")
    .description(
      "Prints the figures of two or more runs in a table, the best of each marked by *, and the options in which their " +
        "experiments differ; with --out, as HTML with their curves on the same charts, too.",
    )
    .option("-o, --out <file>", "write a comparison with charts, as one HTML file")
    .addHelpText(
      "after",
      "\nExamples:\n  $ nn compare runs/houses-1 runs/houses-2\n  $ nn compare runs/* --out comparison.html",
    );
  common(command).action(
    act(async (runs: readonly string[], options) =>
      (await import("../work/compare.ts")).compare(runs, options, io),
    ),
  );
}
