import type { Backend, Buffer } from "../interfaces/backend.ts";
import type { DType, Tensor, TensorSource, TensorType, TypedArray } from "../interfaces/tensor.ts";
import { KERNEL_CONTRACT } from "./contract.ts";
import { sizeOf } from "./dtype.ts";
import { check } from "./errors.ts";

/** On every tensor of every copy of the kernel, so that nothing needs `instanceof`. */
const brand = "@nn/core/tensor";

class KernelTensor implements Tensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly size: number;
  readonly source: TensorSource;
  readonly [brand] = KERNEL_CONTRACT;

  constructor({ shape, dtype }: TensorType, source: TensorSource) {
    this.shape = shape;
    this.dtype = dtype;
    this.size = sizeOf(shape);
    this.source = source;
  }

  read(): Promise<TypedArray> {
    const { backend, buffer } = valueOf(this, "read");
    return backend.read(buffer, this);
  }

  readSync(): TypedArray {
    const { backend, buffer } = valueOf(this, "readSync");
    check(
      backend.readSync,
      () =>
        `readSync: ${backend.kind} can only be read asynchronously; use \`await tensor.read()\``,
    );
    return backend.readSync(buffer, this);
  }

  dispose(): void {
    if (this.source.state !== "value" || this.source.unusable) return;
    this.source.unusable = "was disposed of";
    this.source.backend.release?.(this.source.buffer);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** A tensor in the given state. */
export function makeTensor(type: TensorType, source: TensorSource): Tensor {
  return new KernelTensor(type, source);
}

/** Wraps a backend's buffer. */
export function makeValue(backend: Backend, buffer: Buffer, type: TensorType): Tensor {
  return makeTensor(type, { state: "value", backend, buffer });
}

/** Whether something is a tensor, of this copy of the kernel or of another one. */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && brand in value;
}

/** Refuses operands that are no tensors. */
export function checkTensors(name: string, operands: readonly unknown[]): void {
  for (const x of operands)
    check(
      isTensor(x),
      () => `${name}: expected a tensor, got ${Array.isArray(x) ? "an array" : typeof x}`,
    );
}

/** The value behind a tensor, or an error that says why there is none. */
export function valueOf(tensor: Tensor, operation: string): TensorSource & { state: "value" } {
  const { source } = tensor;
  check(
    source.state === "value" && !source.unusable,
    () => `${operation}: this ${whyUnusable(source)}`,
  );
  return source;
}

function whyUnusable(source: TensorSource): string {
  if (source.state === "traced")
    return "tensor is being traced and has no value; return it from the traced function instead";
  return source.state === "constant"
    ? "constant is on no backend yet; use `place(backend, tensor)` first"
    : `tensor ${source.unusable}; use the result of that call, or keep a copy`;
}
