import { check } from "@nn/core";
import type { WebGpuOptions } from "./webgpu.ts";

/** The options that JSON can hold, with everything filled in. */
export type WebGpuConfig = Required<Omit<WebGpuOptions, "gpu">>;

/** What each of them may be; the first is the default. */
const choices: {
  readonly [name in keyof WebGpuConfig]: readonly [WebGpuConfig[name], ...WebGpuConfig[name][]];
} = {
  powerPreference: ["high-performance", "low-power"],
  storage: ["f32", "f16"],
};

/** Checks options, and fills in what is left out. */
export function configOf({ gpu, ...others }: WebGpuOptions): WebGpuConfig {
  const shown = (value: unknown): string => JSON.stringify(value) ?? typeof value;
  check(
    gpu === undefined || typeof gpu?.requestAdapter === "function",
    () =>
      `webgpu: gpu must have a function requestAdapter, as navigator.gpu has, got ${shown(gpu)}`,
  );
  const config: Record<string, string> = {};
  for (const [name, [usual]] of Object.entries(choices)) config[name] = usual;
  for (const [name, value] of Object.entries(others)) {
    if (value === undefined) continue;
    check(
      Object.hasOwn(choices, name),
      () =>
        `webgpu: there is no option '${name}'; there are ${Object.keys(choices).join(", ")}, gpu`,
    );
    const allowed: readonly string[] = choices[name as keyof WebGpuConfig];
    check(
      allowed.includes(value),
      () => `webgpu: ${name} must be ${allowed.map(shown).join(" or ")}, got ${shown(value)}`,
    );
    config[name] = value;
  }
  return config as WebGpuConfig;
}
