import type { DType } from "@nn/core";
import { type Affine, constant, plus, variable } from "../../wgsl/affine.ts";
import { integerText } from "../../wgsl/literal.ts";
import { type Code, textOf } from "../../wgsl/operators.ts";
import type { Scope } from "../../wgsl/scope.ts";
import { isInteger, literal, loops, type Read } from "./code.ts";
import type { Value } from "../graph/graph.ts";
import { at, coordinatesOf, type Position } from "./position.ts";

type Numbers = readonly number[];

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

/**
 * A variable that begins as a reduction does. `write` is given its block, and what returns the statement by which one more
 * element is taken in.
 */
function accumulated(
  scope: Scope,
  kind: string,
  dtype: DType,
  write: (block: Scope, take: (body: Scope, element: Code) => string) => void,
): Code {
  const { start, step } = reduction(kind, dtype);
  const name = scope.block((block, result) => {
    block.lines.push(`var ${result} = ${start};`);
    write(block, (body, element) => `${result} = ${step(result, textOf(body, element))};`);
  });
  return isInteger(dtype) ? variable(name) : name;
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

/** A sum or maximum along some axes, one element after the other. */
export function reduced(
  read: Read,
  scope: Scope,
  { op, inputs, params, dtype }: Value,
  kept: readonly Affine[],
): Code {
  const [x] = inputs as [Value];
  const axes = params["axes"] as Numbers;
  if (x.size === 0) return literal(0, dtype);
  return accumulated(scope, op, dtype, (block, take) =>
    loops(
      block,
      axes.map((axis) => x.shape[axis]!),
      (body, along) => {
        const code = read(body, x, withReduced(x, axes, kept, along));
        body.lines.push(take(body, code));
      },
    ),
  );
}

/** Every so many elements of a reduction; neighbours belong to neighbouring parts. */
export function reducedPart(
  read: Read,
  scope: Scope,
  { inputs, params, dtype, shape }: Value,
  coordinates: readonly Affine[],
): Code {
  const [x] = inputs as [Value];
  const axes = params["axes"] as Numbers;
  const length = params["length"] as number;
  const parts = shape.at(-1)!;
  const turns = Math.ceil(length / parts);
  return accumulated(scope, params["kind"] as string, dtype, (block, take) =>
    block.loop(turns, (body, turn) => {
      const nth = plus(coordinates.at(-1)!, variable(turn), parts);
      const isUneven = turns * parts > length;
      const inner = isUneven ? body.branch() : body;
      const along = coordinatesOf(inner, { shape: axes.map((axis) => x.shape[axis]!), flat: nth });
      const where = withReduced(x, axes, coordinates.slice(0, -1), along);
      const text = take(inner, read(inner, x, where));
      if (isUneven)
        body.lines.push(`if (${body.index(nth)} < ${length}) {`, ...inner.lines, text, "}");
      else body.lines.push(text);
    }),
  );
}

/** The index of the first largest element; the first NaN is larger than all. */
export function largest(
  read: Read,
  scope: Scope,
  { inputs, params }: Value,
  kept: readonly Affine[],
): Code {
  const [x] = inputs as [Value];
  const axis = params["axis"] as number;
  const type = x.dtype === "f32" ? "f32" : "i32";
  const name = scope.block((block, result) => {
    const best = block.name();
    const first = read(block, x, withReduced(x, [axis], kept, [constant(0)]));
    block.lines.push(`var ${result} = 0;`, `var ${best} : ${type} = ${textOf(block, first)};`);
    block.loop(x.shape[axis]!, (body, counter) => {
      const code = read(body, x, withReduced(x, [axis], kept, [variable(counter)]));
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
