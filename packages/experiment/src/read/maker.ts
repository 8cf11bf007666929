import type { Config, Described, Plugin } from "@nn/core";
import type { Path } from "../json/pointer.ts";
import type { KindIndex } from "../kinds/kind-index.ts";
import type { KindEntry, OptionTable, Role } from "../kinds/kind-table.ts";
import { mostRepeated } from "../kinds/limits.ts";
import { entryOf, roleAt } from "../kinds/place.ts";
import { hasRole, roleName } from "../kinds/roles.ts";
import { nearest, suggestion } from "./nearest.ts";
import type { Problems } from "./problems.ts";
import { quoted, shown } from "./shown.ts";
import { isObject, type Spelled, spelled } from "./spelled.ts";

/** Stands for a value that could not be made; why is among the problems. */
export const failed = Symbol("failed");

/** Makes components of JSON, and says of all that it cannot make what is wrong with it. */
export interface Maker {
  /**
   * The options with the components inside of them made. `inner` is where the value stands among the options of `table`,
   * `path` where it stands in the experiment. Options of kinds that the table does not know are looked through as well as
   * that goes.
   */
  resolve(value: unknown, table: OptionTable | undefined, inner: Path, path: Path): unknown;
}

const mostComponents = 20_000;

/** A maker for one part of an experiment: what is shared is shared inside of it. */
export function newMaker(index: KindIndex, problems: Problems): Maker {
  const shared = new Map<unknown, Described>();
  let count = 0;

  function resolve(
    value: unknown,
    table: OptionTable | undefined,
    inner: Path,
    path: Path,
  ): unknown {
    const role = table && roleAt(table, inner);
    if (role) return isPlain(value, role) ? value : make(value, path, role);
    if (Array.isArray(value)) {
      const isLayers = table !== undefined && roleAt(table, [...inner, 0]) === "layer";
      return resolveList(value, isLayers, table, inner, path);
    }
    if (!isObject(value)) return value;
    if (isMeant(value, table)) return make(value, path, undefined);
    const entries = Object.entries(value).map(
      ([name, item]) => [name, resolve(item, table, [...inner, name], [...path, name])] as const,
    );
    return entries.some(([, item]) => item === failed) ? failed : Object.fromEntries(entries);
  }

  function resolveList(
    list: readonly unknown[],
    isLayers: boolean,
    table: OptionTable | undefined,
    inner: Path,
    path: Path,
  ): unknown {
    const items = list.flatMap((item, i): unknown[] => {
      const own = [...path, i];
      if (!isLayers || !isObject(item)) return [resolve(item, table, [...inner, i], own)];
      const { repeat = 1, ...once } = item;
      const times = timesOf(repeat, [...own, "repeat"]);
      return Array.from({ length: times }, () => resolve(once, table, [...inner, i], own));
    });
    return items.includes(failed) ? failed : items;
  }

  function timesOf(repeat: unknown, path: Path): number {
    const isFine =
      Number.isSafeInteger(repeat) && Number(repeat) >= 1 && Number(repeat) <= mostRepeated;
    problems.expect(
      path,
      isFine,
      () => `repeat must be a whole number from 1 to ${mostRepeated}, got ${shown(repeat)}`,
    );
    return isFine ? Number(repeat) : 1;
  }

  /** Whether an object where no component is expected is one all the same: of kinds of others one cannot know. */
  function isMeant(
    value: { readonly [name: string]: unknown },
    table: OptionTable | undefined,
  ): boolean {
    const { kind, config } = value;
    if (typeof kind !== "string") return false;
    return (
      isObject(config) || (table === undefined && typeof index.find(kind, undefined) === "object")
    );
  }

  function make(json: unknown, path: Path, role: Role | undefined): unknown {
    if (problems.isFull) return failed;
    if (++count > mostComponents) {
      problems.report(path.slice(0, 1), `this has more than ${mostComponents} components`);
      return failed;
    }
    const written = spelled(json, path, role);
    if (typeof written === "string") {
      problems.report(path, written);
      return failed;
    }
    const { kind, config, id } = written;
    if (kind === "@nn/core#shared") {
      const same = shared.get(config["id"]);
      if (!same) problems.report(path, `nothing before this has the id ${shown(config["id"])}`);
      return same ?? failed;
    }
    const plugin = index.find(kind, role);
    if (typeof plugin === "string") {
      problems.report(typeof json === "string" ? path : [...path, "kind"], plugin);
      return failed;
    }
    const table = entryOf(plugin.kind);
    const options = optionsOf(written, table);
    const made = options === failed ? failed : create(plugin, options as Config, written, table);
    if (table && options === failed) refuseUnread(plugin.kind, table, written);
    if (made === failed) return failed;
    const isFit = role === undefined || hasRole(made, role);
    if (!problems.expect(path, isFit, () => `'${plugin.kind}' is not ${roleName(role!)}`))
      return failed;
    if (id !== undefined) shared.set(id, made);
    return made;
  }

  /** What the factory is given. The layers or steps of a bare list stand where the list does. */
  function optionsOf({ config, at, list }: Spelled, table: OptionTable | undefined): unknown {
    if (list !== undefined) {
      const made = resolveList(
        config[list] as readonly unknown[],
        list === "layers",
        table,
        [list],
        at,
      );
      return made === failed ? failed : { [list]: made };
    }
    const empty = (table as KindEntry | undefined)?.list;
    return resolve({ ...(empty !== undefined && { [empty]: [] }), ...config }, table, [], at);
  }

  function create(
    plugin: Plugin,
    config: Config,
    written: Spelled,
    table: OptionTable | undefined,
  ): Described | typeof failed {
    const { at, config: given } = written;
    try {
      const made = plugin.create(config);
      return table && refuseUnread(plugin.kind, table, written, made) ? failed : made;
    } catch (error) {
      if (table && refuseUnread(plugin.kind, table, written)) return failed;
      const message = error instanceof Error ? error.message : String(error);
      // Factories begin with their own name, and then that of an option.
      const [, option = ""] = /^\w+: (\w+)/.exec(message) ?? [];
      problems.report(Object.hasOwn(given, option) ? [...at, option] : at, message);
      return failed;
    }
  }

  /**
   * Reports options that there are not, and says whether there are any. Of a newer version the factory may know more than
   * the table: what it has put into its config it has read, unless it looks like a slip.
   */
  function refuseUnread(
    kind: string,
    { options }: OptionTable,
    { config, at }: Spelled,
    made?: Described,
  ): boolean {
    const isRead = (name: string): boolean =>
      made !== undefined &&
      Object.hasOwn(made.config, name) &&
      nearest(name, options) === undefined;
    const unread = Object.keys(config).filter((name) => !options.includes(name) && !isRead(name));
    const hintFor = (name: string): string => {
      if (name === "repeat") return "it is for layers in a list, as in [{ … }]";
      return options.length > 0 ? suggestion(name, options) : "it has none";
    };
    for (const name of unread)
      problems.report([...at, name], `${kind} has no option ${quoted(name)}; ${hintFor(name)}`);
    return unread.length > 0;
  }

  return { resolve };
}

/** Whether a value at the place of a component is none, as rates that are numbers are: it is for the factory to judge. */
function isPlain(value: unknown, role: Role): boolean {
  if (role === "scope") return !isObject(value);
  return (
    (role === "schedule" || role === "splitter") && typeof value !== "string" && !isObject(value)
  );
}
