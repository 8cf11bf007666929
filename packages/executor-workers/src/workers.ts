import { check, type Executor, type Job, type JobResult, TensorError } from "@nn/core";
import { checkEntry } from "./entry.ts";
import { textOf } from "./errors.ts";
import { plain } from "./json.ts";
import { coreCount, isNode } from "./platform.ts";
import { type Lost, type Seat, startSeat, type Task } from "./seat.ts";
import { checkTensors } from "./tensors.ts";

/** How jobs are run. */
export interface WorkersOptions {
  /** How many jobs run at a time, each in a worker; as many as there are cores by default. */
  readonly concurrency?: number;
  /** Threads of jobs that do not say how many; by default the cores are shared out evenly. */
  readonly threadsPerJob?: number;
  /** How often a job is started again after its worker was lost; once by default. */
  readonly retries?: number;
  /** Milliseconds that a cancelled job has to end by itself, before its worker is ended; 5000 by default. */
  readonly grace?: number;
  /** For Node: the most megabytes of JavaScript values in a worker; tensors do not count. */
  readonly memory?: number;
  /** For Node: options of its command line for workers, such as `["--import", "tsx"]`, instead of those of this process. */
  readonly execArgv?: readonly string[];
  /**
   * For pages that are bundled: starts a worker whose module calls `serveJobs`, as in
   * `() => new Worker(new URL("./job.ts", import.meta.url), { type: "module" })`.
   */
  readonly start?: () => Worker;
}

/** A job that has not ended. */
interface Open {
  readonly task: Task;
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: unknown) => void;
  /** Where it runs or ran. */
  seat?: Seat;
  /** Why it is not wanted any more. */
  reason?: unknown;
  /** How often its worker was lost. */
  losses: number;
}

/**
 * Runs jobs in worker threads of Node or in Web Workers of a page. Workers start when they are first needed, run one
 * job after the other, and end with `close`; a process is kept alive by jobs, not by workers that wait for some.
 *
 * ```ts
 * const executor = workers({ concurrency: 2 });
 * const entry = new URL("./job.js", import.meta.url).href;
 * const { value } = await executor.run({ entry, spec: { folds: 5 }, tensors: {} });
 * await executor.close();
 * ```
 *
 * Jobs start in the order in which they came. Their tensors are copied when they start, except for memory that is
 * shared (`SharedArrayBuffer`), and must not be written before they end. Messages arrive in their order, and before the
 * result, whose arrays are moved out of the worker.
 *
 * A job that throws is rejected with its error: name, message, stack, cause, and own properties that are plain data. A
 * job whose worker is lost, as by `process.exit`, an error outside of its promise or want of memory, is started again
 * on another one, `retries` times; its messages then come again, too.
 *
 * When the signal is aborted the job's own signal is, and the job may still give its result within `grace`
 * milliseconds; else it is rejected with the signal's reason. `close` does so with all jobs.
 *
 * Workers of Node inherit the environment and the options of the command line, such as `--conditions` and loaders of
 * TypeScript.
 */
export function workers(options: WorkersOptions = {}): Executor {
  checkOptions(options);
  const cores = coreCount();
  const { concurrency = cores, retries = 1, grace = 5000, start: ownWorker } = options;
  const { threadsPerJob = Math.max(1, Math.floor(cores / concurrency)) } = options;
  const seats = new Set<Seat>();
  const idle: Seat[] = [];
  let starting = 0;
  const queue: Open[] = [];
  const running = new Set<Open>();
  let becomesIdle = (): void => undefined;
  let closing: Promise<void> | undefined;

  return {
    concurrency,
    async run(job, { signal, onMessage = () => undefined } = {}) {
      check(!closing, () => "workers: this executor is closed; make another one");
      const task = { ...checkJob(job, threadsPerJob, !ownWorker), onMessage };
      signal?.throwIfAborted();
      let stop = (): void => undefined;
      const result = new Promise<JobResult>((resolve, reject) => {
        const open: Open = { task, resolve, reject, losses: 0 };
        stop = () => cancel(open, signal!.reason);
        queue.push(open);
        fill();
      });
      signal?.addEventListener("abort", stop);
      return result.finally(() => signal?.removeEventListener("abort", stop));
    },
    close: () => (closing ??= close()),
  };

  /** Gives waiting jobs to workers that are up, and starts as many for the others as there may be. */
  function fill(): void {
    for (let seat; queue.length > 0 && (seat = idle.pop());)
      if (seat.isAlive) void work(seat, queue.shift()!);
      else seats.delete(seat);
    while (starting < queue.length && seats.size < concurrency) void start();
    if (running.size === 0) becomesIdle();
  }

  async function start(): Promise<void> {
    let seat: Seat;
    try {
      seat = startSeat(options, grace);
    } catch (cause) {
      const message = `workers: a worker cannot be started: ${textOf(cause)}`;
      queue.shift()!.reject(new Error(message, { cause }));
      return;
    }
    starting++;
    seats.add(seat);
    const lost = await seat.started;
    starting--;
    if (!lost) idle.push(seat);
    else {
      seats.delete(seat);
      const open = queue.shift();
      if (open) retry(open, lost);
    }
    fill();
  }

  async function work(seat: Seat, open: Open): Promise<void> {
    running.add(open);
    open.seat = seat;
    const outcome = await seat.run(open.task);
    running.delete(open);
    if (seat.isAlive) idle.push(seat);
    else seats.delete(seat);
    if ("result" in outcome) open.resolve(outcome.result);
    else if ("error" in outcome) open.reject(outcome.error);
    else if ("reason" in open) open.reject(open.reason);
    else retry(open, outcome);
    fill();
  }

  function retry(open: Open, { lost, cause }: Lost): void {
    if (open.losses++ < retries) {
      queue.unshift(open);
      return;
    }
    const times = open.losses === 1 ? "" : ` ${open.losses} times, at last`;
    const message = `workers: the worker of ${open.task.entry} was lost${times} because ${lost}`;
    open.reject(new Error(message, { cause }));
  }

  function cancel(open: Open, reason: unknown): void {
    const place = queue.indexOf(open);
    if (place >= 0) {
      queue.splice(place, 1);
      open.reject(reason);
    } else if (!("reason" in open)) {
      open.reason = reason;
      open.seat!.cancel(reason);
    }
  }

  async function close(): Promise<void> {
    const reason = new TensorError("workers: the executor was closed before the job had ended");
    for (const open of [...queue, ...running]) cancel(open, reason);
    if (running.size > 0) await new Promise<void>((resolve) => (becomesIdle = resolve));
    await Promise.all([...seats].map((seat) => seat.end()));
  }
}

/** The parts of a job, copied where they may change. */
function checkJob(
  { entry, spec, tensors, threads }: Job,
  usual: number,
  isLoaded: boolean,
): Omit<Task, "onMessage"> {
  if (isLoaded) checkEntry(entry);
  checkTensors(tensors, "a job");
  check(
    threads === undefined || isCount(threads, 1),
    () => `workers: a job's threads are a whole number from 1, got ${String(threads)}`,
  );
  return { entry, spec: plain(spec, "spec"), tensors: { ...tensors }, threads: threads ?? usual };
}

function checkOptions(options: WorkersOptions): void {
  const isStart = (value: unknown): boolean => typeof value === "function" && !isNode();
  const isTexts = (value: unknown): boolean =>
    Array.isArray(value) && value.every((text) => typeof text === "string");
  // Timers take no more.
  const isDelay = (value: unknown): boolean => isCount(value, 0) && (value as number) < 2 ** 31;
  const expectations: {
    readonly [name in keyof Required<WorkersOptions>]: readonly [
      string,
      (value: unknown) => boolean,
    ];
  } = {
    concurrency: ["a whole number from 1", (value) => isCount(value, 1)],
    threadsPerJob: ["a whole number from 1", (value) => isCount(value, 1)],
    retries: ["a whole number from 0", (value) => isCount(value, 0)],
    grace: ["a number of milliseconds from 0 to 2 ** 31 - 1", isDelay],
    memory: ["a whole number of megabytes from 1", (value) => isCount(value, 1)],
    execArgv: ["a list of strings", isTexts],
    start: ["a function that returns a worker, in pages only", isStart],
  };
  for (const [name, value] of Object.entries(options)) {
    check(
      Object.hasOwn(expectations, name),
      () => `workers: expected options ${Object.keys(expectations).join(", ")}, got '${name}'`,
    );
    const [expected, isFine] = expectations[name as keyof WorkersOptions];
    check(
      value === undefined || isFine(value),
      () => `workers: ${name} must be ${expected}, got ${String(value)}`,
    );
  }
}

function isCount(value: unknown, least: number): boolean {
  return Number.isInteger(value) && (value as number) >= least;
}
