import {
  isFloat,
  kernelName,
  lower,
  type Operation,
  type Param,
  type Program,
  sizeOf,
  type TensorType,
} from "@nn/core";

/** Functions of single elements, which count as one operation each, however many a processor needs for them. */
const elementwise: ReadonlySet<string> = new Set(
  (
    "add sub mul div rem pow maximum minimum neg abs relu floor " +
    "exp expm1 log log1p sqrt sin cos tanh sigmoid softplus erf"
  ).split(" "),
);

/** Costs of everything else that computes; what is not here only moves, compares or converts. */
const costs: { readonly [name: string]: (call: Call) => number } = {
  matmul: ({ inputs: [a], outputs: [product], params }) =>
    2 * sizeOf(product!.shape) * a!.shape.at(params["transposeA"] ? -2 : -1)!,
  sum: ({ inputs: [x] }) => sizeOf(x!.shape),
  max: ({ inputs: [x] }) => sizeOf(x!.shape),
  scatterAdd: ({ inputs }) => sizeOf(inputs.at(-1)!.shape),
  cholesky: ({ inputs: [x] }) => (sizeOf(x!.shape) * x!.shape.at(-1)!) / 3,
  triangularSolve: ({ inputs: [a, b] }) => sizeOf(b!.shape) * a!.shape.at(-1)!,
};

type Call = {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  readonly params: Operation["params"];
};

/**
 * The floating-point operations of a program, by the paths of its operations. A multiply-add counts as two, an
 * elementwise function or a step of a reduction as one; moving, comparing, choosing and whole numbers count as nothing.
 * Other primitives, such as convolutions, count as what they are lowered to.
 */
export function flopsByPath(program: Program): Map<string, number> {
  const found = new Map<string, number>();
  const isCounted = (name: string): boolean => elementwise.has(name) || Object.hasOwn(costs, name);
  const visit = ({ types, operations }: Program, outer: string, times: number): void => {
    for (const { primitive, params, path: inner, ...operation } of operations) {
      const path = outer && inner ? `${outer}/${inner}` : outer || inner;
      const inputs = operation.inputs.map((id) => types[id]!);
      const outputs = operation.outputs.map((id) => types[id]!);
      const name = kernelName(primitive);
      for (const body of Object.values(params))
        if (isProgram(body))
          visit(body, path, name === "scan" ? times * Number(params["length"]) : times);
      if (!isCounted(name) || !isFloat(outputs[0]!.dtype)) continue;
      const cost = costs[name]?.({ inputs, outputs, params }) ?? sizeOf(outputs[0]!.shape);
      found.set(path, (found.get(path) ?? 0) + times * cost);
    }
  };
  visit(
    lower(program, (name, { primitive }) => isCounted(name) || !primitive.lower),
    "",
    1,
  );
  return found;
}

function isProgram(param: Param): param is Program {
  return typeof param === "object" && param !== null && "operations" in param;
}
