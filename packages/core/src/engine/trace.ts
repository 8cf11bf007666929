import type { Params, Primitive } from "../interfaces/primitive.ts";
import type { Operation, Program } from "../interfaces/program.ts";
import type { Tensor, TensorSource, TensorType } from "../interfaces/tensor.ts";
import { check } from "./errors.ts";
import { isTensor, makeTensor } from "./tensor.ts";

/** A program being recorded. */
export interface Trace {
  readonly name: string;
  /** Orders traces by age: the younger of two open ones is the inner one. */
  readonly serial: number;
  readonly types: readonly TensorType[];
  readonly operations: readonly Operation[];
  /** Tensors from outside that the function uses; `lift` gives the hidden inputs that stand for them. */
  readonly captured: readonly Tensor[];
  /** Of the operations recorded now. */
  path: string;
  closed: boolean;
  /** A new input, or another new value of this type. */
  input(type: TensorType): Tensor;
  /** The number of a tensor in this program: constants are recorded, other tensors become hidden inputs. */
  lift(tensor: Tensor): number;
  /** Adds an operation; returns its results. */
  record(
    primitive: Primitive,
    operands: readonly Tensor[],
    params: Params,
    results: readonly TensorType[],
  ): Tensor[];
}

let traces = 0;

/** Begins to record. */
export function openTrace(name: string): Trace {
  const types: TensorType[] = [];
  const operations: Operation[] = [];
  const captured: Tensor[] = [];
  const lifted = new Map<Tensor, number>();
  const define = (type: TensorType): number => types.push(typeOf(type)) - 1;
  const trace: Trace = {
    name,
    serial: ++traces,
    types,
    operations,
    captured,
    path: "",
    closed: false,
    input: (type) => makeTensor(type, { state: "traced", trace, id: define(type) }),
    lift(tensor) {
      const { source } = tensor;
      if (source.state === "traced" && checkOpen(source.trace) === trace) return source.id;
      if (source.state !== "constant" && !lifted.has(tensor)) {
        captured.push(tensor);
        lifted.set(tensor, define(tensor));
      }
      // Operands of a constant come before it, without recursion: chains of constants may be long.
      const waiting = [tensor];
      while (!lifted.has(tensor)) {
        const next = waiting.at(-1)!;
        const { primitive, inputs, params, output } = next.source as TensorSource & {
          state: "constant";
        };
        const missing = inputs.find((input) => !lifted.has(input));
        if (missing) waiting.push(missing);
        else {
          const results = trace.record(primitive, inputs, params, primitive.type(inputs, params));
          lifted.set(next, trace.lift(results[output]!));
          waiting.pop();
        }
      }
      return lifted.get(tensor)!;
    },
    record(primitive, operands, params, results) {
      const inputs = operands.map(trace.lift);
      const tensors = results.map(trace.input);
      const outputs = tensors.map(trace.lift);
      operations.push({ primitive, params, inputs, outputs, path: trace.path });
      return tensors;
    },
  };
  return trace;
}

/** A traced function: its program, whose inputs are the explicit ones and then one for each captured tensor. */
export interface Traced {
  readonly program: Program;
  readonly captured: readonly Tensor[];
}

/** What was recorded, as a program with these inputs and outputs. */
export function finish(
  trace: Trace,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): Traced {
  const { types, operations, captured, lift } = trace;
  // First the outputs: what they capture is an input.
  const outputIds = outputs.map(lift);
  const inputIds = [...inputs, ...captured].map(lift);
  return { program: { types, inputs: inputIds, operations, outputs: outputIds }, captured };
}

/** Records what `fn` does with inputs of the given types. */
export function traceFlat(
  name: string,
  fn: (inputs: Tensor[]) => readonly Tensor[],
  types: readonly TensorType[],
): Traced {
  const trace = openTrace(name);
  try {
    const inputs = types.map(trace.input);
    const outputs = fn(inputs);
    check(
      Array.isArray(outputs) && outputs.every(isTensor),
      () =>
        `${name}: a traced function must return at once, and tensors only; read values after it ran`,
    );
    return finish(trace, inputs, outputs);
  } finally {
    trace.closed = true;
  }
}

/** The innermost trace that the operands belong to. */
export function traceOf(operands: readonly Tensor[]): Trace | undefined {
  let inner: Trace | undefined;
  for (const { source } of operands)
    if (source.state === "traced") {
      const trace = checkOpen(source.trace);
      if (!inner || trace.serial > inner.serial) inner = trace;
    }
  return inner;
}

/** Runs `body`; what it records of these operands' trace gets `name` appended to its path. */
export function withPath<T>(operands: readonly Tensor[], name: string, body: () => T): T {
  const trace = traceOf(operands);
  if (!trace) return body();
  const outer = trace.path;
  trace.path = joinPath(outer, name);
  try {
    return body();
  } finally {
    trace.path = outer;
  }
}

export function joinPath(outer: string, inner: string): string {
  return outer && inner ? `${outer}/${inner}` : outer || inner;
}

function typeOf({ shape, dtype }: TensorType): TensorType {
  return { shape, dtype };
}

function checkOpen(trace: Trace): Trace {
  check(
    !trace.closed,
    () =>
      `a tensor traced in ${trace.name} is used after that trace ended; return it from the traced function instead`,
  );
  return trace;
}
