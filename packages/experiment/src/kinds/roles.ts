import type { Role } from "./kind-table.ts";

/** What a role is called in errors, with examples, and what its values can do. */
interface RoleInfo {
  readonly name: string;
  readonly methods: readonly string[];
}

/** What each role is. A value has a role by what it can do: no package has to say so. */
const roles: { readonly [role in Role]: RoleInfo } = {
  layer: { name: "a layer", methods: ["apply"] },
  loss: { name: "a loss", methods: ["values"] },
  metric: { name: "a metric", methods: ["measure"] },
  table: { name: "a table of figures for `measure`", methods: ["measure"] },
  optimizer: { name: "an optimizer", methods: ["update", "prepare"] },
  schedule: { name: "a schedule", methods: ["at"] },
  initializer: { name: "an initializer", methods: ["initialize"] },
  step: { name: "a step", methods: ["fitted"] },
  scope: { name: "a scope of columns", methods: ["names"] },
  pipeline: { name: "a pipeline", methods: ["fit"] },
  splitter: { name: "a splitter", methods: ["split"] },
  backend: { name: "a backend", methods: ["executable", "open"] },
  callback: { name: "a callback", methods: ["start", "progress", "epoch", "end"] },
};

/** What a role is called, as in `a layer`. */
export function roleName(role: Role): string {
  return roles[role].name;
}

/** Whether a value can do what is expected of a role. */
export function hasRole(value: object, role: Role): boolean {
  const can = (method: string): boolean =>
    typeof (value as { readonly [name: string]: unknown })[method] === "function";
  return roles[role].methods.some(can) && !(role === "pipeline" && can("fitted"));
}
