import { KERNEL_CONTRACT, type Plugin } from "@nn/core";
import { listed, suggestion } from "../read/nearest.ts";
import { quoted } from "../read/shown.ts";
import type { Role } from "./kind-table.ts";
import { entryOf } from "./place.ts";
import { roleName } from "./roles.ts";
import { kindTable } from "./table.ts";

/** Kinds by their full names, and by short ones. */
export interface KindIndex {
  /** The plugin that is meant at a place of this role, or what to say where there is none. */
  find(name: string, role: Role | undefined): Plugin | string;
}

/** Looks kinds up in lists of plugins; of a kind that is there twice, the last one counts, as for `decode`. */
export function kindIndex(plugins: readonly Plugin[]): KindIndex {
  const known = new Map(plugins.map((plugin) => [plugin.kind, plugin]));
  const byShort = new Map<string, string[]>();
  for (const kind of known.keys()) {
    const own = byShort.get(shortOf(kind));
    if (own) own.push(kind);
    else byShort.set(shortOf(kind), [kind]);
  }
  const fitting = (role: Role | undefined): string[] =>
    [...known.keys()].filter((kind) => mayHave(kind, role));
  /** What there is for a role, as names that can be written there. */
  const namesFor = (role: Role | undefined): string[] => [...new Set(fitting(role).map(shortOf))];
  const found = (kind: string): Plugin | string => {
    const plugin = known.get(kind)!;
    if (plugin.contract === KERNEL_CONTRACT) return plugin;
    return (
      `'${kind}' is made for kernel contract ${plugin.contract}, this @nn/core has contract ${KERNEL_CONTRACT}; ` +
      `install a version of ${packageOf(kind)} for it`
    );
  };
  /** The package that a kind is to be had from, where nothing of it is here. */
  const packageWith = (name: string, role: Role | undefined): string | undefined => {
    const isFull = name.includes("#");
    const elsewhere = Object.keys(kindTable.kinds).find(
      (kind) => (isFull ? kind : shortOf(kind)) === name && mayHave(kind, role),
    );
    if (elsewhere !== undefined) return packageOf(elsewhere);
    const isHere = [...known.keys()].some((kind) => packageOf(kind) === packageOf(name));
    return isFull && !isHere && packageOf(name) !== "" ? packageOf(name) : undefined;
  };
  return {
    find(name, role) {
      const isFull = name.includes("#");
      const named = isFull ? (known.has(name) ? [name] : []) : (byShort.get(name) ?? []);
      const candidates = named.filter((kind) => mayHave(kind, role));
      if (candidates.length === 1) return found(candidates[0]!);
      if (candidates.length > 1)
        return `'${name}' may be ${candidates.join(" or ")}; write which of them`;
      const what = role ? roleName(role) : "a component";
      if (named.length > 0) {
        const entry = entryOf(named[0]!);
        const is = entry ? roleName(entry.role) : "what only files of models have";
        return `'${name}' is ${is} (${named[0]}), where ${what} is needed; there are ${listed(namesFor(role))}`;
      }
      const missing = packageWith(name, role);
      if (missing !== undefined)
        return (
          `nothing here makes ${quoted(name)}; install ${missing} and pass its \`plugins\`, ` +
          `to nn by --plugin ${missing}`
        );
      const names = isFull ? fitting(role) : namesFor(role);
      return `there is no ${what.replace(/^an? /, "")} ${quoted(name)}; ${suggestion(name, names)}`;
    },
  };
}

/** Whether a kind may stand at the place of a role. Of kinds of others it is only known once they are made. */
function mayHave(kind: string, role: Role | undefined): boolean {
  if (kindTable.internal.includes(kind)) return false;
  const entry = entryOf(kind);
  return role === undefined || entry === undefined || entry.role === role;
}

function shortOf(kind: string): string {
  return kind.slice(kind.indexOf("#") + 1);
}

function packageOf(kind: string): string {
  return kind.split("#")[0]!;
}
