import { writeCsv } from "@nn/datasets";
import { writeWhole } from "@nn/trainer/node";
import { existsSync } from "node:fs";
import path from "node:path";
import { CommandError, exitCodes } from "../failure.ts";
import { madeUpHouses } from "../init/example.ts";
import { propose } from "../init/propose.ts";
import { readAny, readAs, type ReadOptions } from "../init/read-any.ts";
import { survey } from "../init/survey.ts";
import { inWords, targetOf, taskOf } from "../init/task.ts";
import { treatments } from "../init/treatment.ts";
import type { Io } from "../io.ts";
import { makeFolder } from "../make-folder.ts";
import type { CommonOptions, Outcome } from "../outcome.ts";
import { textTable } from "../text/table.ts";
import { count } from "../text/figures.ts";

/** Options of `nn init`. */
export interface InitOptions extends CommonOptions {
  readonly target?: string;
  readonly out: string;
  readonly force?: boolean;
}

/** Writes an experiment for a table, and the table, too, where there is none. */
export async function init(
  data: string | undefined,
  { target: asked, out, force = false }: InitOptions,
  io: Io,
): Promise<Outcome> {
  const file = path.resolve(io.cwd, out);
  const folder = path.dirname(file);
  const dataFile =
    data === undefined ? path.join(folder, "houses.csv") : path.resolve(io.cwd, data);
  const written = data === undefined ? [dataFile, file] : [file];
  const shown = (place: string): string => path.relative(io.cwd, place) || ".";
  for (const each of written)
    if (existsSync(each) && !force)
      throw new CommandError(`${shown(each)} is there already; --force writes over it`, {
        code: exitCodes.wrongUse,
      });
  const { table, options } =
    data === undefined
      ? { table: madeUpHouses(), options: {} as ReadOptions }
      : await readAny(dataFile);
  const columns = survey(table);
  const task = taskOf(targetOf(columns, asked ?? (data === undefined ? "price" : undefined)));
  const { target, kind } = task;
  const isGuess = data !== undefined && asked === undefined;
  const proposed = treatments(columns, target, { isRegression: kind === "numbers" });
  if (!proposed.some(({ use }) => !["target", "ids", "dropped"].includes(use)))
    throw new CommandError(
      [
        `there is no column to predict '${target.name}' from`,
        ...proposed
          .filter(({ use }) => use !== "target")
          .map(({ column, how }) => `  '${column.name}' ${how}`),
      ].join("\n"),
    );
  const experiment = propose(
    {
      name: path.basename(dataFile).replace(/\.[^.]*$/, ""),
      data: { file: toPosix(path.relative(folder, dataFile)), ...options },
      schema: schemaFrom(folder),
    },
    task,
    proposed,
  );
  await makeFolder(folder);
  if (data === undefined) await writeWhole(dataFile, writeCsv(table));
  await writeWhole(file, `${JSON.stringify(experiment, null, 2)}\n`);
  const lines = proposed.map(({ column, use, how: done }) => [
    `  ${column.name}`,
    use === "target"
      ? `what to predict: ${inWords(task)}${isGuess ? "; --target names another" : ""}`
      : `${use}: ${done}`,
  ]);
  const next = ["nn", "train", shown(file)].join(" ");
  return {
    json: {
      experiment: file,
      data: dataFile,
      rows: table.numRows(),
      target: target.name,
      task: kind,
      columns: proposed.map(({ column: { name }, use, how: done }) => ({ name, use, how: done })),
      written,
    },
    text: [
      `${shown(dataFile)}: ${count(table.numRows(), "row")}${data === undefined ? " of made-up houses" : ""}, ${count(columns.length, "column")}${readAs(options)}`,
      textTable(lines, "left"),
      "",
      `${shown(file)} is written. Change what you know better, and train it:`,
      `  $ ${next}`,
    ].join("\n"),
  };
}

/** Where editors find the schema, seen from a folder: in the nearest `node_modules` that has it. */
function schemaFrom(folder: string): string | undefined {
  const inside = path.join("node_modules", "@nn", "experiment", "experiment.schema.json");
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, inside))) {
      const relative = toPosix(path.relative(folder, path.join(at, inside)));
      return relative.startsWith(".") ? relative : `./${relative}`;
    }
    if (path.dirname(at) === at) return undefined;
  }
}

function toPosix(file: string): string {
  return file.split(path.sep).join("/");
}
