import { plugins as js } from "@nn/backend-js";
import { plugins as wasm } from "@nn/backend-wasm";
import { corePlugins, type Plugin } from "@nn/core";
import { plugins as experiment } from "@nn/experiment";
import { plugins as layers } from "@nn/layers-dense";
import { plugins as dropout } from "@nn/layers-dropout";
import { plugins as losses } from "@nn/losses";
import { plugins as metrics } from "@nn/metrics";
import { plugins as optimizers } from "@nn/optimizers";
import { plugins as preprocess } from "@nn/preprocess";
import { plugins as trainer } from "@nn/trainer";
import { plugins as kFold } from "@nn/trainer-kfold";
import { wrongUse } from "./failure.ts";

/** The packages that experiments may name without `--plugin`. */
export const builtIn: readonly Plugin[] = [
  ...js,
  ...wasm,
  ...layers,
  ...dropout,
  ...losses,
  ...metrics,
  ...optimizers,
  ...preprocess,
];

/** The same, with those that experiments always know; for models. */
export const everything: readonly Plugin[] = [
  ...corePlugins,
  ...trainer,
  ...kFold,
  ...experiment,
  ...builtIn,
];

/** The list that the module at a URL exports as `plugins`. */
export async function pluginsOf(url: string, name = url): Promise<readonly Plugin[]> {
  let module: { readonly plugins?: unknown };
  try {
    module = (await import(url)) as typeof module;
  } catch (cause) {
    throw Object.assign(wrongUse(`--plugin ${name}: it cannot be loaded: ${textOf(cause)}`), {
      cause,
    });
  }
  const { plugins } = module;
  const isPlugin = (plugin: unknown): plugin is Plugin => {
    const { kind, create } = Object(plugin) as Partial<Plugin>;
    return typeof kind === "string" && typeof create === "function";
  };
  if (!Array.isArray(plugins) || !plugins.every(isPlugin))
    throw wrongUse(
      `--plugin ${name}: the module has to export a list 'plugins' of { kind, contract, create }`,
    );
  return plugins;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
