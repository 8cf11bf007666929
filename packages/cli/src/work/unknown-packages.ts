import type { Json, Plugin } from "@nn/core";
import { CommandError } from "../failure.ts";

/** Refuses JSON with kinds of packages of which there are no plugins, and says how to bring them in. */
export function refuseUnknown(json: Json, plugins: readonly Plugin[]): void {
  const unknown = unknownPackages(json, plugins);
  const flags = unknown.map((name) => `--plugin ${name}`).join(" ");
  if (unknown.length > 0)
    throw new CommandError(`it is made with ${unknown.join(" and ")}; pass ${flags}`);
}

function unknownPackages(json: Json, plugins: readonly Plugin[]): readonly string[] {
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
