import type { DType } from "@nn/core";
import { type Affine, constant, known, plus, variable } from "../../wgsl/affine.ts";
import { type Branch, branchesAt } from "../../wgsl/branches.ts";
import { type Code, textOf } from "../../wgsl/operators.ts";
import type { Scope } from "../../wgsl/scope.ts";
import { isInteger, literal, named, type Read } from "./code.ts";
import type { Value } from "../graph/graph.ts";
import { at } from "./position.ts";

type Numbers = readonly number[];

/** Whether a coordinate is that of an element, as conditions. */
function inside(scope: Scope, one: Affine, length: number): string {
  const text = scope.index(one);
  return `${text} >= 0 && ${text} < ${length}`;
}

function choose(scope: Scope, condition: string, code: Code, otherwise: Code, dtype: DType): Code {
  const [a, b] = [code, otherwise].map((one) => textOf(scope, one));
  return named(scope, `select(${b}, ${a}, ${condition})`, dtype);
}

/** The element inside of the padding, or the number around it. */
export function padded(
  read: Read,
  scope: Scope,
  { inputs: [x], params, dtype, shape }: Value,
  coordinates: readonly Affine[],
): Code {
  const value = literal(Number(params["value"]), dtype);
  if (x!.size === 0) return value;
  const low = params["low"] as Numbers;
  const inner = coordinates.map((one, axis) => plus(one, constant(-low[axis]!)));
  const conditions = inner.flatMap((one, axis) =>
    x!.shape[axis] === shape[axis] ? [] : [inside(scope, one, x!.shape[axis]!)],
  );
  const code = read(scope, x!, { shape: x!.shape, coordinates: inner });
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

/** The element of the part where it is. */
export function concatenated(
  read: Read,
  scope: Scope,
  { inputs, params, dtype }: Value,
  coordinates: readonly Affine[],
): Code {
  const axis = params["axis"] as number;
  const parts = inputs.filter(({ size }) => size > 0);
  const [only] = parts;
  if (parts.length === 1) return read(scope, only!, at(only!.shape, coordinates));
  const name = scope.block((block, result) => {
    block.lines.push(`var ${result} : ${types[dtype]};`);
    const along = block.index(coordinates[axis]!);
    let end = 0;
    const branches = parts.map((part): Branch => {
      const branch = block.branch();
      const inPart = coordinates.with(axis, plus(coordinates[axis]!, constant(-end)));
      const text = textOf(branch, read(branch, part, at(part.shape, inPart)));
      end += part.shape[axis]!;
      return { end, lines: [...branch.lines, `${result} = ${text};`] };
    });
    block.lines.push(...branchesAt(along, branches));
  });
  return isInteger(dtype) ? variable(name) : name;
}

/** The element that an index chooses, or 0 where there is none. */
export function gathered(
  read: Read,
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
  const [low, high] = indices.integers()?.range ?? [-1, length];
  const isInside = low >= 0 && high < length;
  const given = read(scope, indices, where) as Affine;
  // Parts of a sum that wraps around are no parts of the place.
  const index = isInside || known(given) !== undefined ? given : variable(scope.index(given));
  const picked = coordinates.toSpliced(axis, rank, index);
  const code = read(scope, x, { shape: x.shape, coordinates: picked });
  if (isInside) return code;
  return choose(scope, scope.let(inside(scope, index, length)), code, zero, dtype);
}
