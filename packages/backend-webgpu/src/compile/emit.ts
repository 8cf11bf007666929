import type { DType } from "@nn/core";
import { type Affine, affineKey, constant, plus, variable } from "../wgsl/affine.ts";
import { floatText, integerText } from "../wgsl/literal.ts";
import { affineResult, type Code, operators, textOf } from "../wgsl/operators.ts";
import type { Scope } from "../wgsl/scope.ts";
import { gridOf, rangeOf } from "./constants.ts";
import type { Value } from "./graph.ts";
import { at, broadcastFrom, coordinatesOf, flatOf, type Position, reshaped } from "./position.ts";

/** Where code finds values in memory. */
export interface Memory {
  /** The array of words and the place of the first element; `undefined` for values that are computed where they are used. */
  find(scope: Scope, value: Value): { array: string; first: Affine } | undefined;
}

type Numbers = readonly number[];

/** The code of one element of a value: found in memory, or computed from elements of its operands. */
export function element(memory: Memory, scope: Scope, value: Value, position: Position): Code {
  const key = elementKey(value, position);
  return scope.remember(key, () => {
    const place = memory.find(scope, value);
    if (!place) return compute(memory, scope, value, position);
    const address = scope.index(plus(place.first, flatOf(position)));
    return load(scope, `${place.array}[${address}]`, value.dtype);
  });
}

/** What an element is remembered by; kernels that compute it in another way define it. */
export function elementKey({ id, size }: Value, position: Position): string {
  return `${id} at ${size === 1 ? "0" : affineKey(flatOf(position))}`;
}

function load(scope: Scope, word: string, dtype: DType): Code {
  if (dtype === "f32") return scope.let(`bitcast<f32>(${word})`);
  if (dtype === "bool") return scope.let(`${word} != 0u`);
  return variable(scope.let(`bitcast<i32>(${word})`));
}

/** The word that an element is stored as. */
export function stored(scope: Scope, code: Code, dtype: DType): string {
  const text = textOf(scope, code);
  return dtype === "bool" ? `select(0u, 1u, ${text})` : `bitcast<u32>(${text})`;
}

function isInteger(dtype: DType): boolean {
  return dtype !== "f32" && dtype !== "bool";
}

/** An expression of a dtype, under a name. */
function named(scope: Scope, text: string, dtype: DType): Code {
  const name = scope.let(text);
  return isInteger(dtype) ? variable(name) : name;
}

function literal(value: number, dtype: DType): Code {
  if (dtype === "bool") return value ? "true" : "false";
  return isInteger(dtype) ? constant(value) : floatText(value);
}

/** A number that the device's compiler does not see: with those that it sees it reassociates, and x · 0 is 0 to it. */
function hidden(scope: Scope, value: number): Code {
  const [bits] = new Int32Array(Float32Array.of(value).buffer);
  return scope.let(`bitcast<f32>(${integerText(bits!)} ^ u.at[0].z)`);
}

function compute(memory: Memory, scope: Scope, value: Value, position: Position): Code {
  const { op, inputs, params, dtype, shape } = value;
  const [x] = inputs;
  const read = (input: Value, where: Position): Code => element(memory, scope, input, where);
  if (Object.hasOwn(operators, op)) {
    const operands = inputs.map((input) =>
      read(input, broadcastFrom(scope, position, input.shape)),
    );
    const sum = isInteger(dtype) ? affineResult(op, operands) : undefined;
    if (sum) return sum;
    // Under a name, even numbers: WGSL refuses what it can tell to overflow or to divide by 0.
    const texts = operands.map((operand) => scope.let(textOf(scope, operand)));
    const from = op === "select" ? dtype : x!.dtype;
    return named(scope, operators[op]!(texts, from, dtype), dtype);
  }
  const coordinates = (): readonly Affine[] => coordinatesOf(scope, position);
  switch (op) {
    case "full":
      return dtype === "f32"
        ? hidden(scope, Number(params["value"]))
        : literal(Number(params["value"]), dtype);
    case "iota": {
      const count = flatOf(position);
      return isInteger(dtype) ? count : named(scope, `f32(${scope.index(count)})`, dtype);
    }
    case "reshape":
      return read(x!, reshaped(scope, position, x!.shape));
    case "broadcastTo":
      return read(x!, broadcastFrom(scope, position, x!.shape));
    case "transpose": {
      const own = coordinates();
      const permutation = params["permutation"] as Numbers;
      return read(
        x!,
        at(
          x!.shape,
          x!.shape.map((_, axis) => own[permutation.indexOf(axis)]!),
        ),
      );
    }
    case "slice": {
      const starts = params["starts"] as Numbers;
      // Not `at`: an axis from which one element is left has more in the operand.
      const own = coordinates().map((one, axis) => plus(one, constant(starts[axis]!)));
      return read(x!, { shape: x!.shape, coordinates: own });
    }
    case "reverse": {
      const axes = params["axes"] as Numbers;
      const own = coordinates().map((one, axis) =>
        axes.includes(axis) ? plus(constant(shape[axis]! - 1), one, -1) : one,
      );
      return read(x!, at(x!.shape, own));
    }
    case "pad":
      return padded(memory, scope, value, coordinates());
    case "concat":
      return concatenated(memory, scope, value, coordinates());
    case "gather":
      return gathered(memory, scope, value, coordinates());
    case "scatterAdd":
      return scattered(memory, scope, value, position, coordinates());
    case "randomBits": {
      const [key, counter] = inputs;
      const words = [0, 1].map((i) => read(key!, { shape: key!.shape, flat: constant(i) }));
      const all = [...words, read(counter!, { shape: [], flat: constant(0) }), flatOf(position)];
      const texts = all.map((code) => textOf(scope, code));
      return named(scope, `threefry(${texts.join(", ")})`, dtype);
    }
    case "sum":
    case "max":
      return reduced(memory, scope, value, coordinates());
    case "partial":
      return reducedPart(memory, scope, value, coordinates());
    case "argMax":
      return largest(memory, scope, value, coordinates());
    default:
      throw new Error(`nothing computes an element of ${op}`);
  }
}

/** Whether a coordinate is that of an element, as conditions. */
function inside(scope: Scope, one: Affine, length: number): string {
  const text = scope.index(one);
  return `${text} >= 0 && ${text} < ${length}`;
}

function choose(scope: Scope, condition: string, code: Code, otherwise: Code, dtype: DType): Code {
  const [a, b] = [code, otherwise].map((one) => textOf(scope, one));
  return named(scope, `select(${b}, ${a}, ${condition})`, dtype);
}

function padded(
  memory: Memory,
  scope: Scope,
  { inputs: [x], params, dtype, shape }: Value,
  coordinates: readonly Affine[],
): Code {
  const value = literal(Number(params["value"]), dtype);
  if (x!.size === 0) return value;
  const low = params["low"] as Numbers;
  const own = coordinates.map((one, axis) => plus(one, constant(-low[axis]!)));
  const conditions = own.flatMap((one, axis) =>
    x!.shape[axis] === shape[axis] ? [] : [inside(scope, one, x!.shape[axis]!)],
  );
  const code = element(memory, scope, x!, { shape: x!.shape, coordinates: own });
  if (conditions.length === 0) return code;
  return choose(scope, scope.let(conditions.join(" && ")), code, value, dtype);
}

const types: Readonly<Record<DType, string>> = {
  f32: "f32",
  f64: "f32",
  i32: "i32",
  u8: "i32",
  i8: "i32",
  bool: "bool",
};

function concatenated(
  memory: Memory,
  scope: Scope,
  { inputs, params, dtype }: Value,
  coordinates: readonly Affine[],
): Code {
  const axis = params["axis"] as number;
  const parts = inputs.filter(({ size }) => size > 0);
  const [only] = parts;
  if (parts.length === 1) return element(memory, scope, only!, at(only!.shape, coordinates));
  const name = scope.block((block, result) => {
    block.lines.push(`var ${result} : ${types[dtype]};`);
    const along = block.index(coordinates[axis]!);
    let start = 0;
    parts.forEach((part, i) => {
      const branch = block.branch();
      const own = coordinates.with(axis, plus(coordinates[axis]!, constant(-start)));
      const code = element(memory, branch, part, at(part.shape, own));
      start += part.shape[axis]!;
      const isLast = i === parts.length - 1;
      const test = isLast ? "{" : `if (${along} < ${start}) {`;
      const text = textOf(branch, code);
      block.lines.push(i > 0 ? `else ${test}` : test, ...branch.lines, `${result} = ${text};`, "}");
    });
  });
  return isInteger(dtype) ? variable(name) : name;
}

function gathered(
  memory: Memory,
  scope: Scope,
  { inputs, params, dtype }: Value,
  coordinates: readonly Affine[],
): Code {
  const [x, indices] = inputs as [Value, Value];
  const zero = literal(0, dtype);
  if (x.size === 0) return zero;
  const axis = params["axis"] as number;
  const rank = indices.shape.length;
  const length = x.shape[axis]!;
  const where = at(indices.shape, coordinates.slice(axis, axis + rank));
  const index = element(memory, scope, indices, where) as Affine;
  const own = coordinates.toSpliced(axis, rank, index);
  const code = element(memory, scope, x, { shape: x.shape, coordinates: own });
  const [low, high] = rangeOf(indices) ?? [-1, length];
  if (low >= 0 && high < length) return code;
  return choose(scope, scope.let(inside(scope, index, length)), code, zero, dtype);
}

/** A loop over each of some axes, the last one innermost. */
function loops(
  scope: Scope,
  lengths: Numbers,
  write: (body: Scope, counters: readonly Affine[]) => void,
): void {
  const [length, ...rest] = lengths;
  if (length === undefined) write(scope, []);
  else if (length === 1) loops(scope, rest, (body, inner) => write(body, [constant(0), ...inner]));
  else
    scope.loop(length, (body, counter) =>
      loops(body, rest, (innermost, inner) => write(innermost, [variable(counter), ...inner])),
    );
}

/** The base plus all updates to this element, always in the same order; WGSL has no atomic addition of floats. */
function scattered(
  memory: Memory,
  scope: Scope,
  { inputs, params, dtype }: Value,
  position: Position,
  coordinates: readonly Affine[],
): Code {
  const [base, indices, updates] = inputs as [Value, Value, Value];
  const own = element(memory, scope, base, position);
  if (updates.size === 0) return own;
  const axis = params["axis"] as number;
  const row = coordinates[axis]!;
  const grid = gridOf(indices);
  const name = scope.block((block, result) => {
    block.lines.push(`var ${result} = ${textOf(block, own)};`);
    const add = (body: Scope, condition: string, where: readonly Affine[]): void => {
      const branch = body.branch();
      const all = coordinates.toSpliced(axis, 1, ...where);
      const code = element(memory, branch, updates, at(updates.shape, all));
      const text = textOf(branch, code);
      body.lines.push(`if (${condition}) {`, ...branch.lines, `${result} += ${text};`, "}");
    };
    if (grid)
      loops(block, [grid.columns], (body, [column]) => {
        const rest = plus(plus(row, constant(-grid.first)), column!, -grid.columnStep);
        const text = body.index(rest);
        const { rowStep, rows } = grid;
        const found = rowStep === 1 ? text : body.let(`${text} / ${rowStep}`);
        const isRow = `${text} >= 0 && ${found} < ${rows}`;
        const isStep = rowStep === 1 ? "" : ` && ${found} * ${rowStep} == ${text}`;
        add(body, isRow + isStep, [/^v\d+$/.test(found) ? variable(found) : rest, column!]);
      });
    else
      loops(block, indices.shape, (body, where) => {
        const index = element(memory, body, indices, at(indices.shape, where));
        add(body, `${textOf(body, index)} == ${body.index(row)}`, where);
      });
  });
  return isInteger(dtype) ? variable(name) : name;
}

/** How a reduction begins and goes on. */
function reduction(
  kind: string,
  dtype: DType,
): { start: string; step(a: string, b: string): string } {
  const isFloat = dtype === "f32";
  if (kind === "sum") return { start: isFloat ? "0.0" : "0", step: (a, b) => `${a} + ${b}` };
  return {
    start: isFloat ? "(-infinity())" : integerText(-(2 ** 31)),
    step: (a, b) => (isFloat ? `larger(${a}, ${b})` : `max(${a}, ${b})`),
  };
}

/** Coordinates of the operand: those of the result, and along the reduced axes those given. */
function withReduced(
  x: Value,
  axes: Numbers,
  kept: readonly Affine[],
  along: readonly Affine[],
): Position {
  let next = 0;
  const coordinates = x.shape.map((_, axis) => {
    const at = axes.indexOf(axis);
    return at >= 0 ? along[at]! : kept[next++]!;
  });
  return at(x.shape, coordinates);
}

function reduced(
  memory: Memory,
  scope: Scope,
  { op, inputs, params, dtype }: Value,
  kept: readonly Affine[],
): Code {
  const [x] = inputs as [Value];
  const axes = params["axes"] as Numbers;
  const { start, step } = reduction(op, dtype);
  if (x.size === 0) return literal(0, dtype);
  const name = scope.block((block, result) => {
    block.lines.push(`var ${result} = ${start};`);
    loops(
      block,
      axes.map((axis) => x.shape[axis]!),
      (body, along) => {
        const code = element(memory, body, x, withReduced(x, axes, kept, along));
        body.lines.push(`${result} = ${step(result, textOf(body, code))};`);
      },
    );
  });
  return isInteger(dtype) ? variable(name) : name;
}

/** Every so many elements of a reduction; neighbours belong to neighbouring parts. */
function reducedPart(
  memory: Memory,
  scope: Scope,
  { inputs, params, dtype, shape }: Value,
  coordinates: readonly Affine[],
): Code {
  const [x] = inputs as [Value];
  const axes = params["axes"] as Numbers;
  const length = params["length"] as number;
  const parts = shape.at(-1)!;
  const { start, step } = reduction(params["kind"] as string, dtype);
  const turns = Math.ceil(length / parts);
  const name = scope.block((block, result) => {
    block.lines.push(`var ${result} = ${start};`);
    block.loop(turns, (body, turn) => {
      const nth = plus(coordinates.at(-1)!, variable(turn), parts);
      const isUneven = turns * parts > length;
      const inner = isUneven ? body.branch() : body;
      const along = coordinatesOf(inner, { shape: axes.map((axis) => x.shape[axis]!), flat: nth });
      const where = withReduced(x, axes, coordinates.slice(0, -1), along);
      const code = element(memory, inner, x, where);
      const text = `${result} = ${step(result, textOf(inner, code))};`;
      if (isUneven)
        body.lines.push(`if (${body.index(nth)} < ${length}) {`, ...inner.lines, text, "}");
      else body.lines.push(text);
    });
  });
  return isInteger(dtype) ? variable(name) : name;
}

/** The index of the first largest element; the first NaN is larger than all. */
function largest(
  memory: Memory,
  scope: Scope,
  { inputs, params }: Value,
  kept: readonly Affine[],
): Code {
  const [x] = inputs as [Value];
  const axis = params["axis"] as number;
  const type = x.dtype === "f32" ? "f32" : "i32";
  const name = scope.block((block, result) => {
    const best = block.name();
    const first = element(memory, block, x, withReduced(x, [axis], kept, [constant(0)]));
    block.lines.push(`var ${result} = 0;`, `var ${best} : ${type} = ${textOf(block, first)};`);
    block.loop(x.shape[axis]!, (body, counter) => {
      const code = element(memory, body, x, withReduced(x, [axis], kept, [variable(counter)]));
      const text = textOf(body, code);
      const isBetter =
        type === "f32"
          ? `!isNan(${best}) && (isNan(${text}) || rank(${text}) > rank(${best}))`
          : `${text} > ${best}`;
      body.lines.push(`if (${isBetter}) { ${best} = ${text}; ${result} = ${counter}; }`);
    });
  });
  return variable(name);
}
