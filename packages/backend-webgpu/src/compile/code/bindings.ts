import { constant, plus, variable } from "../../wgsl/affine.ts";
import type { Scope } from "../../wgsl/scope.ts";
import type { Kernel } from "../kernel.ts";
import type { Place } from "../memory/memory.ts";
import type { Address } from "./words.ts";

/** Collects what a kernel is bound to. */
export class Bindings {
  private readonly segment: number;
  private readonly offsets: number[] = [];
  private readonly slots = new Map<Place, number>();
  private readonly scratch: number[] = [];
  private readonly external: Kernel["external"][number][] = [];
  /** The depths of loops whose step is read. */
  readonly depths: number[] = [];

  constructor(segment: number) {
    this.segment = segment;
  }

  address(scope: Scope, place: Place): Address {
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
    for (const { depth, words } of steps)
      first = plus(first, variable(scope.let(this.step(depth))), words);
    return { array, first, isHalf: place.isHalf };
  }

  /** The step of the loop at a depth. */
  step(depth: number): string {
    return `step${indexIn(this.depths, depth)}.x`;
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
  const place = list.indexOf(item);
  return place >= 0 ? place : list.push(item) - 1;
}
