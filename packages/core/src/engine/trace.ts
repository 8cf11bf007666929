import type { Params, Primitive } from "../interfaces/primitive.ts";
import type { Operation, Program } from "../interfaces/program.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { check, TensorError } from "./errors.ts";
import { isTensor, makeTensor } from "./tensor.ts";

/** Only orders traces by age: the younger of two open ones is the inner one. */
let traces = 0;

/** A program being recorded. */
export class Trace {
  readonly name: string;
  readonly serial = ++traces;
  readonly types: TensorType[] = [];
  readonly operations: Operation[] = [];
  /** Tensors from outside that the traced function uses, and the inputs that stand for them. */
  readonly captured: Tensor[] = [];
  readonly capturedIds: number[] = [];
  /** Of the operations recorded now. */
  path = "";
  closed = false;
  private readonly lifted = new Map<Tensor, number>();

  constructor(name: string) {
    this.name = name;
  }

  /** A new input. */
  input(type: TensorType): Tensor {
    const id = this.types.push(typeOf(type)) - 1;
    return makeTensor(type, { state: "traced", trace: this, id });
  }

  /** The number of a tensor in this program: constants are recorded, other tensors become hidden inputs. */
  lift(tensor: Tensor): number {
    const { source } = tensor;
    if (source.state === "traced") {
      if (source.trace === this) return source.id;
      if (source.trace.closed) throw leaked(source.trace);
    }
    const known = this.lifted.get(tensor);
    if (known !== undefined) return known;
    let id: number;
    if (source.state === "constant") {
      const inputs = source.inputs.map((input) => this.lift(input));
      id = this.append(
        source.primitive,
        inputs,
        source.params,
        source.primitive.type(source.inputs, source.params),
      )[source.output]!;
    } else {
      id = this.types.push(typeOf(tensor)) - 1;
      this.captured.push(tensor);
      this.capturedIds.push(id);
    }
    this.lifted.set(tensor, id);
    return id;
  }

  record(
    primitive: Primitive,
    inputs: readonly Tensor[],
    params: Params,
    types: readonly TensorType[],
  ): Tensor[] {
    const ids = inputs.map((input) => this.lift(input));
    return this.append(primitive, ids, params, types).map((id) =>
      makeTensor(this.types[id]!, { state: "traced", trace: this, id }),
    );
  }

  /** Runs `body` with `name` appended to the path of whatever it records here. */
  within<T>(name: string, body: () => T): T {
    const outer = this.path;
    this.path = joinPath(outer, name);
    try {
      return body();
    } finally {
      this.path = outer;
    }
  }

  /** The program with these inputs, the captured tensors behind them, and these outputs. */
  finish(inputs: readonly Tensor[], outputs: readonly Tensor[]): Program {
    const outputIds = outputs.map((output) => this.lift(output));
    const inputIds = inputs.map((input) => this.lift(input));
    return {
      types: this.types,
      inputs: [...inputIds, ...this.capturedIds],
      operations: this.operations,
      outputs: outputIds,
    };
  }

  private append(
    primitive: Primitive,
    inputs: number[],
    params: Params,
    types: readonly TensorType[],
  ): number[] {
    const outputs = types.map((type) => this.types.push(typeOf(type)) - 1);
    this.operations.push({ primitive, params, inputs, outputs, path: this.path });
    return outputs;
  }
}

/** A traced function: its program, whose inputs are the explicit ones and then one for each captured tensor. */
export interface Traced {
  readonly program: Program;
  readonly captured: readonly Tensor[];
}

/** Records what `fn` does with inputs of the given types. */
export function traceFlat(
  name: string,
  fn: (inputs: Tensor[]) => readonly Tensor[],
  types: readonly TensorType[],
): Traced {
  const trace = new Trace(name);
  try {
    const inputs = types.map((type) => trace.input(type));
    const outputs = fn(inputs);
    check(Array.isArray(outputs) && outputs.every(isTensor), () =>
      outputs instanceof Promise
        ? `${name}: a traced function must return at once, this one returned a promise; read values after it ran`
        : `${name}: a traced function must return tensors`,
    );
    return { program: trace.finish(inputs, outputs), captured: trace.captured };
  } finally {
    trace.closed = true;
  }
}

/** The innermost trace that the operands belong to. */
export function traceOf(operands: readonly Tensor[]): Trace | undefined {
  let inner: Trace | undefined;
  for (const { source } of operands)
    if (source.state === "traced") {
      if (source.trace.closed) throw leaked(source.trace);
      if (!inner || source.trace.serial > inner.serial) inner = source.trace;
    }
  return inner;
}

/** Runs `body`; what it records of these operands' trace gets `name` appended to its path. */
export function withPath<T>(operands: readonly Tensor[], name: string, body: () => T): T {
  const trace = traceOf(operands);
  return trace && name ? trace.within(name, body) : body();
}

export function joinPath(outer: string, inner: string): string {
  return outer && inner ? `${outer}/${inner}` : outer || inner;
}

export function typeOf({ shape, dtype }: TensorType): TensorType {
  return { shape, dtype };
}

function leaked(trace: Trace): TensorError {
  return new TensorError(
    `a tensor traced in ${trace.name} is used after that trace ended; return it from the function instead of storing it`,
  );
}
