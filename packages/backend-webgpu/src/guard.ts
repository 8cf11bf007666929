import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/**
 * Mends tfjs's packed product. Where the inner dimension does not fill its tiles, it reads the first operand as 0 there
 * but the second one beyond its end: from the next matrix, or the last element again. That times 0 is NaN when an
 * infinity or NaN lies there, in products that have nothing to do with it.
 */
export function guardProducts(tfjs: WebGPUBackend): void {
  const run = tfjs.runWebGPUProgram.bind(tfjs);
  tfjs.runWebGPUProgram = (program, ...rest) => {
    if (program.shaderKey.startsWith("matMulPacked")) {
      const code = program.getUserCode.bind(program);
      program.getUserCode = () => guarded(code());
    }
    return run(program, ...rest);
  };
}

function guarded(code: string): string {
  const read = /(fn mm_readB\([^{]*{\s*var value = [^;]*;)\s*(value = getB\([^;]*;)/;
  if (!read.test(code))
    throw new Error(
      "@nn/backend-webgpu: this version of tfjs-backend-webgpu is not the one it is made for; reinstall it",
    );
  const inside = "row < uniforms.dimInner && col < uniforms.dimBOuter";
  return code.replace(read, `$1 if (${inside}) { $2 }`);
}
