import type { Graph, Loop, Value } from "../src/compile/graph/graph.ts";
import type { MemoryPlan, Place } from "../src/compile/memory/memory.ts";
import { isTransfer, type Plan, type Section } from "../src/compile/sections/sections.ts";

/** Words of a buffer that hold something. */
interface Span {
  readonly buffer: string;
  readonly start: number;
  readonly end: number;
}

/**
 * What is wrong with a program's plan: values that do not lie where they are read, and sections of one level that read or
 * write what another one writes. A software GPU runs them in an order in which that may go well.
 */
export function hazardsOf(
  { inputs, outputs, top }: Graph,
  plan: Plan,
  { places }: MemoryPlan,
): string[] {
  const problems: string[] = [];
  const { contentOf, sizeOf } = contents(plan);
  const spanOf = (value: Value): Span | undefined => {
    const place = places.get(value);
    return place && span(place, sizeOf(value));
  };
  /** What lies where. */
  let memory: { at: Span; content: object }[] = [];
  const write = (value: Value): void => {
    const at = spanOf(value);
    if (!at) return;
    // Slices of a whole are written one after the other, and the rest of it stays.
    memory = memory.filter((one) => !overlap(one.at, at));
    memory.push({ at, content: contentOf(value) });
  };
  const read = (value: Value, by: string): void => {
    const at = spanOf(value);
    const isThere = memory.some(
      (one) => one.content === contentOf(value) && at && overlap(one.at, at),
    );
    if (!isThere) problems.push(`${by} reads ${nameOf(value)}, which is not there`);
  };
  const checkLevel = (sections: readonly Section[]): void => {
    for (const section of sections) {
      const written = section.roots.flatMap((root) => spanOf(root) ?? []);
      const clashes = (value: Value): boolean =>
        written.some((at) => overlap(at, spanOf(value) ?? nowhere));
      for (const other of sections) {
        const touched = other === section ? [] : [...other.roots, ...other.reads.keys()];
        for (const value of touched.filter(clashes))
          problems.push(`${labelOf(section)} overwrites ${nameOf(value)} of ${labelOf(other)}`);
      }
      for (const [value, isAligned] of section.reads) {
        const isSame = written.every(
          (at) => !overlap(at, spanOf(value)!) || at.start === spanOf(value)!.start,
        );
        if (clashes(value) && !(isAligned && isSame))
          problems.push(`${labelOf(section)} overwrites ${nameOf(value)}, which it reads`);
      }
    }
  };
  const run = ({ levels }: Plan): void => {
    for (const items of levels) {
      const sections = items.filter((item): item is Section => item.kind === "section");
      for (const section of sections)
        for (const value of section.reads.keys()) read(value, labelOf(section));
      checkLevel(sections);
      for (const { roots } of sections) roots.forEach(write);
      for (const item of items) {
        if (item.kind === "section") continue;
        // The second turn finds what the first one left.
        for (let turn = 0; turn < 2; turn++) run(item.body);
        for (const { result } of item.loop.stacks) write(result);
      }
    }
  };
  inputs.forEach(write);
  // Inputs are copied to where loops begin with them before anything runs.
  for (const { carries } of top.loops)
    for (const { initial } of carries) if (isTransfer(initial)) write(initial);
  run(plan);
  for (const output of outputs) {
    const source = isTransfer(output) ? output.inputs[0]! : output;
    if (source.size > 0) read(source, "the end");
  }
  return problems;
}

const nowhere: Span = { buffer: "", start: 0, end: 0 };

function span({ buffer, index, offset, isHalf }: Place, size: number): Span {
  const words = isHalf ? Math.ceil(size / 2) : size;
  return { buffer: `${buffer} ${index}`, start: offset, end: offset + words };
}

function overlap(a: Span, b: Span): boolean {
  return a.buffer === b.buffer && a.start < b.end && b.start < a.end;
}

/** What values are that share a place on purpose: a carry in its forms, slices and their whole. */
function contents(plan: Plan): {
  contentOf(value: Value): object;
  sizeOf(value: Value): number;
} {
  const contentBy = new Map<Value, object>();
  const sizeBy = new Map<Value, number>();
  const contentOf = (value: Value): object => contentBy.get(value) ?? value;
  const sizeOf = (value: Value): number => sizeBy.get(value) ?? value.size;
  const part = (value: Value, whole: Value): void => {
    contentBy.set(value, contentOf(whole));
    sizeBy.set(value, sizeOf(whole));
  };
  const enter = ({ carries, slices, stacks }: Loop): void => {
    for (const { initial, carry, next, result } of carries)
      for (const value of [initial, carry, next]) contentBy.set(value, contentOf(result));
    for (const { source, slice } of slices) part(slice, source);
    for (const { value, result } of stacks) part(value, result);
  };
  const visit = ({ levels }: Plan): void => {
    for (const item of levels.flat())
      if (item.kind === "loop") {
        enter(item.loop);
        visit(item.body);
      }
  };
  visit(plan);
  return { contentOf, sizeOf };
}

function nameOf({ op, id, shape }: Value): string {
  return `${op} ${id} [${shape}]`;
}

function labelOf({ roots }: Section): string {
  return roots.map(nameOf).join(" and ");
}
