import { TensorError, type TypedArray } from "@nn/core";
import type { Compiled } from "../compiled.ts";
import type { Profile } from "../profile.ts";
import { Crew } from "./crew.ts";
import { WasmExecutable } from "./executable.ts";
import { Heap } from "./heap.ts";
import type { Value } from "./value.ts";

export interface RuntimeOptions {
  /** The most threads of a run; memory is shared where it is more than 1. */
  readonly threads: number;
  /** The most bytes of memory. */
  readonly maxMemory: number;
  /** How many seconds a thread waits for another one before it gives up. */
  readonly patience?: number;
  /** Where the time of kernels is added up, for programs that are compiled for it. */
  readonly profile?: Profile | undefined;
}

/** Values and compiled programs of one backend, with their memory and threads. */
export class Runtime {
  /** Settles when a thread has stopped in the middle of a run. */
  readonly lost: Promise<Error>;
  readonly heap: Heap;
  readonly crew: Crew | undefined;
  private readonly profile: Profile | undefined;
  private failure: Error | undefined;
  private lose: (error: Error) => void = () => undefined;

  constructor({ threads, maxMemory, patience = 60, profile }: RuntimeOptions) {
    this.profile = profile;
    this.lost = new Promise((resolve) => (this.lose = resolve));
    this.heap = new Heap(maxMemory, threads > 1);
    const fail = (error: Error): void => {
      this.failure ??= error;
      this.lose(error);
    };
    if (threads > 1) this.crew = new Crew(this.heap, threads, patience, fail);
  }

  load(compiled: Compiled): WasmExecutable {
    this.check();
    return new WasmExecutable(compiled, this.heap, this.crew, this.check, this.profile);
  }

  upload(data: TypedArray): Value {
    this.check();
    return { host: data.slice(), resident: undefined, wasUsed: false };
  }

  read(value: Value): TypedArray {
    this.check();
    return this.heap.read(value);
  }

  release(value: Value): void {
    this.heap.discard(value);
  }

  async close(): Promise<void> {
    this.failure ??= new TensorError("wasm: this backend was closed; make a new one");
    await this.crew?.close();
  }

  private readonly check = (): void => {
    if (this.failure) throw new TensorError(this.failure.message);
  };
}
