import { type Command, InvalidArgumentError, Option } from "commander";

/** The options that all commands have. */
export function common(command: Command): Command {
  return command
    .option("--json", "one JSON object on standard output, for other programs")
    .option("-q, --quiet", "no progress and no notes on standard error");
}

/** `--plugin`, which may be given several times. */
export function pluginOption(): Option {
  return new Option(
    "--plugin <module>",
    "a package of your project, or a file, whose 'plugins' may be named; repeatable",
  )
    .argParser((name: string, names: readonly string[] = []) => [...names, name])
    .default([], "none");
}

/** `--backend` of commands that take a trained model. */
export function backendOption(): Option {
  return new Option(
    "--backend <name>",
    "where to compute: wasm, js, or one that --plugin brings in",
  ).default("wasm");
}

/** `--jobs` and `--threads` of commands that train. */
export function jobsOptions(): readonly Option[] {
  return [
    new Option(
      "-j, --jobs <n>",
      "folds at a time; by default as many as there are cores, and one on a GPU",
    ).argParser(wholeNumber(1)),
    new Option(
      "--threads <n>",
      "threads for each of them; their share of the cores by default",
    ).argParser(wholeNumber(1)),
  ];
}

/** Reads a whole number that is neither below a least one nor above a greatest. */
export function wholeNumber(least: number, most = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(
        `It has to be a whole number from ${least}${most < Infinity ? ` to ${most}` : ""}.`,
      );
    return value;
  };
}

/** `--metric` with several names. */
export function metricsOption(): Option {
  return new Option(
    "-m, --metric <names>",
    "figures such as r2,rmse,mae or accuracy; those of the experiment by default",
  )
    .argParser((names: string) => names.split(",").map((name) => name.trim()))
    .default([], "those of the experiment");
}
