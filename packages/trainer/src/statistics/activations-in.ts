import type { Operation, Program } from "@nn/core";

/** Functions that hardly let a gradient through for some values. */
export type ActivationName = "tanh" | "sigmoid" | "relu";

/** An activation in a program. */
export interface Activation {
  readonly operation: Operation;
  readonly name: ActivationName;
  readonly units: number;
  /** Whether its result is one of the program's. */
  readonly isOutput: boolean;
}

/**
 * The activations in a program, in order, but for those that depend on none of these values (the data), and for gates:
 * what is multiplied with another value that depends on the data.
 */
export function activationsIn(program: Program, data: readonly number[]): Activation[] {
  const { types, operations, outputs } = program;
  const dependent = new Set(data);
  const zeros = new Set<number>();
  const readers = new Map<number, Operation[]>();
  for (const operation of operations) {
    const { primitive, params } = operation;
    if (primitive.name === "full" && params["value"] === 0) zeros.add(operation.outputs[0]!);
    for (const id of operation.inputs) readers.set(id, [...(readers.get(id) ?? []), operation]);
    if (operation.inputs.some((id) => dependent.has(id)))
      for (const id of operation.outputs) dependent.add(id);
  }
  /** Whether a value, or one that differs from it by constants only, is multiplied with another that depends on data. */
  const isGate = (id: number): boolean =>
    (readers.get(id) ?? []).some(({ primitive: { name }, inputs, outputs: [result] }) => {
      const isScaled = inputs.every((other) => other === id || !dependent.has(other));
      if (name === "mul" || name === "div") return !isScaled || isGate(result!);
      return (name === "add" || name === "sub") && isScaled && isGate(result!);
    });
  return operations.flatMap((operation) => {
    const name = nameOf(operation, zeros);
    const [result] = operation.outputs;
    if (!name || !dependent.has(result!) || isGate(result!)) return [];
    const { shape } = types[result!]!;
    const units = shape.length > 1 ? shape.at(-1)! : 1;
    return [{ operation, name, units, isOutput: outputs.includes(result!) }];
  });
}

/** Which activation it is, if any; a maximum with 0 is a relu, too. */
function nameOf(
  { primitive: { name }, inputs }: Operation,
  zeros: ReadonlySet<number>,
): ActivationName | undefined {
  if (name === "tanh" || name === "sigmoid" || name === "relu") return name;
  return name === "maximum" && inputs.some((id) => zeros.has(id)) ? "relu" : undefined;
}
