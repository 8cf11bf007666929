import type { ExperimentError } from "@nn/experiment";

/** How commands end, as the process's exit code. */
export const exitCodes = { fine: 0, failed: 1, wrongUse: 2, interrupted: 130 } as const;

/** Where in a file something is wrong. */
export interface FileProblem {
  /** The file, and line and column from 1, where they are known. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Where in the JSON, as in `/model/1/units`. */
  readonly path: string;
  readonly message: string;
}

/** A command cannot do what it was told, for a reason that needs no stack. */
export class CommandError extends Error {
  override name = "CommandError";
  readonly code: number;
  readonly problems: readonly FileProblem[];

  constructor(
    message: string,
    options: { code?: number; problems?: readonly FileProblem[]; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = options.code ?? exitCodes.failed;
    this.problems = options.problems ?? [];
  }
}

/** The command line asks for something that there is not. */
export function wrongUse(message: string): CommandError {
  return new CommandError(message, { code: exitCodes.wrongUse });
}

/** Whether an experiment cannot be read, or does not go with its data. */
export function isExperimentError(error: unknown): error is ExperimentError {
  return error instanceof Error && error.name === "ExperimentError";
}
