import path from "node:path";

import { packagesIn, root } from "../workspace.ts";
import { type Budget, bundles, packageBudgets } from "./budget.ts";
import { measure } from "./measure.ts";

/**
 * Prints what every package and every bundle of typical imports weighs in bytes after minification
 * and `gzip -9`, and fails when one is over its limit or contains what it must not. What is imported
 * while running, where it is used, is counted as `later`. With `--json` the output is
 * `{"packages":{name: bytes},"bundles":{name: bytes}}` and nothing else.
 */
interface Row extends Budget {
  readonly name: string;
  readonly bytes: number;
  readonly later: number;
}

const problems: string[] = [];

const packageRows: Row[] = [];
for (const { folder, manifest } of packagesIn(path.join(root, "packages"))) {
  const { bytes, later } = await measure({ entry: "src/index.ts", folder, external: true });
  packageRows.push({ ...packageBudgets[manifest.name], name: manifest.name, bytes, later });
}

const bundleRows: Row[] = [];
for (const { name, forbidden, ...budget } of bundles) {
  const entry = `tools/size/bundles/${name}.ts`;
  const { bytes, later, files } = await measure({ entry, folder: root, external: false });
  bundleRows.push({ ...budget, name, bytes, later });
  const found = files.filter((file) => forbidden.some((part) => file.includes(part)));
  if (found.length > 0) {
    problems.push(`bundle ${name} contains ${found.length} forbidden files, such as ${found[0]}`);
  }
}

for (const { name, bytes, limit } of [...packageRows, ...bundleRows]) {
  if (limit !== undefined && bytes > limit) {
    problems.push(`${name} weighs ${bytes} bytes, ${bytes - limit} over its limit of ${limit}`);
  }
}

if (process.argv.includes("--json")) {
  const toObject = (rows: Row[]) =>
    Object.fromEntries(rows.map(({ name, bytes }) => [name, bytes]));
  console.log(JSON.stringify({ packages: toObject(packageRows), bundles: toObject(bundleRows) }));
} else {
  printTable("package, all exports", packageRows);
  printTable("bundle", bundleRows);
}
for (const problem of problems) console.error(`size: ${problem}`);
if (problems.length > 0) process.exitCode = 1;

function printTable(title: string, rows: readonly Row[]): void {
  const line = (...cells: (string | number)[]): string =>
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(28) : String(cell).padStart(8))).join("");
  console.log(line(title, "bytes", "target", "limit", "later"));
  for (const { name, bytes, later, target = "", limit = "" } of rows)
    console.log(
      line(name, bytes, target, limit, later || "") +
        (bytes > Number(target || Infinity) ? "  over its target" : ""),
    );
  console.log();
}
