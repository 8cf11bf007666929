import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { softwareGpu } from "./open.ts";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Runs a module in a Node of its own, which has to end by itself. */
async function run(
  code: string,
  environment: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = [
    "--import",
    "tsx",
    "--conditions=@nn/source",
    "--input-type=module",
    "--eval",
    code,
  ];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      options,
      {
        cwd: folder,
        env: { VK_ICD_FILENAMES: softwareGpu, ...process.env, FORCE_COLOR: "0", ...environment },
        timeout: 20_000,
      },
      (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? -1) : 0, stdout: stdout.trim(), stderr }),
    );
  });
}

const start = `
  import { webgpu } from "@nn/backend-webgpu";
  import { square, tensor } from "@nn/core";
  const backend = await webgpu();
  const x = tensor(backend, [1, 2]);
`;

test.each([
  ["with everything read", `console.log(String(await square(x).read()));`, "1,4"],
  ["after close", `console.log(String(await square(x).read())); await backend.close();`, "1,4"],
  ["with work queued", `for (let i = 0; i < 100; i++) square(x); console.log("queued");`, "queued"],
  ["with `lost` watched", `backend.lost.then(() => {}); console.log("watched");`, "watched"],
  ["with a read under way", `square(x).read().then((y) => console.log(String(y)));`, "1,4"],
])("a process ends by itself %s", async (_, code, output) => {
  const result = await run(start + code);
  expect(result.stdout, result.stderr).toBe(output);
  expect(result.code).toBe(0);
});

test("an error ends the process as errors do", async () => {
  const result = await run(`${start} throw new Error("mine");`);
  expect(result.stderr).toContain("mine");
  expect(result.code).toBe(1);
});

test("only known names are left behind", async () => {
  const { stdout, stderr } = await run(`
    const before = Object.getOwnPropertyNames(globalThis);
    const { webgpu } = await import("@nn/backend-webgpu");
    const names = () => Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));
    console.log(names().join());
    await (await webgpu()).close();
    console.log(names().sort().join(), globalThis.navigator?.gpu);
  `);
  expect(stdout, stderr).toBe("GPUBuffer,GPUBufferUsage,GPUMapMode undefined");
});

test("without a driver the error names what to install", async () => {
  const result = await run(start, {
    VK_ICD_FILENAMES: "/nowhere.json",
    VK_DRIVER_FILES: "/nowhere.json",
  });
  expect(result.stderr).toMatch(/no GPU adapter was found.*libvulkan1/);
  expect(result.code).toBe(1);
});

test("the README's example prints what it says", async () => {
  const readme = await readFile(path.join(folder, "README.md"), "utf8");
  const example = /```ts\n([\s\S]*?)```/.exec(readme)![1]!;
  const wanted = [...example.matchAll(/console\.log.*\/\/ (.*)$/gm)].map(([, output]) => output);
  const result = await run(example);
  expect(result.stdout, result.stderr).toBe(wanted.join("\n"));
  expect(result.code).toBe(0);
});
