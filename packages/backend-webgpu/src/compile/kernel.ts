import { sizeOf } from "@nn/core";
import type { ProductRecorder } from "../tfjs.ts";
import { functionsFor } from "../wgsl/functions.ts";
import { Bindings } from "./bindings.ts";
import type { Value } from "./graph.ts";
import type { Place } from "./memory.ts";
import { sectionCode } from "./section-code.ts";
import type { Section } from "./sections.ts";
import { WIDTH } from "./workgroup.ts";

const ROW = 65_535;

/** A kernel in WGSL, and what it is run with. */
export interface Kernel {
  readonly code: string;
  readonly workgroups: readonly [number, number, number];
  /** Parts of scratch memory that it is bound to instead of the whole, before its table. */
  readonly ranges?: readonly { readonly offset: number; readonly words: number }[];
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
    const { texts, count } = sectionCode(`s${i}`, section, places, bindings);
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
  let w = i32(g.x + g.y * ${ROW}u);
  let t = i32(i);
  ${branches.join(" else ")}
}`,
    // Dispatches have at most 65,535 workgroups in one direction.
    workgroups: [Math.min(ROW, workgroups), Math.ceil(workgroups / ROW), 1],
    label: labelOf(sections),
  };
}

/** The kernel of a product that was recorded. */
export function recordedKernel(
  section: Section,
  { places }: Places,
  record: ProductRecorder,
): Kernel {
  const product = section.product!;
  const { inputs, params, shape } = product;
  const stack = sizeOf(shape.slice(0, -2));
  const [a, b] = inputs.map((x) => [stack, ...x.shape.slice(-2)]) as [number[], number[]];
  const recorded = record({
    a,
    b,
    transposeA: params["transposeA"] === true,
    transposeB: params["transposeB"] === true,
  });
  const ranges = [product, ...inputs].map((value) => {
    return { offset: places.get(value)!.offset, words: value.size };
  });
  return { ...recorded, ranges, scratch: [], external: [], depths: [], label: labelOf([section]) };
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
