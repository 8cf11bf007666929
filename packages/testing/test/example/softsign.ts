import { abs, add, div, type Layer, type Plugin } from "@nn/core";

/** x / (scale + |x|), element by element. */
export function softsign(options: { readonly scale?: number } = {}): Layer {
  const { scale = 1 } = options;
  return {
    kind: "@acme/layers#softsign",
    config: { scale },
    apply: (_, x) => div(x, add(abs(x), scale)),
  };
}

export const plugins: readonly Plugin[] = [
  { kind: "@acme/layers#softsign", contract: 1, create: (config) => softsign(config) },
];
