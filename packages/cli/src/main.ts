import { Command, CommanderError } from "commander";
import { compareCommand } from "./commands/compare.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { explainCommand } from "./commands/explain.ts";
import { initCommand } from "./commands/init.ts";
import { predictCommand } from "./commands/predict.ts";
import { reportCommand } from "./commands/report.ts";
import { rerunCommand } from "./commands/rerun.ts";
import { trainCommand } from "./commands/train.ts";
import { describeError } from "./describe-error.ts";
import { exitCodes } from "./failure.ts";
import type { Io } from "./io.ts";
import type { Act, Outcome } from "./outcome.ts";
import { ownVersion } from "./own-version.ts";

const commands = [
  initCommand,
  trainCommand,
  evaluateCommand,
  predictCommand,
  explainCommand,
  reportCommand,
  compareCommand,
  rerunCommand,
  doctorCommand,
];

const closing = `
Exit codes: 0 done; 1 failed; 2 wrong use, or an experiment that cannot be read;
130 interrupted. With --json, standard output is one JSON object, also where a
command fails; progress and notes go to standard error. NN_DEBUG=1 shows the
stacks of errors. nn <command> --help has examples.

Begin with made-up houses, or a table of your own:
  $ nn init                             or: nn init your.csv --target column
  $ nn train experiment.json`;

/**
 * Runs the command line `nn` with these arguments, and gives its exit code: 0 done, 1 failed, 2 wrong use or an experiment
 * that cannot be read, 130 interrupted. It never ends the process.
 *
 * ```ts
 * process.exitCode = await run(["train", "experiment.json", "--json"], io);
 * ```
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const isJson = argv.includes("--json");
  let outcome: Outcome | undefined;
  const act: Act =
    (work) =>
    async (...args) => {
      outcome = await work(...args);
    };
  // What the parser has to say is an error like all others, or help that was asked for.
  const said: string[] = [];
  const program = new Command("nn")
    .description("Trains, evaluates, explains and reports neural networks from one JSON file.")
    .version(ownVersion(), "-V, --version", "the version of @nn/cli")
    .helpOption("-h, --help", "what there is, with examples")
    .helpCommand("help [command]", "the same as <command> --help")
    .addHelpText("after", closing)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void said.push(text),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      getErrHelpWidth: () => io.stderr.columns ?? 80,
    });
  for (const command of commands) command(program, io, act);
  try {
    await program.parseAsync(argv.length > 0 ? argv : ["--help"], { from: "user" });
    if (!outcome) return exitCodes.fine;
    const text = isJson ? JSON.stringify(outcome.json) : outcome.text;
    if (text !== "") io.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
    return outcome.code ?? exitCodes.fine;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.fine;
    const isUse = error instanceof CommanderError;
    const told = isUse
      ? {
          message:
            // Help that nobody asked for is that of a command that there is not.
            error.code === "commander.help"
              ? `there is no command '${argv[1]}'; nn --help lists them`
              : said
                  .join("")
                  .replace(/^error: /, "")
                  .trim(),
          code: exitCodes.wrongUse,
          problems: [],
        }
      : describeError(error);
    io.stderr.write(`nn: ${told.message}\n`);
    if (io.env["NN_DEBUG"] && error instanceof Error) io.stderr.write(`${stackOf(error)}\n`);
    if (isJson)
      io.stdout.write(
        `${JSON.stringify({ error: { message: told.message, problems: told.problems }, code: told.code })}\n`,
      );
    return told.code;
  }
}

/** The stack of an error and of what caused it. */
function stackOf(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack;
}
