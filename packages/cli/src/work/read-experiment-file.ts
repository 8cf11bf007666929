import type { Json, Plugin } from "@nn/core";
import {
  type Experiment,
  type ExperimentError,
  locate,
  parseExperiment,
  readExperiment,
  setOption,
} from "@nn/experiment";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { CommandError, exitCodes, isExperimentError, wrongUse } from "../failure.ts";

/** An experiment, and where it stands. */
export interface ExperimentFile {
  readonly experiment: Experiment;
  /** The file that its data is read from. */
  readonly data: string;
  /** Places that a change has also changed, as JSON pointers with the value. */
  readonly alsoChanged: readonly (readonly [path: string, value: string])[];
  /** Makes errors of what is wrong in the experiment say where in the file it is. */
  located(error: unknown): unknown;
}

/** A change from the command line: a place in the experiment, the value as text, and the flag it came from. */
export interface Change {
  readonly path: string;
  readonly value: string;
  readonly flag: string;
  /** Where the value goes in what is at the place, if that is an object: `folds` may be a number or a splitter. */
  readonly inside?: string;
  /** Finds other places that get the same value: schedules that end with the run. */
  readonly also?: (experiment: Json) => readonly string[];
}

/** What to read an experiment with. */
export interface ReadFileOptions {
  readonly cwd: string;
  readonly plugins: readonly Plugin[];
  readonly changes: readonly Change[];
}

/** Reads an experiment's file, with changes from the command line. */
export async function readExperimentFile(
  file: string,
  { cwd, plugins, changes }: ReadFileOptions,
): Promise<ExperimentFile> {
  const place = path.resolve(cwd, file);
  const text = await readText(place, file);
  const changed = new Map<string, string>();
  const alsoChanged: [path: string, value: string][] = [];
  const located = (error: unknown): unknown =>
    locatedIn({ file, text, changed, alsoChanged: alsoChanged.map(([at]) => at) }, error);
  try {
    let json: Json = parseExperiment(text);
    // What is no experiment at all is told as such, below.
    for (const change of isObject(json) && !Array.isArray(json) ? changes : []) {
      const { path: named, value, flag, inside, also } = change;
      const there = (json as { readonly [name: string]: Json })[named];
      const at = inside !== undefined && isObject(there) ? `${named}.${inside}` : named;
      // What was set on its own stays.
      const others = (also?.(json) ?? []).filter((each) => flagAt(changed, each) === undefined);
      try {
        for (const each of [at, ...others]) json = setOption(json, each, value);
      } catch (error) {
        throw isExperimentError(error) ? ofFlag(flag, error) : error;
      }
      for (const each of [at, ...others]) changed.set(pointerOf(each), flag);
      alsoChanged.push(...others.map((each): [string, string] => [each, value]));
    }
    const experiment = readExperiment(json, { plugins });
    const data = path.resolve(path.dirname(place), experiment.data.file);
    return { experiment, data, alsoChanged, located };
  } catch (error) {
    throw located(error);
  }
}

/** Takes `model.0.units=64` apart. */
export function changeOf(text: string): Change {
  const at = text.indexOf("=");
  if (at < 1)
    throw wrongUse(
      `--set ${text}: expected a place and a value, as in optimizer.learningRate=0.05`,
    );
  return { path: text.slice(0, at), value: text.slice(at + 1), flag: `--set ${text}` };
}

async function readText(place: string, file: string): Promise<string> {
  try {
    return await readFile(place, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT"
        ? "there is no such file; nn init writes one"
        : code === "EISDIR"
          ? "this is a folder; name the experiment's file in it"
          : (cause as Error).message;
    throw new CommandError(`${file}: ${reason}`, { code: exitCodes.wrongUse, cause });
  }
}

/** Where a text came from, and what the command line has changed in it. */
interface Origin {
  readonly file: string;
  readonly text: string;
  /** Flags by the JSON pointers that they set. */
  readonly changed: ReadonlyMap<string, string>;
  /** Those of them that nobody named. */
  readonly alsoChanged: readonly string[];
}

/** The same error with file, line and column, or the flag that is to blame, where it is one of the experiment. */
function locatedIn({ file, text, changed, alsoChanged }: Origin, error: unknown): unknown {
  if (!isExperimentError(error)) return error;
  const problems = error.problems.map(({ path: at, message }) => {
    const flag = flagAt(changed, at);
    if (flag !== undefined) return { path: at, message: `${message} (${flag})` };
    // What is wrong with the whole may be wrong with the part that was changed.
    const inner = [...changed].find(
      ([set]) =>
        set.slice(0, set.lastIndexOf("/")) === at && at !== "" && !alsoChanged.includes(set),
    )?.[1];
    if (inner !== undefined)
      return { file, ...locate(text, at), path: at, message: `${message} (with ${inner})` };
    // What is no JSON says its place itself.
    const [, line, column, rest] = /^line (\d+), column (\d+): ([^]*)$/.exec(message) ?? [];
    if (at === "" && rest !== undefined)
      return { file, line: Number(line), column: Number(column), path: at, message: rest };
    return { file, ...locate(text, at), path: at, message };
  });
  const summary = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return new CommandError(`${summary} in ${file}`, {
    code: exitCodes.wrongUse,
    problems,
    cause: error,
  });
}

/** The flag that set a place, or what is around it. */
function flagAt(changed: ReadonlyMap<string, string>, at: string): string | undefined {
  return [...changed].find(([set]) => at === set || at.startsWith(`${set}/`))?.[1];
}

function isObject(json: Json | undefined): boolean {
  return typeof json === "object" && json !== null;
}

function ofFlag(flag: string, { problems }: ExperimentError): CommandError {
  return new CommandError(flag, { code: exitCodes.wrongUse, problems });
}

/** The JSON pointer of a place that is written with dots. */
function pointerOf(place: string): string {
  return place.startsWith("/") ? place : `/${place.split(".").join("/")}`;
}
