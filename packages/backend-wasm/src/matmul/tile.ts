import { byteSize } from "@nn/core";
import type { Code, Local } from "../assembler/index.ts";
import type { Target, Tile } from "../stage.ts";
import { addProduct, loadLanes, numbers, type Float, type Span } from "../vectors.ts";
import { takeLanes } from "./lanes.ts";

/** An operand of a tile: an address that a local holds, and a constant offset from it. */
export interface Source {
  readonly address: Local;
  readonly offset: number;
}

/** A loop over a part of the inner axis: how often, and by how many bytes it moves both operands. */
export interface Turns {
  readonly count: number;
  readonly a: number;
  readonly b: number;
}

/** The sums of a tile, while they are made: by row and vector. */
export interface Sums {
  readonly rows: number;
  readonly columns: readonly Span[];
  readonly locals: readonly (readonly Local[])[];
}

/**
 * Writes tiles of products: rows of the first operand, element by element, times vectors of the second. The order of
 * instructions is what counts. V8 keeps it from version 12 or so on, while its older versions move all loads of a loop's
 * body before the arithmetic; so the loop is not unrolled, and a tile of 4 by 2 vectors, its loads and one product fit
 * into the 15 registers there are.
 */
export class TileWriter {
  private readonly code: Code;
  private readonly dtype: Float;
  private readonly target: Target;
  private readonly pool: Local[] = [];

  constructor(code: Code, dtype: Float, target: Target) {
    this.code = code;
    this.dtype = dtype;
    this.target = target;
  }

  /** Sums of zero. */
  zeros(rows: number, columns: readonly Span[]): Sums {
    const zero = this.code.splat(numbers[this.dtype].type, 0).take("v128");
    return this.sums(rows, columns, () => void this.code.get(zero));
  }

  /** Sums that were stored; rows are `stride` bytes apart. */
  load(rows: number, columns: readonly Span[], { address, offset }: Source, stride: number): Sums {
    return this.sums(rows, columns, (row, column) => {
      const at = offset + row * stride + column.offset * byteSize(this.dtype);
      this.code.get(address).at("v128.load", at);
    });
  }

  /** Adds what was stored to sums. */
  add(sums: Sums, { address, offset }: Source, stride: number): void {
    const add = `${numbers[this.dtype].type}.add` as const;
    sums.locals.forEach((row, i) =>
      row.forEach((sum, j) => {
        const at = offset + i * stride + sums.columns[j]!.offset * byteSize(this.dtype);
        this.code.get(sum).get(address).at("v128.load", at).op(add).set(sum);
      }),
    );
  }

  /**
   * Ends sums with stores to memory, from where they are loaded again. Engines join vectors from stores that follow each
   * other, which those of an epilogue may not.
   */
  join(sums: Sums, place: Source, stride: number): Sums {
    this.store(sums, place, stride);
    return this.load(sums.rows, sums.columns, place, stride);
  }

  /** Stores sums for `load`, whole vectors. */
  store(sums: Sums, { address, offset }: Source, stride: number): void {
    sums.locals.forEach((row, i) =>
      row.forEach((sum, j) => {
        const at = offset + i * stride + sums.columns[j]!.offset * byteSize(this.dtype);
        this.code.get(address).get(sum).at("v128.store", at);
      }),
    );
  }

  /**
   * Adds products to sums, in nested loops, the outermost first. Rows of `a` are `stride` bytes apart. The addresses are
   * moved, by all turns of the outermost loop. With `isPadded`, whole vectors of `b` may be read where fewer elements count.
   */
  multiply(
    sums: Sums,
    a: Source,
    stride: number,
    b: Source,
    isPadded: boolean,
    [turns, ...rest]: readonly Turns[],
  ): void {
    const { code, dtype } = this;
    if (!turns) {
      const vectors = sums.columns.map(({ offset, lanes }) => {
        const at = b.offset + offset * byteSize(dtype);
        loadLanes(code, dtype, b.address, at, isPadded ? numbers[dtype].lanes : lanes);
        return code.take("v128");
      });
      sums.locals.forEach((row, i) => {
        code.get(a.address).at(`v128.load${numbers[dtype].bits}_splat`, a.offset + i * stride);
        const factor = code.take("v128");
        row.forEach((sum, j) =>
          addProduct(code, dtype, this.target.relaxed, sum, factor, vectors[j]!),
        );
      });
      return;
    }
    const [next] = rest;
    const moved = next ? { a: next.count * next.a, b: next.count * next.b } : { a: 0, b: 0 };
    const step = (address: Local, bytes: number): void => {
      if (bytes !== 0) code.get(address).i32(bytes).op("i32.add").set(address);
    };
    const body = (): void => {
      this.multiply(sums, a, stride, b, isPadded, rest);
      step(b.address, turns.b - moved.b);
      step(a.address, turns.a - moved.a);
    };
    if (turns.count === 0) return;
    const counter = turns.a !== 0 ? a.address : b.address;
    const bytes = turns.a !== 0 ? turns.a : turns.b;
    if (turns.count === 1 || bytes === 0) code.repeat(0, turns.count, 1, body);
    else {
      const end = code
        .get(counter)
        .i32(turns.count * bytes)
        .op("i32.add")
        .take("i32");
      code.loop(() => {
        body();
        code.get(counter).get(end).op("i32.ne").branchIf(0);
      });
    }
  }

  /** Hands sums to the end of a product, where their rows may be apart. */
  finish(sums: Sums, tile: Tile, rowStep = 1): void {
    sums.locals.forEach((row, i) =>
      row.forEach((sum, j) => {
        const { offset, lanes } = sums.columns[j]!;
        takeLanes(this.code, this.dtype, tile, i * rowStep, offset, lanes, sum);
      }),
    );
  }

  private sums(
    rows: number,
    columns: readonly Span[],
    push: (row: number, column: Span) => void,
  ): Sums {
    const locals = Array.from({ length: rows }, (_, i) =>
      columns.map((column, j) => {
        const sum = (this.pool[i * columns.length + j] ??= this.code.local("v128"));
        push(i, column);
        this.code.set(sum);
        return sum;
      }),
    );
    return { rows, columns, locals };
  }
}

/** Tiles have 4 rows, or 3 where that divides the rows and 4 does not. */
export function tileHeight(rows: number): number {
  return rows < 4 ? rows : rows % 4 !== 0 && rows % 3 === 0 ? 3 : 4;
}
