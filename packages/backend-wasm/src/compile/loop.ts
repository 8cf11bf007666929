import { byteSize, sizeOf, type DType } from "@nn/core";
import type { ModuleBuilder } from "../assembler/index.ts";
import type { Place, Stage, Target } from "../stage.ts";
import type { Expression, Reference } from "./expression.ts";
import { lanesOf } from "./lanes.ts";
import { weightOf } from "./operations.ts";
import { emitNest } from "./nest.ts";
import { rowMajor } from "./view.ts";

/** How elements are reduced to one. */
export type ReductionKind = "sum" | "max" | "min";

/** An expression that is computed for all elements of a shape. */
export interface Loop {
  readonly name: string;
  readonly shape: readonly number[];
  readonly expression: Expression;
  /** Values that are kept, in row-major order. */
  readonly stores: readonly StoredValue[];
  /** Values that are reduced along `axes`, all of them the same. */
  readonly reductions: readonly (StoredValue & { readonly kind: ReductionKind })[];
  readonly axes: readonly number[];
}

/** A value of an expression, and the memory for it or for what it is reduced to. */
export interface StoredValue {
  readonly value: Reference;
  readonly dtype: DType;
  readonly place: Place;
}

/** One loop of a nest: its length and how far neighbours are apart in each stream, in bytes (of counted leaves, in 1). */
export interface Axis {
  readonly length: number;
  readonly isReduced: boolean;
  readonly strides: readonly number[];
}

/** A loop as it is run. Its streams are the leaves of the expression, then stores, then results of reductions. */
export interface Nest {
  readonly loop: Loop;
  /** Elements that are handled at a time. */
  readonly lanes: number;
  /** Loops around the vectors, outermost first, and the axis that vectors lie along. */
  readonly kept: readonly Axis[];
  readonly reduced: readonly Axis[];
  readonly inner: Axis;
  /** Elements of the inner axis that are one unit of work, where it is divided. */
  readonly block: number;
  readonly units: number;
}

/** Nanoseconds that an addition of two vectors takes, with all that belongs to it. */
const additionTime = 0.2;
/** Vectors in flight where columns are reduced. */
const columnVectors = 4;
/** Elements of a plain loop that make one unit of work. */
const unitElements = 2048;
/** A reduction of so many elements to one is done in parts of this length. */
const partElements = 4096;

/** The stages of a loop; `scratch` gives memory for what parts are reduced to. */
export function planLoop(
  module: ModuleBuilder,
  target: Target,
  loop: Loop,
  scratch: (bytes: number) => Place,
): Stage[] {
  if (loop.reductions.length === 0 && sizeOf(loop.shape) === 0) return [];
  const nest = nestOf(loop);
  const { leaves, steps } = loop.expression;
  const streams = leaves.length + loop.stores.length;
  const weight = steps.reduce((sum, { name }) => sum + weightOf(name), streams);
  const stage = (places: readonly Place[]): Stage => ({
    name: loop.name,
    units: nest.units,
    cost: 20 + (sizeOf(loop.shape) * weight * additionTime) / nest.lanes,
    emit: (code, frame, from, to) =>
      emitNest({ module, target, nest, code, frame, results: places }, from, to),
  });
  if (!nest.inner.isReduced || nest.units === 1 || nest.kept.length > 0)
    return [stage(loop.reductions.map(({ place }) => place))];
  const places = loop.reductions.map(({ dtype }) => scratch(nest.units * byteSize(dtype)));
  const joins = loop.reductions.flatMap((reduction, i) => {
    const leaf = { dtype: reduction.dtype, place: places[i]!, offset: 0, strides: [1] };
    const join: Loop = {
      name: loop.name,
      shape: [nest.units],
      expression: { leaves: [leaf], steps: [] },
      stores: [],
      reductions: [{ ...reduction, value: { leaf: 0 } }],
      axes: [0],
    };
    return planLoop(module, target, join, scratch);
  });
  return [stage(places), ...joins];
}

/** Arranges the axes: those that stay, around those that are reduced, around the vectors. */
function nestOf(loop: Loop): Nest {
  const { shape, expression, stores, reductions, axes } = loop;
  const { leaves, steps } = expression;
  const dtypes = [...leaves, ...stores, ...reductions].map(({ dtype }) => dtype);
  const lanes = lanesOf([...dtypes, ...steps.flatMap(({ from, to }) => [from, to])]);
  const own = rowMajor(shape);
  const isReduced = (axis: number): boolean => axes.includes(axis);
  const keptAxes = shape.map((_, axis) => axis).filter((axis) => !isReduced(axis));
  const ofResult = rowMajor(keptAxes.map((axis) => shape[axis]!));
  const all = collapse(
    shape.map((length, axis) => ({
      length,
      isReduced: isReduced(axis),
      strides: [
        ...leaves.map(
          ({ dtype, place, strides }) => strides[axis]! * (place ? byteSize(dtype) : 1),
        ),
        ...stores.map(({ dtype }) => own[axis]! * byteSize(dtype)),
        ...reductions.map(({ dtype }) =>
          isReduced(axis) ? 0 : ofResult[keptAxes.indexOf(axis)]! * byteSize(dtype),
        ),
      ],
    })),
  );
  const inner = all.pop() ?? {
    length: 1,
    isReduced: reductions.length > 0,
    strides: dtypes.map(() => 0),
  };
  const kept = all.filter((axis) => !axis.isReduced);
  const reduced = all.filter((axis) => axis.isReduced);
  const isWhole = inner.isReduced && (reduced.length > 0 || inner.length <= 4 * partElements);
  const block = inner.isReduced
    ? partElements
    : reductions.length > 0
      ? columnVectors * lanes
      : unitElements;
  const units = kept[0]?.length ?? (isWhole ? 1 : Math.ceil(inner.length / block));
  return { loop, lanes, kept, reduced, inner, block, units };
}

/** Joins axes that can be walked through as one, and leaves out those of length 1. */
function collapse(axes: readonly Axis[]): Axis[] {
  const joined: Axis[] = [];
  for (const axis of axes) {
    if (axis.length === 1) continue;
    const outer = joined.at(-1);
    const isOne =
      outer?.isReduced === axis.isReduced &&
      outer.strides.every((stride, i) => stride === axis.strides[i]! * axis.length);
    if (isOne) joined.pop();
    joined.push(isOne ? { ...axis, length: outer.length * axis.length } : axis);
  }
  return joined;
}
