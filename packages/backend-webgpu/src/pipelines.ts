import { COMPUTE_STAGE } from "./standard.ts";

/** How a kernel is bound to a buffer: tables and steps are uniforms, of which steps lie at offsets set in a pass. */
type BindingKind = "table" | "step" | "read" | "write";

/** Pipelines that programs share, compiled once. */
export interface Pipelines {
  /** The layout of a group of bindings. */
  layout(kinds: readonly BindingKind[]): GPUBindGroupLayout;
  /** The pipeline of a kernel. What is wrong with it is reported with its label. */
  pipeline(
    code: string,
    label: string,
    bindGroupLayouts: readonly GPUBindGroupLayout[],
  ): GPUComputePipeline;
}

/** Pipelines that are kept for programs to come. */
const KEPT = 1024;

const layouts = {
  table: { type: "uniform" },
  step: { type: "uniform", hasDynamicOffset: true },
  read: { type: "read-only-storage" },
  write: { type: "storage" },
} as const;

/** The pipelines of a device; `expectNone` is given what it says of each. */
export function makePipelines(
  gpu: GPUDevice,
  expectNone: (complaint: Promise<string | undefined>) => void,
): Pipelines {
  const pipelines = new Map<string, GPUComputePipeline>();
  const known = new Map<string, GPUBindGroupLayout>();
  return {
    layout(kinds) {
      const key = kinds.join();
      let layout = known.get(key);
      if (!layout) {
        const entries = kinds.map((kind, binding): GPUBindGroupLayoutEntry => {
          return { binding, visibility: COMPUTE_STAGE, buffer: layouts[kind] };
        });
        layout = gpu.createBindGroupLayout({ entries });
        known.set(key, layout);
      }
      return layout;
    },
    pipeline(code, label, bindGroupLayouts) {
      let pipeline = pipelines.get(code);
      pipelines.delete(code);
      if (!pipeline) {
        gpu.pushErrorScope("validation");
        const module = gpu.createShaderModule({ code, label });
        const layout = gpu.createPipelineLayout({ bindGroupLayouts: [...bindGroupLayouts] });
        pipeline = gpu.createComputePipeline({ layout, label, compute: { module } });
        const refusal = gpu.popErrorScope();
        expectNone(
          refusal.then((error) =>
            error ? `the device refuses ${label}: ${error.message}` : undefined,
          ),
        );
      }
      pipelines.set(code, pipeline);
      if (pipelines.size > KEPT) pipelines.delete(pipelines.keys().next().value!);
      return pipeline;
    },
  };
}
