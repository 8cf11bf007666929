import { TensorError } from "@nn/core";
import { maxThreads, sync } from "./control.ts";
import type { Heap } from "./heap.ts";
import { maySleep, startThread, type Thread } from "./platform.ts";
import { workerSource, type WorkerAnswer, type WorkerMessage } from "./worker.ts";

/** Looks at a number between looks at the clock. */
const looks = 64;
/** About how many milliseconds it costs when a thread falls asleep at a barrier and is woken. */
const sleepCost = 0.05;
/** What counts of the runs before, from one to the next. */
const memory = 0.8;
/** The most runs that do without workers before they are tried again. */
const mostSkips = 256;
/** Looks before a thread goes to sleep. */
const glance = 2000;

/**
 * The workers of a backend. They start with the first program that is worth it, and a run goes on without those that
 * do not come at once: it computes the same with fewer threads.
 */
export class Crew {
  /** How many threads a run can have, this one included. */
  readonly threads: number;
  /** Why workers are missing, if they are. */
  trouble: string | undefined;
  private readonly heap: Heap;
  private readonly words: Int32Array;
  private readonly lose: (error: Error) => void;
  private readonly maySleep = maySleep();
  /** How long a thread may take, in tenths of a second, before it counts as dead. */
  private readonly limit: number;
  private workers: (Thread | undefined)[] = [];
  private posted = 0;
  private programs = 0;
  /** By program: which message brought it. */
  private readonly deliveries = new Map<number, number>();
  private waiting: { readonly message: number; readonly resolve: () => void }[] = [];
  private runs = 0;
  /** How many runs do without workers, and how many will when these are in the way again. */
  private skips = 0;
  private nextSkips = 4;
  /** Milliseconds of the last runs, and what threads lost of them by sleeping. */
  private time = 0;
  private sleepTime = 0;

  constructor(heap: Heap, threads: number, seconds: number, lose: (error: Error) => void) {
    this.heap = heap;
    this.threads = Math.min(threads, maxThreads);
    this.lose = lose;
    this.limit = Math.ceil(10 * seconds);
    this.words = new Int32Array(heap.buffer);
    this.words[sync.maySleep / 4] = Number(this.maySleep);
    this.words[sync.patience / 4] = this.limit;
  }

  /** How many workers have started. */
  get up(): number {
    return this.workers.filter((worker, i) => worker && this.receivedBy(i) > 0).length;
  }

  /** Gives all workers a program, and returns its number. */
  install(module: WebAssembly.Module): number {
    this.start();
    const program = this.programs++;
    this.post({ program, module });
    this.deliveries.set(program, this.posted);
    return program;
  }

  remove(program: number): void {
    this.deliveries.delete(program);
    this.post({ program });
  }

  /** Settles when all workers have the program, or are gone. */
  whenInstalled(program: number): Promise<void> {
    return this.whenReceived(this.deliveries.get(program)!);
  }

  /** Starts the workers, and settles when they are up. */
  whenUp(): Promise<void> {
    this.start();
    return this.whenReceived(1);
  }

  /**
   * Invites workers to a run, and returns how many threads take part, this one included. It waits for all of them, but
   * not for longer than `patience` milliseconds.
   */
  gather(program: number, frame: number, stride: number, patience: number): number {
    const { words } = this;
    const message = this.deliveries.get(program)!;
    let seats = 0;
    for (let i = 0; i < this.workers.length; i++)
      if (this.workers[i] && this.receivedBy(i) >= message) seats++;
    if (seats === 0) return 1;
    if (this.skips > 0) {
      this.skips--;
      return 1;
    }
    this.runs = (this.runs % 0x7fff) + 1;
    const open = this.runs << 16;
    Atomics.store(words, sync.program / 4, program);
    Atomics.store(words, sync.frame / 4, frame);
    Atomics.store(words, sync.stride / 4, stride);
    Atomics.store(words, sync.done / 4, 0);
    Atomics.store(words, sync.slept / 4, 0);
    // Numbers of runs come back, and this one has not begun.
    Atomics.store(words, sync.begun / 4, 0);
    Atomics.store(words, sync.ticket / 4, open | (seats << 8));
    this.ring();
    const end = performance.now() + patience;
    let ticket: number;
    do
      for (let i = 0; i < looks; i++)
        if (((ticket = Atomics.load(words, sync.ticket / 4)) & 255) === seats) break;
    while ((ticket! & 255) < seats && performance.now() < end);
    // Those that have not come now have missed it.
    for (;;) {
      const closed = open | ((ticket! & 255) << 8) | (ticket! & 255);
      const before = Atomics.compareExchange(words, sync.ticket / 4, ticket!, closed);
      if (before === ticket!) break;
      ticket = before;
    }
    return (ticket! & 255) + 1;
  }

  /** Runs a program on the threads that were gathered. */
  run(runThread: (frame: number) => void, frame: number, threads: number): void {
    const { words } = this;
    Atomics.store(words, sync.begun / 4, this.runs);
    Atomics.notify(words, sync.begun / 4);
    const begun = performance.now();
    try {
      runThread(frame);
      this.join(threads - 1);
      this.judge(performance.now() - begun, threads);
    } catch (error) {
      // The others wait at a barrier, perhaps.
      Atomics.store(words, sync.failed / 4, 1);
      Atomics.notify(words, sync.generation / 4);
      const lost = new TensorError(
        "wasm: a thread stopped in the middle of a run, and the values of this backend are lost; " +
          `make a new one and go on from the last checkpoint (${String(error)})`,
      );
      this.lose(lost);
      void this.close();
      throw lost;
    }
  }

  /**
   * Where other programs keep the processor busy, threads sleep at barriers for want of each other. When that took most
   * of a run's time, the next ones do without workers.
   */
  private judge(duration: number, threads: number): void {
    const slept = Atomics.load(this.words, sync.slept / 4) / (threads - 1);
    this.sleepTime = memory * this.sleepTime + Math.min(sleepCost * slept, 10 * duration);
    this.time = memory * this.time + duration;
    if (this.sleepTime < this.time / 2) {
      this.nextSkips = 4;
      return;
    }
    this.skips = this.nextSkips;
    this.nextSkips = Math.min(2 * this.nextSkips, mostSkips);
    // The next one with workers is judged by itself: what was in the way may be over.
    this.sleepTime = this.time = 0;
  }

  /** Ends the workers; none start from here on. */
  close(): Promise<unknown> {
    const { workers } = this;
    this.workers = Array.from({ length: this.threads - 1 });
    this.settle();
    return Promise.all(workers.map((worker) => worker?.end()));
  }

  /** Waits until the workers have done their part. */
  private join(workers: number): void {
    const { words } = this;
    let end = 0;
    let done: number;
    for (let i = 1; (done = Atomics.load(words, sync.done / 4)) !== workers; i++) {
      if (i % glance > 0) continue;
      if (Atomics.load(words, sync.failed / 4)) throw new Error("a worker failed");
      const now = performance.now();
      end ||= now + 100 * this.limit;
      if (now > end) throw new Error(`a worker did not finish within ${this.limit / 10} s`);
      if (this.maySleep) Atomics.wait(words, sync.done / 4, done, 100);
    }
  }

  private start(): void {
    if (this.workers.length > 0) return;
    // Counted first: a worker that has all messages it knows of does not look for more.
    this.posted = 1;
    Atomics.store(this.words, sync.posted / 4, 1);
    for (let index = 0; index < this.threads - 1; index++) {
      try {
        const worker = startThread(
          workerSource,
          (answer) => this.hear(index, answer as WorkerAnswer),
          (reason) => this.leave(index, String(reason)),
        );
        this.workers.push(worker);
        worker.post({ memory: this.heap.memory, index } satisfies WorkerMessage);
      } catch (error) {
        this.workers.push(undefined);
        this.trouble = `workers cannot be started: ${String(error)}`;
      }
    }
  }

  private post(message: WorkerMessage): void {
    Atomics.store(this.words, sync.posted / 4, ++this.posted);
    this.ring();
    for (const worker of this.workers) worker?.post(message);
  }

  private ring(): void {
    Atomics.add(this.words, sync.bell / 4, 1);
    Atomics.notify(this.words, sync.bell / 4);
  }

  private whenReceived(message: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ message, resolve });
      this.settle();
    });
  }

  private hear(index: number, answer: WorkerAnswer): void {
    if (typeof answer === "string") this.leave(index, answer);
    else this.settle();
  }

  /** How many messages a worker has taken. */
  private receivedBy(index: number): number {
    return Atomics.load(this.words, sync.received / 4 + index);
  }

  private leave(index: number, reason: string): void {
    const worker = this.workers[index];
    if (!worker) return;
    void worker.end();
    this.workers[index] = undefined;
    this.trouble = `a worker is gone: ${reason}`;
    this.settle();
  }

  /** Settles promises whose time has come. While others are open, the process waits for the workers' answers. */
  private settle(): void {
    // Each is looked at once: workers take messages meanwhile.
    const settled: typeof this.waiting = [];
    this.waiting = this.waiting.filter((one) => {
      const isOpen = this.workers.some((worker, i) => worker && this.receivedBy(i) < one.message);
      if (!isOpen) settled.push(one);
      return isOpen;
    });
    for (const { resolve } of settled) resolve();
    for (const worker of this.workers) worker?.hold(this.waiting.length > 0);
  }
}
