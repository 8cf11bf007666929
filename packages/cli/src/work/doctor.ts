import { wasm, doctor as wasmDoctor } from "@nn/backend-wasm";
import { js } from "@nn/backend-js";
import { add, type Backend, matmul, tensor } from "@nn/core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import { exitCodes } from "../failure.ts";
import type { Io } from "../io.ts";
import type { CommonOptions, Outcome } from "../outcome.ts";
import { resolveModule } from "../resolve-module.ts";
import { bytes } from "../text/figures.ts";
import { textTable } from "../text/table.ts";

/** Whether something works, and what there is to say of it. */
interface Finding {
  readonly name: string;
  readonly works: boolean;
  /** Whether nothing goes without it. */
  readonly isNeeded: boolean;
  readonly note: string;
}

const leastNode = [20, 19] as const;

/** Says what works here. */
export async function doctor(_: CommonOptions, io: Io): Promise<Outcome> {
  const versions = ownVersions();
  const machine = {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpu: os.cpus()[0]?.model ?? "unknown",
    cores: os.availableParallelism(),
    memory: os.totalmem(),
    freeMemory: os.freemem(),
  };
  const findings: Finding[] = [
    nodeFinding(),
    await backendFinding("backend js", true, () => js()),
    await backendFinding("backend wasm, SIMD", true, () => wasm({ threads: 1 })),
    await threadsFinding(),
    await relaxedFinding(),
    await gpuFinding(io.cwd),
  ];
  const isFine = findings.every(({ works, isNeeded }) => works || !isNeeded);
  return {
    json: { fine: isFine, machine, findings, versions },
    text: [
      textTable(
        [
          ["machine", `${machine.platform}, ${machine.cpu}, ${machine.cores} cores`],
          ["memory", `${bytes(machine.memory)}, ${bytes(machine.freeMemory)} of it free`],
          ...findings.map(({ name, works, isNeeded, note }) => [
            name,
            `${works ? "works" : isNeeded ? "DOES NOT WORK" : "no"}${note === "" ? "" : `: ${note}`}`,
          ]),
          ...Object.entries(versions).map(([name, version]) => [name, version]),
        ],
        "left",
      ),
      "",
      isFine ? "Everything that is needed works." : "Something that is needed does not work.",
    ].join("\n"),
    code: isFine ? exitCodes.fine : exitCodes.failed,
  };
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [least, leastMinor] = leastNode;
  const works = major > least || (major === least && minor >= leastMinor);
  const note = works
    ? process.versions.node
    : `${process.versions.node}, expected ${leastNode.join(".")} or newer`;
  return { name: "Node.js", works, isNeeded: true, note };
}

/** A backend that may tell of itself, as which device it is on. */
interface Told extends Backend {
  doctor?(): object;
}

/** Runs a small program, whose result is known. */
async function backendFinding(
  name: string,
  isNeeded: boolean,
  make: () => Told | Promise<Told>,
  note = "",
): Promise<Finding> {
  let backend: Told | undefined;
  try {
    backend = await make();
    const x = tensor(backend, [
      [1, 2],
      [3, 4],
    ]);
    const result = Array.from<number>(await add(matmul(x, x), 0.5).read());
    const works = result.join() === "7.5,10.5,15.5,22.5";
    const { device = note } = Object(backend.doctor?.()) as { readonly device?: string };
    return { name, works, isNeeded, note: works ? device : `it computes ${result.join(", ")}` };
  } catch (error) {
    return { name, works: false, isNeeded, note: (error as Error).message };
  } finally {
    await backend?.close?.();
  }
}

async function threadsFinding(): Promise<Finding> {
  const [name, isNeeded] = ["backend wasm, threads", false];
  if (os.availableParallelism() < 2)
    return { name, works: false, isNeeded, note: "there is one core" };
  const backend = wasm();
  try {
    await backend.ready;
    const { threads, workers, notes } = backend.doctor();
    const works = workers > 0;
    return { name, works, isNeeded, note: works ? `${threads} threads` : notes.join("; ") };
  } catch (error) {
    return { name, works: false, isNeeded, note: (error as Error).message };
  } finally {
    await backend.close?.();
  }
}

async function relaxedFinding(): Promise<Finding> {
  const { relaxedSimd, notes } = wasmDoctor();
  const name = "backend wasm, relaxed SIMD";
  const why = notes.find((note) => note.startsWith("relaxed")) ?? "";
  if (!relaxedSimd) return { name, works: false, isNeeded: false, note: why };
  return backendFinding(
    name,
    false,
    () => wasm({ threads: 1, numerics: "relaxed" }),
    'numerics: "relaxed"',
  );
}

/** WebGPU, where the user's project has our backend for it. */
async function gpuFinding(cwd: string): Promise<Finding> {
  const name = "backend webgpu";
  let url: string;
  try {
    url = resolveModule("@nn/backend-webgpu", cwd);
  } catch {
    return {
      name,
      works: false,
      isNeeded: false,
      note: "@nn/backend-webgpu is not installed in this project",
    };
  }
  return backendFinding(name, false, async () => {
    const { webgpu } = (await import(url)) as { webgpu(): Promise<Told> };
    return webgpu();
  });
}

/** Versions of this package and those that it uses. */
function ownVersions(): { readonly [name: string]: string } {
  const require = createRequire(import.meta.url);
  const { name, version, dependencies } = require("@nn/cli/package.json") as {
    name: string;
    version: string;
    dependencies: { readonly [name: string]: string };
  };
  const others = Object.keys(dependencies).filter((each) => each.startsWith("@nn/"));
  return Object.fromEntries([
    [name, version],
    ...others.map((each) => {
      const file = require.resolve(`${each}/package.json`);
      return [each, (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version];
    }),
  ]) as { readonly [name: string]: string };
}
