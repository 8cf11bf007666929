import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

import { packagesIn, root } from "./workspace.ts";

/**
 * Type-checks everything: sources, tests, tools and examples. Each has a `tsconfig.json` of its own
 * so that an editor sees what this command sees; `tsc -b` puts them in order.
 */
const examples = [
  ...packagesIn(path.join(root, "examples")),
  ...packagesIn(path.join(root, "examples/third-party")),
];
const projects = [
  ...packagesIn(path.join(root, "packages")).flatMap(({ folder }) => [
    folder,
    path.join(folder, "test"),
  ]),
  path.join(root, "tools"),
  ...examples.map(({ folder }) => folder),
].filter((folder) => existsSync(path.join(folder, "tsconfig.json")));

const { status } = spawnSync("tsc", ["-b", ...projects], { cwd: root, stdio: "inherit" });
process.exitCode = status ?? 1;
