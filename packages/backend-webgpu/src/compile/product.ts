import { sizeOf } from "@nn/core";
import { type Affine, constant, plus, times, variable } from "../wgsl/affine.ts";
import { textOf } from "../wgsl/operators.ts";
import { functionText, Scope } from "../wgsl/scope.ts";
import { element, exactKey, type Memory } from "./emit.ts";
import type { Value } from "./graph.ts";
import { at, coordinatesOf, type Position } from "./position.ts";
import { type SectionCode, type Store, WIDTH } from "./workgroup.ts";

/**
 * A product of matrices: each invocation computes a tile of the result, whose sums stay in registers. Neighbours have
 * neighbouring columns, or, where results are computed in pairs that share a word, neighbouring pairs of them.
 */
export function productCode(
  name: string,
  product: Value,
  isPaired: boolean,
  memory: Memory,
  store: Store,
): SectionCode {
  const { shape, inputs, params } = product;
  const [a, b] = inputs as [Value, Value];
  const [rows, columns] = shape.slice(-2) as [number, number];
  const parts = params["parts"] as number;
  const inner = a.shape.at(params["transposeA"] ? -2 : -1)!;
  const chunk = Math.ceil(inner / parts);
  const batch = parts > 1 ? shape.slice(1, -2) : shape.slice(0, -2);
  const { high, wide, across } = tileOf(rows, columns, sizeOf(shape));
  const down = WIDTH / across;
  const tiles = [Math.ceil(rows / (high * down)), Math.ceil(columns / (wide * across))] as const;
  const stacks = sizeOf(shape.slice(0, -2));

  const scope = new Scope();
  const column = scope.let(`w % ${tiles[1]}`);
  const rest = scope.let(`w / ${tiles[1]}`);
  const row = scope.let(`${rest} % ${tiles[0]}`);
  const stack = scope.let(`${rest} / ${tiles[0]}`);
  const firstRow = scope.let(`${row} * ${high * down} + (t / ${across}) * ${high}`);
  /** Columns that are computed at once; what follows counts in these. */
  const pair = isPaired ? 2 : 1;
  const lanes = {
    count: wide / pair,
    step: across,
    length: columns / pair,
    block: (wide / pair) * across,
  };
  const firstColumn = scope.let(`${column} * ${lanes.block} + t % ${across}`);
  if (rows % (high * down) > 0 || lanes.length % lanes.block > 0)
    scope.lines.push(
      `if (${firstRow} >= ${rows} || ${firstColumn} >= ${lanes.length}) { return; }`,
    );
  /** Rows or columns of a tile; those beyond the end repeat the last one, and are not stored. */
  const places = (
    first: string,
    { count, step, length, block }: { count: number; step: number; length: number; block: number },
  ): Affine[] =>
    Array.from({ length: count }, (_, i) => {
      const own = plus(variable(first), constant(i * step));
      return length % block === 0 || i === 0
        ? own
        : variable(scope.let(`min(${scope.index(own)}, ${length - 1})`));
    });
  const rowAt = places(firstRow, { count: high, step: 1, length: rows, block: high * down });
  const laneAt = places(firstColumn, lanes);
  const columnAt = isPaired
    ? laneAt.flatMap((lane) => [times(lane, 2), plus(times(lane, 2), constant(1))])
    : laneAt;

  const batches = sizeOf(batch);
  const part = parts > 1 ? scope.let(`${stack} / ${batches}`) : undefined;
  const image = parts > 1 ? scope.let(`${stack} % ${batches}`) : stack;
  const leading = coordinatesOf(scope, { shape: batch, flat: variable(image) });
  const operand = (x: Value, isTransposed: unknown, i: Affine, j: Affine): Position => {
    const own = leading.slice(leading.length - (x.shape.length - 2));
    return at(x.shape, [...own, ...(isTransposed ? [j, i] : [i, j])]);
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
  sums.forEach((list, i) =>
    laneAt.forEach((lane, j) => {
      const tests: string[] = [];
      if (i > 0 && rows % (high * down) > 0) tests.push(`${firstRow} + ${i} < ${rows}`);
      if (j > 0 && lanes.length % lanes.block > 0)
        tests.push(`${firstColumn} + ${j * across} < ${lanes.length}`);
      const results = list.slice(j * pair, (j + 1) * pair).join(", ");
      const call = `${name}_store(${stack}, ${scope.index(rowAt[i]!)}, ${scope.index(lane)}, ${results});`;
      scope.lines.push(tests.length > 0 ? `if (${tests.join(" && ")}) { ${call} }` : call);
    }),
  );

  const epilogue = new Scope();
  const [z, m, n] = ["z", "m", "n"].map((text) => variable(epilogue.let(text))) as [
    Affine,
    Affine,
    Affine,
  ];
  const outer = coordinatesOf(epilogue, { shape: shape.slice(0, -2), flat: z });
  const names = isPaired ? ["x", "y"] : ["x"];
  const positions = names.map((_, i): Position => {
    const c = plus(times(n, pair), constant(i));
    return { ...at(shape, [...outer, m, c]), flat: plus(plus(c, m, columns), z, rows * columns) };
  });
  names.forEach((x, i) => epilogue.define(exactKey(product, positions[i]!), epilogue.let(x)));
  store(epilogue, positions);
  const parameters = ["z : i32, m : i32, n : i32", ...names.map((x) => `${x} : f32`)].join(", ");
  return {
    texts: [
      functionText(`${name}_store`, parameters, epilogue),
      functionText(name, "w : i32, t : i32", scope),
    ],
    count: stacks * tiles[0] * tiles[1],
  };
}

/** Whether each invocation computes pairs of neighbouring columns, each in one row of the result. */
export function hasPairs({ shape }: Value): boolean {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return columns % 2 === 0 && tileOf(rows, columns, sizeOf(shape)).wide % 2 === 0;
}

/** Rows and columns of an invocation's tile, and how many invocations share the rows. */
function tileOf(
  rows: number,
  columns: number,
  size: number,
): { high: number; wide: number; across: number } {
  const largest = size >= 262_144 ? 8 : size >= 16_384 ? 4 : size >= 1024 ? 2 : 1;
  const fit = (length: number): number =>
    length >= largest ? largest : length >= 2 ? Math.min(2, largest) : 1;
  const [high, wide] = [fit(rows), fit(columns)];
  let across = 8;
  while (across > 1 && (across / 2) * wide >= columns) across /= 2;
  while (across < WIDTH && (WIDTH / across / 2) * high >= rows) across *= 2;
  return { high, wide, across };
}
