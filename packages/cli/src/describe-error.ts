import { CommandError, exitCodes, type FileProblem, isExperimentError } from "./failure.ts";

const look = "; see who may read and write there";

/** What to do about what the system says by a code, and about errors by their names. */
const hints: { readonly [codeOrName: string]: string } = {
  EACCES: look,
  EPERM: look,
  ENOSPC: "; make room, and try again (nn train goes on with --resume)",
  DeviceLostError: "; try again (nn train goes on with --resume)",
};

/** What is told of an error. */
export interface ToldError {
  readonly message: string;
  readonly code: number;
  readonly problems: readonly FileProblem[];
}

/** What to tell of an error that a command ended with, in one message without its stack. */
export function describeError(error: unknown): ToldError {
  if (error instanceof CommandError) {
    const { message, code, problems } = error;
    return { message: [message, ...problems.map(lineOf)].join("\n"), code, problems };
  }
  const { message, code, name, cause } = Object(error) as { readonly [key: string]: unknown };
  const said = typeof message === "string" && message !== "" ? message : String(error);
  if (isExperimentError(error))
    return { message: said, code: exitCodes.wrongUse, problems: error.problems };
  const text = name === "FoldError" ? countedFromOne(said) : said;
  const known = [code, name, Object(cause).name].find((key) => Object.hasOwn(hints, key));
  const hint = known === undefined ? "" : hints[known];
  return { message: `${text}${hint}`, code: exitCodes.failed, problems: [] };
}

/** A problem as editors and terminals make a link of it: `houses.json:12:5 /model/1: …`. */
function lineOf({ file, line, column, path, message }: FileProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const where = [place, path].filter((part) => part !== "").join(" ");
  return `  ${[where, message].filter((part) => part !== "").join(": ")}`;
}

/** Folds and members have numbers from 0, and people see them counted from 1. */
function countedFromOne(message: string): string {
  return message.replace(/^fold (\d+)(?:, member (\d+))?/, (_, fold: string, member?: string) =>
    [`fold ${Number(fold) + 1}`, ...(member ? [`member ${Number(member) + 1}`] : [])].join(", "),
  );
}
