import {
  check,
  type Backend,
  type Declaration,
  jit,
  place,
  sameType,
  showType,
  type TensorMap,
  type TensorType,
  type Variables,
} from "@nn/core";

type TypeMap = { readonly [path: string]: TensorType };

/** New tensors with the same values, which somebody else may donate or dispose of. */
export const copyOf: (variables: Variables) => Variables = /* @__PURE__ */ jit(
  ({ parameters, state }: { parameters: TensorMap; state: TensorMap }) => ({ parameters, state }),
);

/** Copies of the variables that a model starts from, wherever they are, on this backend. */
export async function copyTo(
  backend: Backend,
  declarations: readonly Declaration[],
  { parameters, state }: Variables,
): Promise<Variables> {
  checkFit("fit: variables", declarations, { parameters, state });
  const moved: { dispose(): void }[] = [];
  const move = async (tensors: TensorMap): Promise<TensorMap> => {
    const entries = Object.entries(tensors).map(async ([path, tensor]) => {
      const placed = await place(backend, tensor);
      if (placed !== tensor) moved.push(placed);
      return [path, placed] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  };
  const copies = copyOf({ parameters: await move(parameters), state: await move(state) });
  for (const tensor of moved) tensor.dispose();
  return copies;
}

/** Refuses variables that are not those which the model needs, by name. */
export function checkFit(
  name: string,
  declarations: readonly Declaration[],
  variables: { readonly parameters: TypeMap; readonly state: TypeMap },
): void {
  const known = new Set<string>();
  for (const declared of declarations) {
    const { path, role } = declared;
    const found = (role === "parameter" ? variables.parameters : variables.state)[path];
    known.add(`${role} ${path}`);
    check(
      found,
      () => `${name} lack '${path}', which the model needs; pass those of the same model`,
    );
    check(
      sameType(found, declared),
      () =>
        `${name}: ${role} '${path}' is ${showType(found)} where the model needs ${showType(declared)}; pass those of the ` +
        "same model",
    );
  }
  const given = [
    ...Object.keys(variables.parameters).map((path) => ["parameter", path]),
    ...Object.keys(variables.state).map((path) => ["state", path]),
  ];
  for (const [role, path] of given)
    check(
      known.has(`${role} ${path}`),
      () => `${name}: the model has no ${role} '${path}'; pass those of the same model`,
    );
}
