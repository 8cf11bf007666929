import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../workspace.ts";
import { readSources } from "./kinds.ts";
import { experimentSchema, kindTable } from "./schema.ts";

/** Writes what follows from the types of factories: the JSON schema of experiments, and what their reader looks up. */
const sources = await readSources();
const folder = path.join(root, "packages/experiment");
const schemaFile = path.join(folder, "experiment.schema.json");
const tableFile = path.join(folder, "src/kinds/table.ts");
writeFileSync(schemaFile, JSON.stringify(experimentSchema(sources)));
writeFileSync(
  tableFile,
  `import type { KindTable } from "./kind-table.ts";

/** Made by \`npm run schema\` of the types of factories; a test says when it is out of date. */
export const kindTable: KindTable = ${JSON.stringify(kindTable(sources))};
`,
);
execFileSync("npx", ["oxfmt", schemaFile, tableFile], { cwd: root, stdio: "inherit" });
