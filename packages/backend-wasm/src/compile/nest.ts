import { byteSize, type DType } from "@nn/core";
import type { Code, Int, Local, ModuleBuilder } from "../assembler/index.ts";
import { baseOf, type Place, type Target } from "../stage.ts";
import { forBlocks, moved, repeat, type Cursor } from "./cursor.ts";
import { Evaluator, readLeaf } from "./expression.ts";
import { constant, store } from "./lanes.ts";
import type { Axis, Nest, ReductionKind } from "./loop.ts";
import { weightOf } from "./operations.ts";

/** All that the code of a nest is made from. */
interface NestCall {
  readonly module: ModuleBuilder;
  readonly target: Target;
  readonly nest: Nest;
  readonly code: Code;
  readonly frame: Local;
  /** Where results of reductions go. */
  readonly results: readonly Place[];
}

/** Writes the loops of a nest, for the units from … to - 1. */
export function emitNest(call: NestCall, from: Int, to: Int): void {
  new Emission(call).run(from, to);
}

/** One cursor for each stream. */
type Cursors = readonly Cursor[];
/** Vectors of leaves that stay the same within the loops that are still open. */
type Hoisted = ReadonlyMap<number, Local>;

class Emission {
  private readonly call: NestCall;
  private readonly evaluator: Evaluator;

  constructor(call: NestCall) {
    this.call = call;
    this.evaluator = new Evaluator(call.module, call.target, call.code, call.nest.loop.expression);
    const { reductions, stores } = call.nest.loop;
    for (const { value } of [...reductions, ...stores]) this.evaluator.numberOf(value);
  }

  run(from: Int, to: Int): void {
    const { code, nest } = this.call;
    const { kept, inner, block, units } = nest;
    const cursors = this.begin();
    const [first] = kept;
    if (first) {
      const rest = kept.slice(1);
      const hoisted = this.hoist(new Map(), cursors, [...kept, ...nest.reduced, inner]);
      forBlocks(code, first.length, 1, from, to, cursors, first.strides, (at) =>
        this.walk(rest, at, hoisted, [...nest.reduced, inner], (...inside) =>
          this.columns(...inside),
        ),
      );
      return;
    }
    const hoisted = this.hoist(new Map(), cursors, [...nest.reduced, inner]);
    if (units === 1) return this.columns(cursors, hoisted);
    // Each block of a row that is reduced has a result of its own, one behind the other.
    const firstResult = this.resultAt(0);
    const strides = inner.strides.map((stride, i) =>
      inner.isReduced && i >= firstResult
        ? byteSize(nest.loop.reductions[i - firstResult]!.dtype) / block
        : stride,
    );
    forBlocks(code, inner.length, block, from, to, cursors, strides, (at, length) =>
      this.vectors(at, hoisted, length),
    );
  }

  /** A cursor at the beginning of each stream. */
  private begin(): Cursors {
    const { code, frame, nest, results } = this.call;
    const { expression, stores } = nest.loop;
    const bases = new Map<number, Local>();
    const at = (place: Place, offset: number): Cursor => {
      let base = bases.get(place.slot);
      if (!base) bases.set(place.slot, (base = baseOf(code, frame, place)));
      return { base, offset: place.offset + offset };
    };
    return [
      ...expression.leaves.map(({ place, dtype, offset }) =>
        place ? at(place, offset * byteSize(dtype)) : { base: code.local("i32"), offset },
      ),
      ...stores.map(({ place }) => at(place, 0)),
      ...results.map((place) => at(place, 0)),
    ];
  }

  /** Adds the vectors of leaves that none of the open axes changes. */
  private hoist(known: Hoisted, cursors: Cursors, open: readonly Axis[]): Hoisted {
    const { code, nest } = this.call;
    const hoisted = new Map(known);
    nest.loop.expression.leaves.forEach((leaf, i) => {
      if (hoisted.has(i) || open.some(({ strides }) => strides[i] !== 0)) return;
      hoisted.set(i, readLeaf(code, leaf, cursors[i]!, 0, nest.lanes));
    });
    return hoisted;
  }

  /** Opens loops over axes, and runs `body` inside. */
  private walk(
    axes: readonly Axis[],
    cursors: Cursors,
    known: Hoisted,
    below: readonly Axis[],
    body: (cursors: Cursors, hoisted: Hoisted) => void,
  ): void {
    const hoisted = this.hoist(known, cursors, [...axes, ...below]);
    const [axis, ...rest] = axes;
    if (!axis) return body(cursors, hoisted);
    repeat(this.call.code, axis.length, cursors, axis.strides, 1, (at) =>
      this.walk(rest, at, hoisted, below, body),
    );
  }

  /** All of the inner axis, block by block where columns are reduced. */
  private columns(cursors: Cursors, hoisted: Hoisted): void {
    const { code, nest } = this.call;
    const { inner, loop, block } = nest;
    if (inner.isReduced || loop.reductions.length === 0)
      return this.vectors(cursors, hoisted, inner.length);
    const blocks = Math.ceil(inner.length / block);
    forBlocks(code, inner.length, block, 0, blocks, cursors, inner.strides, (at, length) =>
      this.vectors(at, hoisted, length),
    );
  }

  /** So many elements along the inner axis, with the reductions that happen on the way. */
  private vectors(cursors: Cursors, hoisted: Hoisted, length: number): void {
    const { nest } = this.call;
    if (nest.loop.reductions.length === 0) this.plainRow(cursors, hoisted, length);
    else if (nest.inner.isReduced) this.reduceRow(cursors, hoisted, length);
    else this.reduceColumns(cursors, hoisted, length);
  }

  private plainRow(cursors: Cursors, hoisted: Hoisted, length: number): void {
    const { nest } = this.call;
    const { steps } = nest.loop.expression;
    const weight = steps.reduce((sum, { name }) => sum + weightOf(name), 0);
    const unroll = weight <= 6 ? 4 : weight <= 24 ? 2 : 1;
    this.alongRow(cursors, length, unroll, (at, lanes) => this.compute(at, hoisted, lanes));
  }

  /** Runs `body` for every vector of a row: in a loop of `unroll` vectors, then for what is left. */
  private alongRow(
    cursors: Cursors,
    length: number,
    unroll: number,
    body: (cursors: Cursors, lanes: number, index: number) => void,
  ): void {
    const { code, nest } = this.call;
    const { lanes, inner } = nest;
    const vectors = Math.floor(length / lanes);
    const turns = vectors <= 4 ? 0 : Math.floor(vectors / unroll);
    repeat(code, turns, cursors, inner.strides, unroll * lanes, (at) => {
      for (let n = 0; n < unroll; n++) body(moved(at, inner.strides, n * lanes), lanes, n);
    });
    let done = turns * unroll * lanes;
    for (let size = lanes, n = 0; size >= 1; size /= 2)
      while (length - done >= size) {
        body(moved(cursors, inner.strides, done), size, n++ % unroll);
        done += size;
      }
  }

  /** Rows are reduced to one element each, by several sums side by side that are added up in a fixed order. */
  private reduceRow(cursors: Cursors, hoisted: Hoisted, length: number): void {
    const { code, nest } = this.call;
    const { reductions } = nest.loop;
    const vectors = Math.floor(length / nest.lanes);
    const unroll = Math.max(1, Math.min(vectors, 4));
    const sums = reductions.map(({ dtype, kind }) =>
      Array.from({ length: unroll }, () => this.start(dtype, kind)),
    );
    this.walk(nest.reduced, cursors, hoisted, [nest.inner], (row, inside) =>
      this.alongRow(row, length, unroll, (at, lanes, n) => {
        const valueOf = this.compute(at, inside, lanes);
        reductions.forEach(({ value, dtype, kind }, i) => {
          const sum = sums[i]![n]!;
          code.get(sum).get(valueOf(value));
          if (lanes < nest.lanes) this.maskTail(dtype, kind, lanes);
          combine(code, dtype, kind);
          code.set(sum);
        });
      }),
    );
    reductions.forEach(({ dtype, kind }, i) => {
      const [total, ...others] = sums[i]!;
      for (const other of others) {
        code.get(total!).get(other);
        combine(code, dtype, kind);
        code.set(total!);
      }
      for (let half = nest.lanes / 2; half >= 1; half /= 2) {
        code.get(total!).get(total!).get(total!);
        const swapped = dtype === "f64" ? [2, 3, 0, 1] : half === 2 ? [2, 3, 0, 1] : [1, 0, 3, 2];
        code.shuffle32(swapped as [number, number, number, number]);
        combine(code, dtype, kind);
        code.set(total!);
      }
      const { base, offset } = cursors[this.resultAt(i)]!;
      store(code, dtype, base, offset, 1, total!);
    });
  }

  /** Columns are reduced side by side. */
  private reduceColumns(cursors: Cursors, hoisted: Hoisted, length: number): void {
    const { code, nest } = this.call;
    const { lanes: most, inner, reduced, loop } = nest;
    const pieces: { at: number; lanes: number }[] = [];
    for (let size = most, at = 0; size >= 1; size /= 2)
      for (; length - at >= size; at += size) pieces.push({ at, lanes: size });
    const sums = loop.reductions.map(({ dtype, kind }) =>
      pieces.map(() => this.start(dtype, kind)),
    );
    this.walk(reduced, cursors, hoisted, [inner], (row, inside) =>
      pieces.forEach(({ at, lanes }, n) => {
        const valueOf = this.compute(moved(row, inner.strides, at), inside, lanes);
        loop.reductions.forEach(({ value, dtype, kind }, i) => {
          code.get(sums[i]![n]!).get(valueOf(value));
          combine(code, dtype, kind);
          code.set(sums[i]![n]!);
        });
      }),
    );
    loop.reductions.forEach(({ dtype }, i) =>
      pieces.forEach(({ at, lanes }, n) => {
        const { base, offset } = cursors[this.resultAt(i)]!;
        store(code, dtype, base, offset + at * byteSize(dtype), lanes, sums[i]![n]!);
      }),
    );
  }

  /** Computes the expression for one vector, and stores what is kept. */
  private compute(
    cursors: Cursors,
    hoisted: Hoisted,
    lanes: number,
  ): ReturnType<Evaluator["evaluate"]> {
    const { code, nest } = this.call;
    const { expression, stores } = nest.loop;
    const valueOf = this.evaluator.evaluate((i) => {
      const known = hoisted.get(i);
      if (known) return known;
      return readLeaf(code, expression.leaves[i]!, cursors[i]!, nest.inner.strides[i]!, lanes);
    });
    // All is read before anything is stored, perhaps in its place.
    for (const { value } of nest.loop.reductions) valueOf(value);
    const values = stores.map(({ value }) => valueOf(value));
    stores.forEach(({ dtype }, i) => {
      const { base, offset } = cursors[expression.leaves.length + i]!;
      store(code, dtype, base, offset, lanes, values[i]!);
    });
    return valueOf;
  }

  private resultAt(i: number): number {
    const { expression, stores } = this.call.nest.loop;
    return expression.leaves.length + stores.length + i;
  }

  /** A local that holds what nothing is reduced to. */
  private start(dtype: DType, kind: ReductionKind): Local {
    const { code } = this.call;
    constant(code, dtype, identity(dtype, kind));
    return code.take("v128");
  }

  /** Replaces the lanes above the given number by what changes nothing. */
  private maskTail(dtype: DType, kind: ReductionKind, lanes: number): void {
    const { code } = this.call;
    const words = lanes * (dtype === "f64" ? 2 : 1);
    const mask = Int32Array.from([0, 1, 2, 3], (word) => (word < words ? -1 : 0));
    if (kind === "sum") {
      code.v128(mask).op("v128.and");
      return;
    }
    constant(code, dtype, identity(dtype, kind));
    code.v128(mask).op("v128.bitselect");
  }
}

function identity(dtype: DType, kind: ReductionKind): number {
  if (kind === "sum") return 0;
  const sign = kind === "max" ? -1 : 1;
  return dtype === "i32" ? (kind === "max" ? -(2 ** 31) : 2 ** 31 - 1) : sign * Infinity;
}

/** Replaces two vectors on the stack by their sum or extremum. */
function combine(code: Code, dtype: DType, kind: ReductionKind): void {
  const operation = kind === "sum" ? "add" : kind;
  if (dtype === "i32") code.op(operation === "add" ? "i32x4.add" : `i32x4.${operation}_s`);
  else code.op(`${dtype === "f64" ? "f64x2" : "f32x4"}.${operation}`);
}
