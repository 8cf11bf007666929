import { check, sizeOf } from "@nn/core";
import type { ProductRecorder } from "../tfjs.ts";
import { type Branch, branchesAt } from "../wgsl/branches.ts";
import { functionsFor } from "../wgsl/functions.ts";
import { Bindings } from "./code/bindings.ts";
import { divide, type Division, type Group, ROW } from "./division.ts";
import type { Value } from "./graph/graph.ts";
import type { Place } from "./memory/memory.ts";
import { sectionCode } from "./code/section-code.ts";
import type { Section } from "./sections/sections.ts";
import { workOf } from "./work.ts";
import { WIDTH } from "./code/workgroup.ts";

/** The depth, above that of all loops, whose step is the part that a dispatch begins with. */
export const PART_DEPTH = 0;

/** Uniform buffers at offsets set in a pass, of which every device takes as many and few take more. */
const MOST_STEPS = 8;

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
  /** The depths of loops whose step it reads, and `PART_DEPTH` where it is divided. */
  readonly depths: readonly number[];
  /** About how many elementary operations it takes. */
  readonly work: number;
  /** How it can be dispatched in parts, where it may take long. */
  readonly division?: Division | undefined;
  /** What it computes, for messages. */
  readonly label: string;
}

/** Where kernels find values. */
export interface Places {
  readonly places: ReadonlyMap<Value, Place>;
  /** Words that a kernel can reach as one buffer. */
  readonly segment: number;
  /** Operations that may take too long for one dispatch. */
  readonly long: number;
}

/** Sections that run side by side as one kernel, each in workgroups of its own. */
export function kernelOf(sections: readonly Section[], { places, segment, long }: Places): Kernel {
  const bindings = new Bindings(segment);
  const functions: string[] = [];
  const branches: Branch[] = [];
  const groups: Group[] = [];
  let workgroups = 0;
  sections.forEach((section, i) => {
    const { texts, count } = sectionCode(`s${i}`, section, places, bindings);
    functions.push(...texts);
    groups.push({ workgroups: count, work: workOf(section, (value) => places.has(value)) });
    const from = workgroups;
    workgroups += count;
    branches.push({ end: workgroups, lines: [`s${i}(w - ${from}, t);`] });
  });
  const body = functions.join("\n");
  const { depths } = bindings;
  check(
    depths.length <= MOST_STEPS,
    () =>
      `webgpu: ${labelOf(sections)} reads a slice for each of ${depths.length} loops around it, and a kernel can for ` +
      `${MOST_STEPS}; nest fewer scans`,
  );
  const division = depths.length < MOST_STEPS ? divide(groups, long) : undefined;
  const first = division && ` + ${bindings.step(PART_DEPTH)} * ${division.workgroups}`;
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
  let w = i32(g.x + g.y * ${ROW}u)${first ?? ""};
  let t = i32(i);
  if (w >= ${workgroups}) { return; }
  ${branchesAt("w", branches).join("\n  ")}
}`,
    workgroups: [Math.min(ROW, workgroups), Math.ceil(workgroups / ROW), 1],
    work: groups.reduce((sum, { work }) => sum + work, 0),
    division,
    label: labelOf(sections),
  };
}

/** The kernel of a product that was recorded. */
export function recordedKernel(
  section: Section,
  places: Places["places"],
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
  return {
    ...recorded,
    ranges,
    scratch: [],
    external: [],
    depths: [],
    work: workOf(section, () => true),
    label: labelOf([section]),
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
