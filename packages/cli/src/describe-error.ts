import { CommandError, exitCodes, type FileProblem } from "./failure.ts";

const look = "; see who may read and write there";

/** What to do about what the system says. */
const hints: { readonly [code: string]: string } = {
  EACCES: look,
  EPERM: look,
  ENOSPC: "; make room, and try again (nn train goes on with --resume)",
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
  const { message, code } = Object(error) as { message?: unknown; code?: unknown };
  const said = typeof message === "string" && message !== "" ? message : String(error);
  const text = isOfFold(error) ? countedFromOne(said) : said;
  const hint = (typeof code === "string" && hints[code]) || "";
  return { message: `${text}${hint}`, code: exitCodes.failed, problems: [] };
}

/** A problem as editors and terminals make a link of it: `houses.json:12:5 /model/1: …`. */
function lineOf({ file, line, column, path, message }: FileProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const where = [place, path].filter((part) => part !== "").join(" ");
  return `  ${[where, message].filter((part) => part !== "").join(": ")}`;
}

function isOfFold(error: unknown): boolean {
  return error instanceof Error && error.name === "FoldError";
}

/** Folds and members have numbers from 0, and people see them counted from 1. */
function countedFromOne(message: string): string {
  return message.replace(/^fold (\d+)(?:, member (\d+))?/, (_, fold: string, member?: string) =>
    [`fold ${Number(fold) + 1}`, ...(member ? [`member ${Number(member) + 1}`] : [])].join(", "),
  );
}
