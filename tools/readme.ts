import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

/**
 * Runs the examples in a package's README, each of which is a block of TypeScript that begins with an import, and
 * returns what each of them prints. `folder` is that of the package, so that its imports are found as a user's would.
 */
export async function runReadme(folder: string): Promise<string[]> {
  const text = readFileSync(path.join(folder, "README.md"), "utf8");
  const examples = [...text.matchAll(/^```ts\n(import [\s\S]*?)^```$/gm)].map(([, code]) => code!);
  if (examples.length === 0) throw new Error(`${folder}/README.md has no example to run`);
  const outputs: string[] = [];
  for (const [i, code] of examples.entries()) {
    const file = path.join(folder, `test/.readme-${process.pid}-${i}.ts`);
    writeFileSync(file, code);
    try {
      const args = ["--import", "tsx", "--conditions=@nn/source", file];
      const env = { ...process.env, FORCE_COLOR: "0" };
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      outputs.push(stdout.trimEnd());
    } finally {
      rmSync(file);
    }
  }
  return outputs;
}
