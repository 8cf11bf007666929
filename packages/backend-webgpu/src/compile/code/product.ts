import { sizeOf } from "@nn/core";
import { type Affine, constant, plus, times, variable } from "../../wgsl/affine.ts";
import { textOf } from "../../wgsl/operators.ts";
import { functionText, Scope } from "../../wgsl/scope.ts";
import { element, exactKey, type Memory } from "./element.ts";
import type { Value } from "../graph/graph.ts";
import { at, coordinatesOf, type Position } from "./position.ts";
import { type Side, type Tile, tileOf } from "./tile.ts";
import type { SectionCode, Store } from "./workgroup.ts";

/**
 * A product of matrices: each invocation computes a tile of the result, whose sums stay in registers, and calls another
 * function to store each element, or each two that share a word.
 */
export function productCode(
  name: string,
  product: Value,
  isPaired: boolean,
  memory: Memory,
  store: Store,
): SectionCode {
  const tile = tileOf(product, isPaired);
  const [down, across] = [tile.rows, tile.lanes].map(({ length, block }) =>
    Math.ceil(length / block),
  ) as [number, number];
  const scope = new Scope();
  const column = scope.let(`w % ${across}`);
  const rest = scope.let(`w / ${across}`);
  const row = scope.let(`${rest} % ${down}`);
  const stack = scope.let(`${rest} / ${down}`);
  const { rowAt, laneAt, guardOf } = placesOf(scope, tile, row, column);
  const columnAt = laneAt.flatMap((lane) =>
    Array.from({ length: tile.pair }, (_, i) => plus(times(lane, tile.pair), constant(i))),
  );
  const sums = addProducts(scope, product, memory, { stack, rowAt, columnAt });
  sums.forEach((list, i) =>
    laneAt.forEach((lane, j) => {
      const guard = guardOf(i, j);
      const results = list.slice(j * tile.pair, (j + 1) * tile.pair).join(", ");
      const call = `${name}_store(${stack}, ${scope.index(rowAt[i]!)}, ${scope.index(lane)}, ${results});`;
      scope.lines.push(guard ? `if (${guard}) { ${call} }` : call);
    }),
  );
  return {
    texts: [
      storeCode(`${name}_store`, product, tile.pair, store),
      functionText(name, "w : i32, t : i32", scope),
    ],
    count: sizeOf(product.shape.slice(0, -2)) * down * across,
  };
}

/**
 * Rows and columns of a tile, or pairs of columns. Those beyond the end repeat the last one; `guardOf` tells on what
 * condition they are none of these.
 */
function placesOf(scope: Scope, { rows, lanes, across }: Tile, row: string, column: string) {
  const firstRow = scope.let(`${row} * ${rows.block} + (t / ${across}) * ${rows.count}`);
  const firstLane = scope.let(`${column} * ${lanes.block} + t % ${across}`);
  if (rows.isUneven || lanes.isUneven)
    scope.lines.push(
      `if (${firstRow} >= ${rows.length} || ${firstLane} >= ${lanes.length}) { return; }`,
    );
  const along = (first: string, { length, count, step, isUneven }: Side): Affine[] =>
    Array.from({ length: count }, (_, i) => {
      const place = plus(variable(first), constant(i * step));
      return isUneven && i > 0
        ? variable(scope.let(`min(${scope.index(place)}, ${length - 1})`))
        : place;
    });
  const guard = (first: string, { length, step, isUneven }: Side, i: number): string[] =>
    isUneven && i > 0 ? [`${first} + ${i * step} < ${length}`] : [];
  return {
    rowAt: along(firstRow, rows),
    laneAt: along(firstLane, lanes),
    guardOf: (i: number, j: number) =>
      [...guard(firstRow, rows, i), ...guard(firstLane, lanes, j)].join(" && "),
  };
}

/** Where in a stack of products the elements of a tile are. */
interface TilePlace {
  readonly stack: string;
  readonly rowAt: readonly Affine[];
  readonly columnAt: readonly Affine[];
}

/** Adds up the products of a tile, and returns the names of the sums. */
function addProducts(
  scope: Scope,
  { shape, inputs, params }: Value,
  memory: Memory,
  { stack, rowAt, columnAt }: TilePlace,
): string[][] {
  const [a, b] = inputs as [Value, Value];
  const parts = params["parts"] as number;
  const inner = a.shape.at(params["transposeA"] ? -2 : -1)!;
  const chunk = Math.ceil(inner / parts);
  const batch = parts > 1 ? shape.slice(1, -2) : shape.slice(0, -2);
  const batches = sizeOf(batch);
  const part = parts > 1 ? scope.let(`${stack} / ${batches}`) : undefined;
  const image = parts > 1 ? scope.let(`${stack} % ${batches}`) : stack;
  const leading = coordinatesOf(scope, { shape: batch, flat: variable(image) });
  const operand = (x: Value, isTransposed: unknown, i: Affine, j: Affine): Position => {
    const outer = leading.slice(leading.length - (x.shape.length - 2));
    return at(x.shape, [...outer, ...(isTransposed ? [j, i] : [i, j])]);
  };
  const sums = rowAt.map(() => columnAt.map(() => scope.name()));
  for (const sum of sums.flat()) scope.lines.push(`var ${sum} = 0.0;`);
  const begin = part === undefined ? constant(0) : variable(scope.let(`${part} * ${chunk}`));
  const isUneven = chunk * parts > inner;
  const end = isUneven ? scope.let(`min(${chunk}, ${inner} - ${scope.index(begin)})`) : chunk;
  if (inner > 0)
    scope.loop(end, (body, counter) => {
      const k = plus(begin, variable(counter));
      const left = rowAt.map((i) =>
        textOf(body, element(memory, body, a, operand(a, params["transposeA"], i, k))),
      );
      const right = columnAt.map((j) =>
        textOf(body, element(memory, body, b, operand(b, params["transposeB"], k, j))),
      );
      sums.forEach((list, i) =>
        list.forEach((sum, j) => body.lines.push(`${sum} += ${left[i]} * ${right[j]};`)),
      );
    });
  return sums;
}

/** The function that takes an element of the product, or a pair, and stores what is made of it. */
function storeCode(name: string, product: Value, pair: number, store: Store): string {
  const { shape } = product;
  const [rows, columns] = shape.slice(-2) as [number, number];
  const scope = new Scope();
  const [stack, row, lane] = ["z", "m", "n"].map((text) => variable(scope.let(text))) as [
    Affine,
    Affine,
    Affine,
  ];
  const outer = coordinatesOf(scope, { shape: shape.slice(0, -2), flat: stack });
  const results = pair === 2 ? ["x", "y"] : ["x"];
  const positions = results.map((_, i): Position => {
    const column = plus(times(lane, pair), constant(i));
    return {
      ...at(shape, [...outer, row, column]),
      flat: plus(plus(column, row, columns), stack, rows * columns),
    };
  });
  results.forEach((x, i) => scope.define(exactKey(product, positions[i]!), scope.let(x)));
  store(scope, positions);
  const parameters = ["z : i32, m : i32, n : i32", ...results.map((x) => `${x} : f32`)];
  return functionText(name, parameters.join(", "), scope);
}
