import type { Json } from "@nn/core";
import type { StoredRun } from "@nn/experiment";
import { readRun } from "@nn/experiment/node";
import { compareReport } from "@nn/report";
import { writeReport } from "@nn/report/node";
import path from "node:path";
import { wrongUse } from "../failure.ts";
import type { Io } from "../io.ts";
import { makeFolder } from "../make-folder.ts";
import type { CommonOptions, Outcome } from "../outcome.ts";
import { figure } from "../text/figures.ts";
import { textTable } from "../text/table.ts";
import { reportRecord } from "./run-report.ts";

/** Options of `nn compare`. */
export interface CompareOptions extends CommonOptions {
  readonly out?: string;
}

/** Sets runs side by side. */
export async function compare(
  runs: readonly string[],
  { out }: CompareOptions,
  io: Io,
): Promise<Outcome> {
  if (runs.length < 2)
    throw wrongUse("compare needs two runs or more; nn report shows a single one");
  const stored = await Promise.all(runs.map((name) => readRun(path.resolve(io.cwd, name))));
  const names = runs.map((name) => name.replace(/[\\/]+$/, ""));
  const figures = comparedFigures(stored);
  const options = differentOptions(stored);
  const file = out === undefined ? null : path.resolve(io.cwd, out);
  if (file !== null) {
    await makeFolder(path.dirname(file));
    await writeReport(
      file,
      compareReport(stored.map((run, i) => ({ ...reportRecord(run), name: names[i]! }))),
    );
  }
  return {
    json: { runs: names, figures, options, report: file },
    text: [
      textTable([
        ["", ...names],
        ...figures.map(({ name, means, best }) => [
          name,
          ...means.map((mean, i) => `${figure(mean)}${best.includes(i) ? "*" : " "}`),
        ]),
        ["status", ...stored.map(({ record }) => record.status)],
      ]),
      "",
      options.length === 0
        ? "The experiments are the same."
        : textTable([
            ["different", ...names],
            ...options.map(({ path: at, values }) => [at, ...values.map(brief)]),
          ]),
      ...(file === null ? [] : ["", path.relative(io.cwd, file)]),
    ].join("\n"),
  };
}

/** A figure of all runs, with the places of the best. */
interface ComparedFigure {
  readonly name: string;
  readonly means: readonly (number | null)[];
  readonly best: readonly number[];
}

function comparedFigures(runs: readonly StoredRun[]): readonly ComparedFigure[] {
  const all = runs.map(({ record }) => record.figures);
  const names = new Set(all.flatMap((figures) => Object.keys(figures?.metrics ?? {})));
  return [...names].map((name) => {
    const means = all.map((figures) => figures?.metrics[name]?.mean ?? null);
    const known = means.filter((mean) => mean !== null);
    const isHigher = all.some((figures) => figures?.better[name] === "higher");
    const first = isHigher ? Math.max(...known) : Math.min(...known);
    // Losses in other units, or by other losses, do not compare.
    const units = new Set(all.map((figures) => figures?.units));
    const best = units.size > 1 ? [] : [...means.keys()].filter((i) => means[i] === first);
    return { name, means, best: known.length > 1 ? best : [] };
  });
}

/** What differs between experiments, as JSON pointers with the value of each run; undefined where it has none. */
function differentOptions(
  runs: readonly StoredRun[],
): readonly { readonly path: string; readonly values: readonly (Json | undefined)[] }[] {
  const leaves = runs.map(
    ({ experiment, record }) =>
      ({
        ...Object.fromEntries(leavesOf(experiment as Json, "")),
        "data SHA-256": record.data.sha256.slice(0, 12),
      }) as { readonly [path: string]: Json | undefined },
  );
  const paths = new Set(leaves.flatMap((each) => Object.keys(each)));
  return [...paths]
    .map((path) => ({ path, values: leaves.map((each) => each[path]) }))
    .filter(({ values: [first, ...others] }) =>
      others.some((value) => JSON.stringify(value) !== JSON.stringify(first)),
    );
}

function leavesOf(value: Json, path: string): (readonly [path: string, value: Json])[] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  const inner = Object.entries(value as { readonly [name: string]: Json });
  // Names of columns and the like are read together.
  const isLeaf = inner.every(([, each]) => typeof each !== "object") && Array.isArray(value);
  if (isLeaf || inner.length === 0) return [[path, value]];
  return inner.flatMap(([name, each]) => leavesOf(each, `${path}/${name}`));
}

function brief(value: Json | undefined): string {
  if (value === undefined) return "–";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 32 ? `${text.slice(0, 31)}…` : text;
}
