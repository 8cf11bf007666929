import { type Affine, constant, plus, variable } from "../../wgsl/affine.ts";
import { type Code, textOf } from "../../wgsl/operators.ts";
import type { Scope } from "../../wgsl/scope.ts";
import { isInteger, loops, type Read } from "./code.ts";
import type { Value } from "../graph/graph.ts";
import { at, type Position } from "./position.ts";

/** The base plus all updates to this element, always in the same order; WGSL has no atomic addition of floats. */
export function scattered(
  read: Read,
  scope: Scope,
  { inputs, params, dtype }: Value,
  position: Position,
  coordinates: readonly Affine[],
): Code {
  const [base, indices, updates] = inputs as [Value, Value, Value];
  const start = read(scope, base, position);
  if (updates.size === 0) return start;
  const axis = params["axis"] as number;
  const row = coordinates[axis]!;
  const grid = indices.integers()?.grid;
  const name = scope.block((block, result) => {
    block.lines.push(`var ${result} = ${textOf(block, start)};`);
    const add = (body: Scope, condition: string, where: readonly Affine[]): void => {
      const branch = body.branch();
      const all = coordinates.toSpliced(axis, 1, ...where);
      const code = read(branch, updates, at(updates.shape, all));
      const text = textOf(branch, code);
      body.lines.push(`if (${condition}) {`, ...branch.lines, `${result} += ${text};`, "}");
    };
    if (grid)
      loops(block, [grid.columns], (body, [column]) => {
        const rest = plus(plus(row, constant(-grid.first)), column!, -grid.columnStep);
        const text = body.index(rest);
        const { rowStep, rows } = grid;
        const quotient = rowStep === 1 ? text : body.let(`${text} / ${rowStep}`);
        const isRow = `${text} >= 0 && ${quotient} < ${rows}`;
        const isStep = rowStep === 1 ? "" : ` && ${quotient} * ${rowStep} == ${text}`;
        add(body, isRow + isStep, [/^v\d+$/.test(quotient) ? variable(quotient) : rest, column!]);
      });
    else
      loops(block, indices.shape, (body, where) => {
        const index = read(body, indices, at(indices.shape, where));
        add(body, `${textOf(body, index)} == ${body.index(row)}`, where);
      });
  });
  return isInteger(dtype) ? variable(name) : name;
}
