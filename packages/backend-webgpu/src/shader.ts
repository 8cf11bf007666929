import type { Device, DeviceBuffer, ShaderProgram, Storage } from "./device.ts";

/** A shader of ours: one invocation for each `i`. */
export interface Shader {
  /** Also its label in what the device reports. Together with the storage of inputs and result, it decides the text. */
  readonly name: string;
  /** Statements that set `result[i]` from the flat arrays `A`, `B`, `C` (the inputs) and from `uniforms`. */
  readonly body: string;
  /** WGSL functions that the body calls. `isnan` is always there. */
  readonly functions?: string | undefined;
  readonly uniforms?: readonly Uniform[] | undefined;
}

/** A parameter that may change without another shader. Read as `uniforms.name`. */
export interface Uniform {
  readonly name: string;
  readonly type: "i32" | "f32" | "vec4<i32>";
  readonly value: number | readonly number[];
}

/** Invocations of a workgroup. */
const width = 64;

/** Runs a shader for every element of a new buffer. */
export function compute(
  device: Device,
  shader: Shader,
  inputs: readonly DeviceBuffer[],
  storage: Storage,
  size: number,
): DeviceBuffer {
  const output = device.allocate(storage, size);
  if (size > 0) runShader(device, shader, inputs, output, size);
  return output;
}

/** Runs a shader `count` times on an output that is none of the inputs. */
export function runShader(
  device: Device,
  { name, body, functions = "", uniforms = [] }: Shader,
  inputs: readonly DeviceBuffer[],
  output: DeviceBuffer,
  count: number,
): void {
  const program = {
    variableNames: inputs.map((_, i) => "ABC"[i]!),
    variableComponents: inputs.map(() => 1),
    outputComponent: 1,
    outputShape: [count],
    workgroupSize: [width, 1, 1],
    dispatchLayout: { x: [0] },
    dispatch: [Math.ceil(count / width), 1, 1],
    size: true,
    shaderKey: `nn ${name} ${output.storage}`,
    uniforms: uniforms.map((uniform) => `${uniform.name} : ${uniform.type},`).join(" "),
    // tfjs labels pipelines with the name of the program's class.
    constructor: { name: `@nn ${name}` },
    getUserCode: () => `${functions}\nfn main(i : i32) { if (i < uniforms.size) { ${body} } }`,
  };
  device.run(
    program as unknown as ShaderProgram,
    inputs,
    output,
    uniforms.map(({ type, value }) => ({
      type: type === "f32" ? "float32" : "int32",
      data: typeof value === "number" ? [value] : [...value],
    })),
  );
}
