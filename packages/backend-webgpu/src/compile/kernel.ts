import { sizeOf } from "@nn/core";
import { type Affine, constant, plus, variable } from "../wgsl/affine.ts";
import { functionsFor } from "../wgsl/math.ts";
import { textOf } from "../wgsl/operators.ts";
import { Scope, withoutUnused } from "../wgsl/scope.ts";
import { element, elementKey, type Memory, stored } from "./emit.ts";
import type { Value } from "./graph.ts";
import type { Place } from "./memory.ts";
import { at, coordinatesOf, type Position, reshaped } from "./position.ts";
import type { Section } from "./sections.ts";

/** Invocations of a workgroup. */
export const WIDTH = 64;

/** A kernel in WGSL, and what it is run with. */
export interface Kernel {
  readonly code: string;
  readonly workgroups: number;
  /** Buffers in the order of their bindings: the parts of the scratch memory, and inputs and outputs. */
  readonly scratch: readonly number[];
  readonly external: readonly { readonly buffer: "input" | "output"; readonly index: number }[];
  /** What it reads from its uniform buffer. */
  readonly table: Int32Array;
  /** The depths of loops whose step it reads. */
  readonly depths: readonly number[];
  /** What it computes, for messages. */
  readonly label: string;
}

/** Where kernels find values. */
export interface Places {
  readonly places: ReadonlyMap<Value, Place>;
  /** Words that a kernel can reach as one buffer. */
  readonly segment: number;
}

/** Sections that run side by side as one kernel, each in workgroups of its own. */
export function kernelOf(sections: readonly Section[], { places, segment }: Places): Kernel {
  const bindings = new Bindings(segment);
  const functions: string[] = [];
  const branches: string[] = [];
  let workgroups = 0;
  sections.forEach((section, i) => {
    const own = new Set(section.roots);
    const address = (scope: Scope, value: Value): ReturnType<Memory["find"]> => {
      const place = places.get(value);
      if (!place) throw new Error(`${value.op} of ${value.path} has no place`);
      return bindings.address(scope, place);
    };
    const isElsewhere = (value: Value): boolean => !own.has(value) && places.has(value);
    const memory: Memory = {
      find: (scope, value) => (isElsewhere(value) ? address(scope, value) : undefined),
    };
    /** Statements that compute and store all roots of an element. */
    const store = (scope: Scope, position: Position): void => {
      const lines = section.roots
        .filter((root) => places.has(root))
        .map((root) => {
          const where = reshaped(scope, position, root.shape);
          const word = stored(scope, element(memory, scope, root, where), root.dtype);
          const { array, first } = address(scope, root)!;
          return `${array}[${scope.index(plus(first, where.flat!))}] = ${word};`;
        });
      scope.lines.push(...lines);
    };
    const { texts, count } = section.product
      ? productCode(`s${i}`, section.product, memory, store)
      : mapCode(`s${i}`, section, store);
    functions.push(...texts);
    const from = workgroups;
    workgroups += count;
    branches.push(`if (w < ${workgroups}) { s${i}(w - ${from}, t); }`);
  });
  const body = functions.join("\n");
  return {
    ...bindings.finish(),
    code: `${bindings.declarations()}
fn nan() -> f32 { return bitcast<f32>(u.at[0].x); }
fn infinity() -> f32 { return bitcast<f32>(u.at[0].y); }
fn isNan(x : f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
${functionsFor(body)}
${body}
@compute @workgroup_size(${WIDTH})
fn main(@builtin(workgroup_id) g : vec3<u32>, @builtin(local_invocation_index) i : u32) {
  let w = i32(g.x + g.y * 65535u);
  let t = i32(i);
  ${branches.join(" else ")}
}`,
    workgroups,
    label: labelOf(sections),
  };
}

function labelOf(sections: readonly Section[]): string {
  const names = sections.flatMap(({ roots }) =>
    roots.map(({ op, inputs, path }) => {
      const name = op === "copy" && inputs[0] ? inputs[0].op : op;
      return path ? `${name} in '${path}'` : name;
    }),
  );
  const unique = [...new Set(names)];
  return unique.length > 8 ? `${unique.slice(0, 8).join(", ")}, …` : unique.join(", ");
}

/** One invocation for each element. */
function mapCode(
  name: string,
  { size, roots }: Section,
  store: (scope: Scope, position: Position) => void,
): { texts: string[]; count: number } {
  const scope = new Scope();
  const flat = scope.let(`w * ${WIDTH} + t`);
  if (size % WIDTH > 0) scope.lines.push(`if (${flat} >= ${size}) { return; }`);
  store(scope, { shape: roots[0]!.shape, flat: variable(flat) });
  return { texts: [functionText(name, "w : i32, t : i32", scope)], count: Math.ceil(size / WIDTH) };
}

function functionText(name: string, parameters: string, scope: Scope): string {
  const lines = withoutUnused(scope.lines).map((line) => `  ${line}`);
  return `fn ${name}(${parameters}) {\n${lines.join("\n")}\n}`;
}

/**
 * A product of matrices: each invocation computes a tile of the result, whose sums stay in registers. Neighbours have
 * neighbouring columns.
 */
function productCode(
  name: string,
  product: Value,
  memory: Memory,
  store: (scope: Scope, position: Position) => void,
): { texts: string[]; count: number } {
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
  const firstColumn = scope.let(`${column} * ${wide * across} + t % ${across}`);
  if (rows % (high * down) > 0 || columns % (wide * across) > 0)
    scope.lines.push(`if (${firstRow} >= ${rows} || ${firstColumn} >= ${columns}) { return; }`);
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
  const columnAt = places(firstColumn, {
    count: wide,
    step: across,
    length: columns,
    block: wide * across,
  });

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
    list.forEach((sum, j) => {
      const [r, c] = [rowAt[i]!, columnAt[j]!];
      const tests: string[] = [];
      if (i > 0 && rows % (high * down) > 0) tests.push(`${firstRow} + ${i} < ${rows}`);
      if (j > 0 && columns % (wide * across) > 0)
        tests.push(`${firstColumn} + ${j * across} < ${columns}`);
      const call = `${name}_store(${stack}, ${scope.index(r)}, ${scope.index(c)}, ${sum});`;
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
  const position: Position = {
    ...at(shape, [...outer, m, n]),
    flat: plus(plus(n, m, columns), z, rows * columns),
  };
  epilogue.define(elementKey(product, position), epilogue.let("x"));
  store(epilogue, position);
  const parameters = "z : i32, m : i32, n : i32, x : f32";
  return {
    texts: [
      functionText(`${name}_store`, parameters, epilogue),
      functionText(name, "w : i32, t : i32", scope),
    ],
    count: stacks * tiles[0] * tiles[1],
  };
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

/** Collects what a kernel is bound to. */
class Bindings {
  private readonly segment: number;
  private readonly offsets: number[] = [];
  private readonly slots = new Map<Place, number>();
  private readonly scratch: number[] = [];
  private readonly external: Kernel["external"][number][] = [];
  private readonly depths: number[] = [];

  constructor(segment: number) {
    this.segment = segment;
  }

  address(scope: Scope, place: Place): { array: string; first: Affine } {
    const { buffer, index, offset, steps } = place;
    let first = constant(0);
    let array: string;
    if (buffer === "scratch") {
      const part = Math.floor(offset / this.segment);
      array = `s${indexIn(this.scratch, part)}_words`;
      let slot = this.slots.get(place);
      if (slot === undefined) {
        slot = this.offsets.push(offset % this.segment) - 1;
        this.slots.set(place, slot);
      }
      const text = `u.at[${1 + (slot >> 2)}].${"xyzw"[slot & 3]}`;
      first = variable(scope.let(text));
    } else {
      let at = this.external.findIndex((one) => one.buffer === buffer && one.index === index);
      if (at < 0) at = this.external.push({ buffer, index }) - 1;
      array = `x${at}`;
    }
    for (const { depth, words } of steps) {
      const name = `step${indexIn(this.depths, depth)}`;
      first = plus(first, variable(scope.let(`${name}.x`)), words);
    }
    return { array, first };
  }

  declarations(): string {
    const { scratch, external, depths, offsets } = this;
    const rows = 1 + Math.ceil(offsets.length / 4);
    const lines = [
      `struct Table { at : array<vec4<i32>, ${rows}> };`,
      "@group(0) @binding(0) var<uniform> u : Table;",
    ];
    let binding = 1;
    scratch.forEach((_, i) =>
      lines.push(
        `@group(0) @binding(${binding++}) var<storage, read_write> s${i}_words : array<u32>;`,
      ),
    );
    depths.forEach((_, i) =>
      lines.push(`@group(0) @binding(${binding++}) var<uniform> step${i} : vec4<i32>;`),
    );
    external.forEach(({ buffer }, i) => {
      const mode = buffer === "input" ? "read" : "read_write";
      lines.push(`@group(1) @binding(${i}) var<storage, ${mode}> x${i} : array<u32>;`);
    });
    return lines.join("\n");
  }

  finish(): Pick<Kernel, "scratch" | "external" | "table" | "depths"> {
    const { scratch, external, depths, offsets } = this;
    const table = new Int32Array(4 * (1 + Math.ceil(offsets.length / 4)));
    table.set([0x7fc00000, 0x7f800000]);
    table.set(offsets, 4);
    return { scratch, external, table, depths };
  }
}

function indexIn<T>(list: T[], item: T): number {
  const found = list.indexOf(item);
  return found >= 0 ? found : list.push(item) - 1;
}
