import type { Json, Plugin } from "@nn/core";

/** The packages of kinds in JSON that none of the plugins makes. */
export function unknownPackages(json: Json, plugins: readonly Plugin[]): readonly string[] {
  const known = new Set(plugins.map(({ kind }) => kind));
  const found = new Set<string>();
  const visit = (value: Json): void => {
    if (typeof value !== "object" || value === null) return;
    const { kind } = value as { readonly kind?: Json };
    const isUnknown = typeof kind === "string" && kind.includes("#") && !known.has(kind);
    if (isUnknown) found.add(kind.split("#")[0]!);
    for (const inner of Object.values(value as { readonly [name: string]: Json })) visit(inner);
  };
  visit(json);
  return [...found];
}
