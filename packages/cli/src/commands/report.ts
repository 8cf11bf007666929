import { type Command } from "commander";
import type { Io } from "../io.ts";
import type { Act } from "../outcome.ts";
import { common, pluginOption } from "./options.ts";

/** `nn report`. */
export function reportCommand(program: Command, io: Io, act: Act): void {
  const command = program
    .command("report <runs...>")
    .summary("write the reports of runs anew")
    .description(
      "Writes report.html into the folders of runs, from what they hold and, for charts over features, from the data where " +
        "it still is. One file has everything and loads nothing.",
    )
    .option("-o, --out <file>", "another file, for a single run")
    .addOption(pluginOption())
    .addHelpText("after", "\nExamples:\n  $ nn report runs/houses-1\n  $ nn report runs/*");
  common(command).action(
    act(async (runs: readonly string[], options) =>
      (await import("../work/report.ts")).report(runs, options, io),
    ),
  );
}
