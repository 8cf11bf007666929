/** What one of tfjs's kernels does for operands of certain shapes: a shader, and what it is run with. */
interface Recorded {
  /** Bound to the result, both operands, and a table. */
  readonly code: string;
  readonly table: Int32Array;
  readonly workgroups: readonly [number, number, number];
}

/** Two stacks of matrices: [stack, rows, columns] each. */
interface ProductShapes {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

export type ProductRecorder = (shapes: ProductShapes) => Recorded;

/**
 * Loads TensorFlow.js, and returns what records its product of matrices: the kernel is run once on a device that only
 * takes notes, so that later runs need neither tfjs nor its memory.
 */
export async function loadProducts(limits: GPUSupportedLimits): Promise<ProductRecorder> {
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  const { getKernel } = await import("@tensorflow/tfjs-core");
  const product = getKernel("BatchMatMul", "webgpu").kernelFunc;
  return ({ a, b, transposeA, transposeB }) => {
    const notes: { code?: string; table?: Int32Array; workgroups?: number[] } = {};
    const device = noteTaker(limits, notes) as GPUDevice;
    const info = { vendor: "", architecture: "" } as GPUAdapterInfo;
    const tfjs = withNavigatorGpu(() => new WebGPUBackend(device, info));
    tfjs.shouldExecuteOnCPU = () => false;
    // Every product takes the packed kernel: the one for long inner dimensions gives wrong results with transposeB, and
    // others from run to run.
    tfjs.thresholdToIncreaseWorkgroups = 0;
    Object.assign(tfjs, { tensorToBinding: () => ({}) });
    const inputs = {
      a: tfjs.makeTensorInfo([...a], "float32"),
      b: tfjs.makeTensorInfo([...b], "float32"),
    };
    const attrs = { transposeA, transposeB };
    product({ inputs, attrs, backend: tfjs });
    const { code, table, workgroups } = notes;
    const [x = 1, y = 1, z = 1] = workgroups ?? [];
    if (!code || !table) throw new Error(otherVersion);
    return { code: guarded(writable(code)), table, workgroups: [x, y, z] };
  };
}

const otherVersion =
  "@nn/backend-webgpu: this version of tfjs-backend-webgpu is not the one it is made for; reinstall it";

/** Operands lie in the same buffer as the result, which WebGPU lets be bound in one way only. */
function writable(code: string): string {
  return code.replaceAll("var<storage, read>", "var<storage, read_write>");
}

/**
 * Mends the packed product. Where the inner dimension does not fill its tiles, it reads the first operand as 0 there but
 * the second one beyond its end: from the next matrix, or the last element again. That times 0 is NaN when an infinity
 * or NaN lies there, in products that have nothing to do with it.
 */
function guarded(code: string): string {
  const read = /(fn mm_readB\([^{]*{\s*var value = [^;]*;)\s*(value = getB\([^;]*;)/;
  if (!read.test(code)) throw new Error(otherVersion);
  const inside = "row < uniforms.dimInner && col < uniforms.dimBOuter";
  return code.replace(read, `$1 if (${inside}) { $2 }`);
}

/** As much of a device as running a kernel takes. */
function noteTaker(
  limits: GPUSupportedLimits,
  notes: { code?: string; table?: Int32Array; workgroups?: number[] },
): object {
  const nothing = (): void => {};
  const pass = {
    setPipeline: nothing,
    setBindGroup: nothing,
    end: nothing,
    dispatchWorkgroups: (...sizes: number[]) => (notes.workgroups = sizes),
  };
  const encoder = { beginComputePass: () => pass, finish: () => ({}) };
  const queue = {
    submit: nothing,
    writeBuffer: (_: object, __: number, data: ArrayBuffer) =>
      (notes.table = new Int32Array(data.slice(0))),
  };
  return {
    limits,
    queue,
    features: new Set(),
    createBuffer: ({ size, usage }: GPUBufferDescriptor) => ({ size, usage, destroy: nothing }),
    createShaderModule: ({ code }: GPUShaderModuleDescriptor) => (notes.code = code) && {},
    createComputePipeline: () => ({ getBindGroupLayout: () => ({}) }),
    createBindGroup: () => ({}),
    createCommandEncoder: () => encoder,
  };
}

/** tfjs's constructor insists on a `navigator.gpu`, which Node lacks; it looks once and never uses it. */
function withNavigatorGpu<T>(body: () => T): T {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  if ((globalThis.navigator as Partial<Navigator> | undefined)?.gpu) return body();
  Object.defineProperty(globalThis, "navigator", { value: { gpu: true }, configurable: true });
  try {
    return body();
  } finally {
    if (descriptor) Object.defineProperty(globalThis, "navigator", descriptor);
    else Reflect.deleteProperty(globalThis, "navigator");
  }
}
