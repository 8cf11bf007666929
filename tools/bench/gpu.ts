/** An adapter of Node's `webgpu` package, asked for as @nn/backend-webgpu does. All that is WebGPU is global afterwards. */
export async function openAdapter(): Promise<GPUAdapter> {
  const name: string = "webgpu";
  const { create, globals } = (await import(name)) as {
    create(flags: string[]): GPU;
    globals: object;
  };
  const gpu = create([]);
  // As in a browser, which TensorFlow.js insists on; and without it the garbage collector would take what is in use.
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  Object.assign(globalThis, globals);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Error("no GPU adapter was found; see @nn/backend-webgpu");
  return adapter;
}

/** WebGPU's defaults suit phones. */
const limits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
] as const;

/** A device with all that its adapter has. */
export async function openDevice(): Promise<{ device: GPUDevice; info: GPUAdapterInfo }> {
  const adapter = await openAdapter();
  const requiredLimits = Object.fromEntries(limits.map((name) => [name, adapter.limits[name]]));
  return { device: await adapter.requestDevice({ requiredLimits }), info: adapter.info };
}

/** What the adapter says about itself. */
export function adapterName({ info }: GPUAdapter): string {
  return [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(" ");
}
