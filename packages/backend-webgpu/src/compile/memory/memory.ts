import { TensorError } from "@nn/core";
import type { Graph, Value } from "../graph/graph.ts";
import { isRecorded, isTransfer, type LoopItem, type Plan } from "../sections/sections.ts";
import { chooseStaged } from "./staged.ts";

/** Where a value lies, in words: in the scratch memory, or in the buffer of an input or output. */
export interface Place {
  readonly buffer: "scratch" | "input" | "output";
  /** The number of the input or output. */
  readonly index: number;
  readonly offset: number;
  /** Whether two elements share a word, the first of them in its lower bits. */
  readonly isHalf: boolean;
  /** For slices: how far each step of a loop moves, by the depth of the loop. */
  readonly steps: readonly { readonly depth: number; readonly words: number }[];
}

/** The memory of a program. */
export interface MemoryPlan {
  readonly places: ReadonlyMap<Value, Place>;
  /** Words of scratch memory. */
  readonly words: number;
  /** Inputs and outputs that kernels do not touch; they are copied. */
  readonly staged: ReadonlySet<Value>;
}

/** Places begin at a multiple of so many words, as bindings have to. */
const ALIGNMENT = 64;

interface Block {
  readonly start: number;
  readonly end: number;
  readonly place: Place;
}

/**
 * Gives every value that is read from memory a place there, and values that are never needed at the same time the same
 * one. Of `halves`, two elements share a word. No block crosses a multiple of `segment` words, the most that a kernel can
 * reach as one buffer. Of inputs and outputs that kernels use, the `direct` largest ones stay where they are.
 */
export function planMemory(
  graph: Graph,
  plan: Plan,
  halves: ReadonlySet<Value>,
  segment: number,
  direct: number,
): MemoryPlan {
  const planner = new Planner(segment, halves);
  const staged = chooseStaged(graph, plan, direct);
  const { places } = planner;
  const place = (buffer: "input" | "output") => (value: Value, index: number) => {
    places.set(value, staged.has(value) ? planner.allocate(value) : external(buffer, index));
  };
  graph.inputs.forEach(place("input"));
  graph.outputs.forEach(place("output"));
  planner.region(plan, new Set(graph.outputs.map((copy) => copy.inputs[0]!)));
  return { places, words: planner.words, staged };
}

/** The place of an input or output, in its own buffer. */
export function external(buffer: "input" | "output", index: number): Place {
  return { buffer, index, offset: 0, isHalf: false, steps: [] };
}

class Planner {
  readonly places = new Map<Value, Place>();
  words = 0;
  private readonly segment: number;
  private readonly halves: ReadonlySet<Value>;
  private live: Block[] = [];

  constructor(segment: number, halves: ReadonlySet<Value>) {
    this.segment = segment;
    this.halves = halves;
  }

  /** A place in the first gap that is large enough. */
  allocate(value: Value): Place {
    const isHalf = this.halves.has(value);
    const filled = isHalf ? Math.ceil(value.size / 2) : value.size;
    const words = Math.max(1, Math.ceil(filled / ALIGNMENT)) * ALIGNMENT;
    const { live, segment } = this;
    if (words > segment)
      throw new TensorError(
        `webgpu: a value of ${filled * 4} bytes is needed on the way, this device holds at most ${segment * 4} in one; ` +
          "use smaller batches",
      );
    let start = 0;
    let at = 0;
    const fit = (from: number): number => {
      const end = (Math.floor(from / segment) + 1) * segment;
      return from + words > end ? end : from;
    };
    for (; at < live.length && live[at]!.start - start < words; at++)
      start = fit(Math.max(start, live[at]!.end));
    const place: Place = { buffer: "scratch", index: 0, offset: start, isHalf, steps: [] };
    live.splice(at, 0, { start, end: start + words, place });
    this.words = Math.max(this.words, start + words);
    return place;
  }

  private free(place: Place): void {
    this.live = this.live.filter((block) => block.place !== place);
  }

  /** Plans the values of a region; `kept` ones stay to the end. */
  region({ levels, region }: Plan, kept: ReadonlySet<Value>): void {
    const { places } = this;
    const lastRead = new Map<Value, number>();
    levels.forEach((items, level) => {
      for (const item of items) for (const value of item.reads.keys()) lastRead.set(value, level);
    });
    const ends: { place: Place; last: number }[] = [];
    /** A place for a value, and for another one that takes it over. */
    const give = (value: Value, level: number, heir = value): Place => {
      const place = this.allocate(value);
      places.set(value, place);
      const uses = [value, heir].map((one) => (kept.has(one) ? Infinity : lastRead.get(one)!));
      ends.push({ place, last: Math.max(level, ...uses.filter((use) => use !== undefined)) });
      return place;
    };
    const heirs = new Map<Value, Value>();
    for (const { carries } of region.loops)
      for (const { initial, result } of carries) {
        heirs.set(initial, result);
        // Inputs are copied to the beginning of a carry before anything runs.
        if (isTransfer(initial)) give(initial, 0, result);
      }
    levels.forEach((items, level) => {
      for (const item of items)
        if (item.kind === "section")
          for (const value of item.roots) {
            // A recorded kernel needs a place also for what nobody reads.
            const isWanted = lastRead.has(value) || isRecorded(item);
            if (isWanted && !places.has(value)) give(value, level, heirs.get(value));
          }
      for (const item of items) if (item.kind === "loop") this.loop(item, level, give);
      for (const item of items) if (item.kind === "loop") this.region(item.body, new Set());
      for (const { place, last } of ends) if (last === level) this.free(place);
    });
    for (const { place, last } of ends) if (last < Infinity) this.free(place);
  }

  private loop(
    { loop: { body, carries, slices, stacks } }: LoopItem,
    level: number,
    give: (value: Value, level: number, heir?: Value) => Place,
  ): void {
    const { places } = this;
    for (const { initial, carry, next, result } of carries) {
      const place = places.get(initial) ?? give(initial, level, result);
      for (const value of [carry, next, result]) places.set(value, place);
    }
    const step = (place: Place, words: number): Place => ({
      ...place,
      steps: [...place.steps, { depth: body.depth, words }],
    });
    for (const { source, slice } of slices)
      if (source.size > 0) places.set(slice, step(places.get(source)!, slice.size));
    for (const { value, result } of stacks)
      places.set(value, step(give(result, level), value.size));
  }
}
