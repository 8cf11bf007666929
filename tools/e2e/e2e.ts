import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { type Package, packagesIn, root } from "../workspace.ts";
import { npm } from "./npm.ts";
import { type Registry, startRegistry } from "./registry.ts";

/**
 * Tests the packages as their users get them: publishes all of them to a private registry, installs
 * them from there into an empty folder outside the repository, imports every entry, and runs the
 * examples' `npm start` and `npm test`. Expects the packages to be built.
 */
const packages = packagesIn(path.join(root, "packages"));
const examples = [
  ...packagesIn(path.join(root, "examples")),
  ...packagesIn(path.join(root, "examples/third-party")),
];

const temporary = realpathSync(mkdtempSync(path.join(tmpdir(), "nn-e2e-")));
let registry: Registry | undefined;
let cleaning: Promise<void> | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void cleanUp().then(() => process.exit(1)));
}

try {
  step("starting a private registry");
  registry = await startRegistry({
    folder: path.join(temporary, "registry"),
    own: packages.map(({ manifest }) => manifest.name),
    upstream: npmConfig("registry") ?? "",
    authorities: npmConfig("cafile"),
  });
  const settings = { npmrc: registry.npmrc, cache: path.join(temporary, "cache") };

  step(`publishing ${packages.length} packages to ${registry.url}`);
  await npm(["publish", "--workspaces", "--loglevel=error"], { cwd: root, ...settings });

  step("importing every entry of every package in an empty folder");
  await importEverything(settings);

  const names = examples.map(({ folder }) => path.relative(root, folder));
  step(names.length > 0 ? `running ${names.join(", ")}` : "no examples found");
  for (const example of examples) await runExample(example, settings);
  step("passed");
} catch (error) {
  console.error(`\ne2e: ${error instanceof Error ? error.message : String(error)}`);
  const log = registry?.log().trim();
  if (log) console.error(`\nThe registry logged:\n${log.split("\n").slice(-40).join("\n")}`);
  process.exitCode = 1;
} finally {
  await cleanUp();
}

async function importEverything(settings: { npmrc: string; cache: string }): Promise<void> {
  const cwd = path.join(temporary, "imports");
  mkdirSync(cwd);
  const dependencies = Object.fromEntries(
    packages.map(({ manifest }) => [manifest.name, manifest.version]),
  );
  const entries = packages.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {})
      .filter((entry) => !entry.endsWith(".json"))
      .map((entry) => path.posix.join(manifest.name, entry)),
  );
  const script = `for (const entry of ${JSON.stringify(entries)}) {
    console.log(entry, Object.keys(await import(entry)).length, "exports");
  }`;
  // A registry may lack what the newest versions of dependencies' dependencies want.
  const { overrides } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    readonly overrides: object;
  };
  const scripts = { start: "node index.js" };
  const manifest = { private: true, type: "module", scripts, dependencies, overrides };
  writeFileSync(path.join(cwd, "package.json"), JSON.stringify(manifest));
  writeFileSync(path.join(cwd, "index.js"), script);
  await npm(["install"], { cwd, ...settings });
  await npm(["start"], { cwd, ...settings });
}

async function runExample(
  { folder, manifest }: Package,
  settings: { npmrc: string; cache: string },
): Promise<void> {
  const name = path.relative(root, folder);
  const cwd = path.join(temporary, name);
  cpSync(folder, cwd, {
    recursive: true,
    filter: (source) => !["node_modules", "dist"].includes(path.basename(source)),
  });
  step(`${name}: npm install`);
  await npm(["install"], { cwd, ...settings });
  for (const script of ["build", "start", "test"]) {
    if (manifest.scripts?.[script] === undefined) continue;
    step(`${name}: npm run ${script}`);
    await npm(["run", script], { cwd, ...settings });
  }
}

function npmConfig(key: string): string | undefined {
  const value = execFileSync("npm", ["config", "get", key], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
  return value === "null" || value === "undefined" || value === "" ? undefined : value;
}

function step(text: string): void {
  console.log(`\n[e2e] ${text}`);
}

function cleanUp(): Promise<void> {
  cleaning ??= (async () => {
    await registry?.stop();
    rmSync(temporary, { recursive: true, force: true });
  })();
  return cleaning;
}
