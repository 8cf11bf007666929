import { TensorError } from "@nn/core";

/** Where adapters come from: `navigator.gpu`, or what the `webgpu` package's `create` returns. */
export interface GpuSource {
  requestAdapter(options?: object): Promise<object | null>;
}

/** A device of our own, and the object that has to stay reachable while it is in use. */
export interface OpenedGpu {
  readonly source: GpuSource;
  readonly device: GPUDevice;
  /** Whether it computes on the CPU. */
  readonly isSoftware: boolean;
}

/** WebGPU's defaults suit phones; kernels get what the adapter really has. */
const limits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupsPerDimension",
] as const;

/** Opens a new device on the given source of adapters, by default on the browser's or on that of Node's `webgpu`. */
export async function openGpu(
  given: GpuSource | undefined,
  powerPreference: string,
): Promise<OpenedGpu> {
  const source = given ?? browserGpu() ?? (await nodeGpu());
  const adapter = (await source.requestAdapter({ powerPreference })) as GPUAdapter | null;
  if (!adapter) throw new TensorError(`webgpu: no GPU adapter was found; ${adapterHelp()}`);
  const requiredLimits = Object.fromEntries(limits.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredLimits });
  return { source, device, isSoftware: isFallback(adapter) };
}

/** The adapter says so itself in browsers of before 2025. */
function isFallback(adapter: GPUAdapter): boolean {
  const { info, isFallbackAdapter } = adapter as Partial<Fallible> & {
    readonly info?: Partial<Fallible>;
  };
  return (info?.isFallbackAdapter ?? isFallbackAdapter) === true;
}

interface Fallible {
  readonly isFallbackAdapter: boolean;
}

function browserGpu(): GpuSource | undefined {
  return (globalThis.navigator as Partial<Navigator> | undefined)?.gpu;
}

/**
 * The package is named in a variable so that bundlers of pages, which never get here, need not have it. Its three
 * constants are the standard's names and stay on `globalThis` where nobody else has put them: tfjs reads them there
 * when a kernel is recorded.
 */
async function nodeGpu(): Promise<GpuSource> {
  if (!isNode())
    throw new TensorError(
      "webgpu: there is no WebGPU here; use a current browser on a page from https or localhost, or another backend",
    );
  const name: string = "webgpu";
  let module: { create(flags: string[]): GpuSource; globals: Record<string, unknown> };
  try {
    module = await import(/* @vite-ignore */ /* webpackIgnore: true */ name);
  } catch (cause) {
    throw new TensorError(
      "webgpu: Node has no WebGPU of its own; run `npm install webgpu` beside @nn/backend-webgpu",
      { cause },
    );
  }
  const globals = globalThis as Record<string, unknown>;
  for (const constant of ["GPUBuffer", "GPUBufferUsage", "GPUMapMode"])
    globals[constant] ??= module.globals[constant];
  return module.create([]);
}

function isNode(): boolean {
  return (
    (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node !==
    undefined
  );
}

function adapterHelp(): string {
  if (!isNode())
    return "enable hardware acceleration in the browser's settings, or update the graphics driver";
  return (
    "on Linux, install libvulkan1 and a Vulkan driver of your GPU; without a GPU, install Debian's chromium " +
    "and set VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json before Node starts"
  );
}
