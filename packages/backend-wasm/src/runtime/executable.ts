import { byteSize, type Executable, type TypedArray } from "@nn/core";
import type { Compiled, Port } from "../compiled.ts";
import type { Profile } from "../profile.ts";
import { frameSlots } from "../stage.ts";
import { roundUp, type Block } from "./allocator.ts";
import { syncAddress } from "./control.ts";
import type { Crew } from "./crew.ts";
import type { Heap } from "./heap.ts";
import { viewOf, type Value } from "./value.ts";

/** Values of so many bytes are in memory from their first use on, and results stay there. */
const large = 65536;
/** Values of fewer bytes are copied for every run: that takes less than finding them a place. */
const small = 4096;

/** The part of a run's time that it may wait for other threads, and milliseconds that it waits at least and at most. */
const patience = { part: 1 / 8, least: 0.05, most: 1 };

const none: readonly number[] = [];

/**
 * A program and what it needs in memory: its constants, and a frame for each thread. Values that are not in memory are
 * copied to staging space behind the program's scratch space, and results from there to arrays.
 */
export class WasmExecutable implements Executable {
  private readonly compiled: Compiled;
  private readonly heap: Heap;
  private readonly crew: Crew | undefined;
  private readonly check: () => void;
  private readonly module: WebAssembly.Module;
  private readonly runThread: (frame: number) => void;
  /** Its number among the programs that the crew has. */
  private readonly program: number;
  /** Where staging space of inputs and outputs begins behind scratch memory; -1 for values that are never staged. */
  private readonly inputOffsets: readonly number[];
  private readonly outputOffsets: readonly number[];
  private readonly inputBytes: readonly number[];
  private readonly outputBytes: readonly number[];
  private readonly scratchBytes: number;
  private readonly stride: number;
  private frames: Block | undefined;
  private constants: Block | undefined;
  /** The version of the heap that what follows belongs to. */
  private version = -1;
  private scratch = 0;
  private words = new Int32Array(0);
  private inputViews: (TypedArray | undefined)[] = [];
  private outputViews: (TypedArray | undefined)[] = [];
  /** How many milliseconds the last run took, where others may take part. */
  private duration = 1;
  /** By input, during a run: 1 where it is donated, 2 where an output takes its memory over. */
  private readonly donation: Uint8Array;
  readonly ready?: Promise<void>;

  constructor(
    compiled: Compiled,
    heap: Heap,
    crew: Crew | undefined,
    check: () => void,
    profile?: Profile,
  ) {
    this.compiled = compiled;
    this.heap = heap;
    this.crew = compiled.threads > 1 ? crew : undefined;
    this.check = check;
    this.module = new WebAssembly.Module(compiled.bytes);
    const { exports } = new WebAssembly.Instance(this.module, { env: { memory: heap.memory } });
    const { profiled } = compiled;
    this.runThread =
      profile && profiled
        ? (frame) => profile.run(profiled, exports, heap.memory, frame)
        : (exports["run"] as (frame: number) => void);
    const bytesOf = ({ dtype, size }: Port): number => byteSize(dtype) * size;
    this.inputBytes = compiled.inputs.map(bytesOf);
    this.outputBytes = compiled.outputs.map(bytesOf);
    let end = roundUp(compiled.scratchBytes);
    const stage = (bytes: number): number => {
      if (bytes >= large) return -1;
      end += roundUp(bytes);
      return end - roundUp(bytes);
    };
    this.inputOffsets = this.inputBytes.map(stage);
    this.outputOffsets = this.outputBytes.map(stage);
    this.scratchBytes = end;
    this.stride = roundUp(compiled.frameBytes);
    this.donation = new Uint8Array(compiled.inputs.length);
    this.program = this.crew ? this.crew.install(this.module) : -1;
    if (this.crew) this.ready = this.crew.whenInstalled(this.program);
  }

  run(buffers: readonly unknown[], donated: readonly number[] = none): Value[] {
    this.check();
    const { heap, donation, outputBytes } = this;
    const inputs = buffers as readonly Value[];
    heap.run++;
    for (let i = 0; i < donated.length; i++) donation[donated[i]!] = 1;
    const made: Value[] = [];
    let blocks: (Block | undefined)[] | undefined;
    try {
      this.reserve();
      this.place(inputs);
      blocks = this.placeOutputs(inputs);
      this.stageInputs(inputs);
      this.start();
      for (let o = 0; o < outputBytes.length; o++) {
        const block = blocks?.[o];
        if (block) blocks![o] = undefined;
        made.push(this.takeOutput(o, inputs, block));
      }
      for (let i = 0; i < donated.length; i++)
        if (donation[donated[i]!] === 1) heap.discard(inputs[donated[i]!]!);
    } finally {
      // Only when something failed: what was reserved for outputs is given back.
      if (blocks) for (const block of blocks) if (block) heap.release(block);
      for (let i = 0; i < donated.length; i++) donation[donated[i]!] = 0;
    }
    return made;
  }

  release(): void {
    if (this.crew) this.crew.remove(this.program);
    if (this.frames) this.heap.release(this.frames);
    if (this.constants) this.heap.release(this.constants);
    this.frames = this.constants = undefined;
    this.version = -1;
  }

  /** Makes sure that the program has all that it needs besides values. */
  private reserve(): void {
    const { heap, compiled } = this;
    this.frames ??= heap.allocate(this.stride * (this.crew?.threads ?? 1), "what a program needs");
    if (!this.constants) {
      const { constants } = compiled;
      this.constants = heap.allocate(constants.length, "the constants of a program");
      new Uint8Array(heap.buffer, this.constants.address, constants.length).set(constants);
    }
    this.scratch = heap.scratchFor(this.scratchBytes);
  }

  /** Moves inputs into memory that should be there. */
  private place(inputs: readonly Value[]): void {
    const { heap, donation, inputBytes, inputOffsets } = this;
    const { sources } = this.compiled;
    for (let o = 0; o < sources.length; o++) {
      const source = sources[o]!;
      if (source >= 0 && donation[source] === 1) donation[source] = 2;
    }
    // First those that are there, so that the others do not push them out.
    for (let i = 0; i < inputs.length; i++) {
      const resident = heap.residentOf(inputs[i]!);
      if (resident) heap.touch(resident);
    }
    for (let i = 0; i < inputs.length; i++) {
      const value = inputs[i]!;
      if (value.resident) continue;
      const isWorthwhile =
        inputOffsets[i]! < 0 || (inputBytes[i]! >= small && (value.wasUsed || donation[i] === 2));
      if (isWorthwhile) heap.admit(value, this.compiled.inputs[i]!.dtype);
      // What is too small for a place of its own is not taken over either.
      else if (donation[i] === 2) donation[i] = 1;
    }
  }

  /** Finds memory for outputs that are not staged, except where they take over an input's. */
  private placeOutputs(inputs: readonly Value[]): (Block | undefined)[] | undefined {
    const { heap, outputBytes, outputOffsets, donation } = this;
    const { sources } = this.compiled;
    let blocks: (Block | undefined)[] | undefined;
    for (let o = 0; o < outputBytes.length; o++) {
      const source = sources[o]!;
      if (source >= 0 && donation[source] === 2) {
        if (inputs[source]!.resident!.block!.size >= outputBytes[o]!) continue;
        donation[source] = 1;
      }
      if (outputOffsets[o]! >= 0) continue;
      blocks ??= outputBytes.map(() => undefined);
      try {
        blocks[o] = heap.allocate(outputBytes[o]!, "a result");
      } catch (error) {
        for (const block of blocks) if (block) heap.release(block);
        throw error;
      }
    }
    if (this.version !== heap.version) this.renew();
    const { words } = this;
    for (let o = 0, slot = frameSlots.first + inputs.length; o < outputBytes.length; o++, slot++) {
      const block = blocks?.[o];
      const source = sources[o]!;
      words[slot] = block
        ? block.address
        : source >= 0 && donation[source] === 2
          ? inputs[source]!.resident!.block!.address
          : this.scratch + outputOffsets[o]!;
    }
    return blocks;
  }

  /** Copies what is not in memory, and writes all addresses. */
  private stageInputs(inputs: readonly Value[]): void {
    const { words, inputViews, inputOffsets, scratch } = this;
    for (let i = 0, slot = frameSlots.first; i < inputs.length; i++, slot++) {
      const value = inputs[i]!;
      if (value.resident) words[slot] = value.resident.block!.address;
      else {
        words[slot] = scratch + inputOffsets[i]!;
        copy(value.host!, inputViews[i]!);
        value.wasUsed = true;
      }
    }
  }

  /** Runs the program: on all threads that come, or on this one. */
  private start(): void {
    const { crew, words, frames, stride } = this;
    const frame = frames!.address;
    if (!crew) {
      this.runThread(frame);
      return;
    }
    const last = this.compiled.inputs.length + this.compiled.outputs.length + frameSlots.first;
    const wordsPerFrame = stride / 4;
    for (let t = 1; t < crew.threads; t++)
      words.copyWithin(t * wordsPerFrame + frameSlots.first, frameSlots.first, last);
    const { part, least, most } = patience;
    const wait = Math.min(Math.max(least, part * this.duration), most);
    const threads = crew.gather(this.program, frame, stride, wait);
    const begun = performance.now();
    for (let t = 0; t < threads; t++) words[t * wordsPerFrame + frameSlots.threads] = threads;
    if (threads === 1) this.runThread(frame);
    else crew.run(this.runThread, frame, threads);
    this.duration = performance.now() - begun;
  }

  private takeOutput(o: number, inputs: readonly Value[], block: Block | undefined): Value {
    const { heap, compiled, donation } = this;
    const { dtype, size } = compiled.outputs[o]!;
    if (block) {
      const value: Value = { host: undefined, resident: undefined, wasUsed: false };
      heap.adopt(value, block, dtype, size);
      return value;
    }
    const source = compiled.sources[o]!;
    if (source >= 0 && donation[source] === 2) {
      const value = inputs[source]!;
      value.resident!.dtype = dtype;
      value.resident!.size = size;
      return value;
    }
    return { host: this.outputViews[o]!.slice(), resident: undefined, wasUsed: false };
  }

  /** Writes addresses again that have changed, and makes new views. */
  private renew(): void {
    const { heap, compiled, frames, stride } = this;
    const threads = this.crew?.threads ?? 1;
    const wordsPerFrame = stride / 4;
    this.words = new Int32Array(heap.buffer, frames!.address, threads * wordsPerFrame);
    for (let t = 0; t < threads; t++) {
      const at = t * wordsPerFrame;
      this.words[at + frameSlots.arena] = this.scratch;
      this.words[at + frameSlots.constants] = this.constants!.address;
      this.words[at + frameSlots.sync] = syncAddress;
      this.words[at + frameSlots.thread] = t;
      this.words[at + frameSlots.threads] = 1;
    }
    const view = (offsets: readonly number[]) => (port: Port, i: number) =>
      offsets[i]! < 0
        ? undefined
        : viewOf(heap.buffer, port.dtype, this.scratch + offsets[i]!, port.size);
    this.inputViews = compiled.inputs.map(view(this.inputOffsets));
    this.outputViews = compiled.outputs.map(view(this.outputOffsets));
    this.version = heap.version;
  }
}

/** For few elements, a loop is faster than `set`. */
function copy(from: TypedArray, to: TypedArray): void {
  const { length } = from;
  if (length > 8) to.set(from);
  else for (let i = 0; i < length; i++) to[i] = from[i]!;
}
