import type { Tile } from "./tile.ts";

/**
 * WGSL that multiplies two square matrices in f32 the way it is done well on GPUs (Volkov and Demmel, "Benchmarking
 * GPUs to tune dense linear algebra", 2008): a slice of both operands lies in the workgroup's memory, the left one
 * transposed, and each invocation adds outer products to sums in registers. While it does so, the next slice is under
 * way. Everything is read and written four numbers at a time.
 */
export function tileCode(size: number, tile: Tile): string {
  const { rows, columns, slice, high, wide } = tile;
  const across = columns / wide;
  const down = rows / high;
  const invocations = across * down;
  const [leftWidth, rightWidth, quads] = [rows / 4, columns / 4, slice / 4];
  // Neighbours store blocks that are beside each other. Their columns would lie in the same banks of memory, so each
  // has its rows in another order.
  const turn = 32 / slice;
  const sums = range(high).map((i) => range(wide / 4).map((j) => `sum_${i}_${j}`));

  /** Blocks of 4×4 of the left operand, which are transposed on the way. */
  const left = shares((leftWidth * slice) / 4, invocations, (i, piece) => ({
    declare: range(4).map((row) => `var left_${i}_${row} : vec4<f32>;`),
    load: [
      `let begin = (first_row + 4u * (${piece} / ${quads}u)) * width + k * ${quads}u + ${piece} % ${quads}u;`,
      ...range(4).map((row) => `left_${i}_${row} = a[begin + ${row}u * width];`),
    ],
    store: [
      `let block = ${piece} % ${quads}u;`,
      `let place = block * ${4 * leftWidth}u + ((${piece} / ${quads}u) ^ (block * ${turn}u));`,
      ...range(4).map((column) => {
        const elements = range(4).map((row) => `left_${i}_${row}[${column}]`);
        return `left[place + ${column * leftWidth}u] = vec4(${elements.join(", ")});`;
      }),
    ],
  }));
  const right = shares(rightWidth * slice, invocations, (i, piece) => ({
    declare: [`var right_${i} : vec4<f32>;`],
    load: [
      `right_${i} = b[(k * ${slice}u + ${piece} / ${rightWidth}u) * width + first_column + ${piece} % ${rightWidth}u];`,
    ],
    store: [`right[${piece}] = right_${i};`],
  }));
  const load = [...left.load, ...right.load];

  const product = range(4).flatMap((k) => [
    ...range(high / 4).map((i) => `let x_${k}_${i} = left[turned + ${k * leftWidth + i * down}u];`),
    ...range(wide / 4).map(
      (j) => `let y_${k}_${j} = right[beside + ${k * rightWidth + j * across}u];`,
    ),
    ...sums.flatMap((list, i) =>
      list.map(
        (sum, j) =>
          `${sum} = fma(vec4(x_${k}_${Math.floor(i / 4)}[${i % 4}]), y_${k}_${j}, ${sum});`,
      ),
    ),
  ]);
  const results = sums.flatMap((list, i) =>
    list.map((sum, j) => {
      const row = `first_row + 4u * down + ${Math.floor(i / 4) * 4 * down + (i % 4)}u`;
      return `c[(${row}) * width + first_column + across + ${j * across}u] = ${sum};`;
    }),
  );
  return `
    @group(0) @binding(0) var<storage, read> a : array<vec4<f32>>;
    @group(0) @binding(1) var<storage, read> b : array<vec4<f32>>;
    @group(0) @binding(2) var<storage, read_write> c : array<vec4<f32>>;
    var<workgroup> left : array<vec4<f32>, ${leftWidth * slice}>;
    var<workgroup> right : array<vec4<f32>, ${rightWidth * slice}>;
    @compute @workgroup_size(${invocations})
    fn main(@builtin(workgroup_id) tile : vec3u, @builtin(local_invocation_index) t : u32) {
      const width = ${size / 4}u;
      let first_row = tile.y * ${rows}u;
      let first_column = tile.x * ${rightWidth}u;
      let across = t % ${across}u;
      let down = t / ${across}u;
      ${sums.flatMap((list) => list.map((sum) => `var ${sum} = vec4<f32>();`)).join("\n")}
      ${[...left.declare, ...right.declare].join("\n")}
      var k = 0u;
      ${load.join("\n")}
      loop {
        ${[...left.store, ...right.store].join("\n")}
        workgroupBarrier();
        k++;
        if (k < ${size / slice}u) { ${load.join("\n")} }
        for (var block = 0u; block < ${quads}u; block++) {
          let turned = block * ${4 * leftWidth}u + (down ^ (block * ${turn}u));
          let beside = block * ${4 * rightWidth}u + across;
          ${product.join("\n")}
        }
        if (k == ${size / slice}u) { break; }
        workgroupBarrier();
      }
      ${results.join("\n")}
    }`;
}

/** What an invocation does for one of its shares of a slice. */
interface Share {
  readonly declare: readonly string[];
  readonly load: readonly string[];
  readonly store: readonly string[];
}

/** Divides so many pieces among the invocations, of which some get one less where the pieces do not suffice. */
function shares(
  count: number,
  invocations: number,
  shareOf: (i: number, piece: string) => Share,
): Share {
  const all = range(Math.ceil(count / invocations)).map((i) => {
    const { declare, load, store } = shareOf(i, `(t + ${i * invocations}u)`);
    const isWhole = (i + 1) * invocations <= count;
    const block = (lines: readonly string[]): string =>
      `${isWhole ? "" : `if (t + ${i * invocations}u < ${count}u) `}{ ${lines.join("\n")} }`;
    return { declare, load: [block(load)], store: [block(store)] };
  });
  return {
    declare: all.flatMap(({ declare }) => declare),
    load: all.flatMap(({ load }) => load),
    store: all.flatMap(({ store }) => store),
  };
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
