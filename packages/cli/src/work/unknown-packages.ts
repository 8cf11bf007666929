import type { Json, Plugin } from "@nn/core";

/** The packages of kinds in JSON of which there are no plugins. */
export function unknownPackages(json: Json, plugins: readonly Plugin[]): readonly string[] {
  const known = new Set(plugins.map(({ kind }) => packageOf(kind)));
  const found = new Set<string>();
  const visit = (value: Json): void => {
    if (typeof value !== "object" || value === null) return;
    const { kind } = value as { readonly kind?: Json };
    if (typeof kind === "string" && kind.includes("#") && !known.has(packageOf(kind)))
      found.add(packageOf(kind));
    for (const inner of Object.values(value as { readonly [name: string]: Json })) visit(inner);
  };
  visit(json);
  return [...found];
}

function packageOf(kind: string): string {
  return kind.split("#")[0]!;
}
