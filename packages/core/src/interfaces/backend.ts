import type { Described } from "./described.ts";
import type { Program } from "./program.ts";
import type { DType, TensorType, TypedArray } from "./tensor.ts";

/** A backend's own handle of a value: a typed array, an address, a GPU buffer. The kernel only passes it on. */
export type Buffer = unknown;

/**
 * What somebody who writes a backend provides, to be passed through `defineBackend`. A backend that has nothing
 * cleverer makes `compile` with `interpret(kernels, …)`. Programs reaching `compile` are checked and cleaned up, and
 * may hold any primitive: call `lower` for those without a kernel.
 */
export interface BackendSpec extends Described {
  /** The kernel contract this was written for; see `KERNEL_CONTRACT`. */
  readonly contract: number;
  /** The dtypes it can hold. f32, i32 and bool are expected of all. */
  readonly dtypes: readonly DType[];
  /** Whether NaN and the infinities survive arithmetic; default true. */
  readonly nonFinite?: boolean;
  /** Returns at once; what has to be waited for is in `Executable.ready`. */
  compile(program: Program): Executable;
  /** Takes a copy of the data, an array of the kind that belongs to the dtype (see `TypedArray`). */
  upload(data: TypedArray, type: TensorType): Buffer;
  /** Copies the value out, once the work it waits for is done. Errors raised late name program and operation. */
  read(buffer: Buffer, type: TensorType): Promise<TypedArray>;
  /** Like `read`, for backends that can do it without waiting for an event. */
  readSync?(buffer: Buffer, type: TensorType): TypedArray;
  /** The value is not needed any more. Without it, buffers are left to the garbage collector. */
  release?(buffer: Buffer): void;
  /**
   * Settles, with the reason, when the device is gone and its values with it, or has failed so that they cannot be
   * believed. From then on `compile`, `upload` and runs throw, and reads reject, also those under way: with this reason,
   * or an error that has it as `cause`, which tells them from other errors. It settles before they do. `release` stays
   * harmless. `close` is no loss: after it, this stays pending, and errors say that the backend is closed.
   */
  readonly lost?: Promise<Error>;
  /**
   * Once `lost` has settled: a backend of the same kind and config on another device. All who ask get the same one,
   * until it is lost, too; `close` of either closes both. Rejects where this one is closed, or where there is no device.
   */
  renew?(): Promise<Backend>;
  /** Ends threads and gives up the device. */
  close?(): void | Promise<void>;
}

/** A compiled program. Its lifetime is the cache's: at most a bounded number of them stay, and `release` ends one. */
export interface Executable {
  /** Settles when the program runs at full speed (shaders compiled, workers up); `run` may be called before. */
  readonly ready?: Promise<void>;
  /**
   * Queues one run and returns its outputs, one buffer for each, none of them an input's unless donated. `donated`
   * lists the inputs whose memory may be reused: each stands among the inputs once, and belongs to the executable from
   * here on.
   */
  run(inputs: readonly Buffer[], donated?: readonly number[]): Buffer[];
  release?(): void;
}

/** A backend ready for use: what its author wrote, and the kernel's bounded cache of compiled programs. */
export interface Backend extends BackendSpec {
  /** The executable of a program with this content, compiled at most once while it stays in the cache. */
  executable(program: Program): Executable;
}

/**
 * A backend that is described, and still has to be opened, as one on a device has: what the `create` of its plugin
 * returns. Making it checks its options and touches no device, so that what names it can be read and checked anywhere.
 */
export interface UnopenedBackend extends Described {
  /** The dtypes that it can hold once it is open. */
  readonly dtypes: readonly DType[];
  /**
   * How many jobs had best compute with backends of this kind side by side: one, where they would share a device.
   * Without it, as many as there are cores.
   */
  readonly jobs?: number;
  /** Resolves to a backend of this kind and config, each time to another one, which whoever opens it closes. */
  open(): Promise<Backend>;
}
