import { CommandError, exitCodes, type FileProblem } from "./failure.ts";

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
  const text = typeof message === "string" && message !== "" ? message : String(error);
  const hint = code === "EACCES" || code === "EPERM" ? "; see who may read and write there" : "";
  return { message: `${text}${hint}`, code: exitCodes.failed, problems: [] };
}

/** A problem as editors and terminals make a link of it: `houses.json:12:5 /model/1: …`. */
function lineOf({ file, line, column, path, message }: FileProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return ["  ", [place, path].filter((part) => part !== "").join(" "), ": ", message].join("");
}
