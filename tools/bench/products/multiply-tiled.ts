import type { Operands } from "./matrices.ts";
import type { Tile } from "./tile.ts";
import { tileCode } from "./tile-code.ts";

/** The product of two matrices by a kernel in WGSL: `run` submits it once, and `read` resolves to its elements. */
export async function multiplyTiled(
  device: GPUDevice,
  { size, a, b }: Operands,
  tile: Tile,
): Promise<{ run(): void; read(): Promise<Float32Array> }> {
  const bytes = a.byteLength;
  const buffer = (usage: number): GPUBuffer => device.createBuffer({ size: bytes, usage });
  const operands = [a, b].map((values) => {
    const operand = buffer(GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
    device.queue.writeBuffer(operand, 0, values as Float32Array<ArrayBuffer>);
    return operand;
  });
  const product = buffer(GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
  const module = device.createShaderModule({ code: tileCode(size, tile) });
  const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute: { module } });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [...operands, product].map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  return {
    run() {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(size / tile.columns, size / tile.rows);
      pass.end();
      device.queue.submit([encoder.finish()]);
    },
    async read() {
      const staging = buffer(GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(product, 0, staging, 0, bytes);
      device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      const values = new Float32Array(staging.getMappedRange().slice(0));
      staging.destroy();
      return values;
    },
  };
}
