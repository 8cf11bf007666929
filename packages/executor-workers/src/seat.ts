import type { HostTensors, Json, JobResult } from "@nn/core";
import { revive, textOf } from "./errors.ts";
import { plain } from "./json.ts";
import { startThread, type ThreadOptions } from "./platform.ts";
import { workerSource, type WorkerAnswer, type WorkerMessage } from "./protocol.ts";
import { checkTensors, pack } from "./tensors.ts";

/** Milliseconds after which a worker counts as one that does not start. */
const startLimit = 60_000;

/** What a worker is to do. */
export interface Task {
  readonly entry: string;
  readonly spec: Json;
  readonly tensors: HostTensors;
  readonly threads: number;
  onMessage(message: Json): void;
}

/** What came of a task: its result, its error, or why it ended without one: it was cancelled, or the worker was lost. */
type Outcome = { readonly result: JobResult } | { readonly error: unknown } | Lost;

/** Why a worker is gone. */
export interface Lost {
  readonly lost: string;
  readonly cause?: unknown;
}

/** A worker and the place for one task at a time. */
export interface Seat {
  /** Settles when the worker is up, or lost before that. */
  readonly started: Promise<Lost | undefined>;
  /** False once the worker is lost or ended; there is no way back. */
  readonly isAlive: boolean;
  /** To be called when the worker is up, and its last task has ended. */
  run(task: Task): Promise<Outcome>;
  /** Asks the running task to end, and ends the worker when it does not within the time of grace. */
  cancel(reason: unknown): void;
  end(): Promise<void>;
}

interface Running {
  readonly id: number;
  readonly task: Task;
  readonly settle: (outcome: Outcome) => void;
  /** What comes of it unless it has a result. */
  verdict?: Outcome;
  timer?: ReturnType<typeof setTimeout>;
}

/** Starts a worker. It keeps the process alive while it starts and while it runs a task. */
export function startSeat(options: ThreadOptions, grace: number): Seat {
  let isAlive = true;
  let tasks = 0;
  let running: Running | undefined;
  let tellStart: (lost?: Lost) => void;

  const thread = startThread(workerSource, options, (answer) => hear(answer as WorkerAnswer), lose);
  const timer = setTimeout(() => lose("it did not start in time"), startLimit);
  return {
    started: new Promise<Lost | undefined>((resolve) => (tellStart = resolve)).finally(() => {
      clearTimeout(timer);
      letGo();
    }),
    get isAlive() {
      return isAlive;
    },
    run: (task) =>
      new Promise((settle) => {
        running = { id: ++tasks, task, settle };
        thread.hold(true);
        send(running);
      }),
    cancel: (reason) => cancel(reason, { lost: "it was cancelled" }),
    end,
  };

  function send({ id, task }: Running): void {
    const { entry, spec, tensors, threads } = task;
    try {
      const { sent, transfer } = pack(tensors);
      thread.post({ id, entry, spec, tensors: sent, threads } satisfies WorkerMessage, transfer);
    } catch (error) {
      settle({ error });
    }
  }

  function hear(answer: WorkerAnswer): void {
    if (answer === "ready") return tellStart();
    // What a job loads may post messages of its own.
    if (!running || Object(answer).id !== running.id) return;
    const { task, verdict } = running;
    const isRefused = verdict !== undefined && "error" in verdict;
    if ("error" in answer) settle(verdict ?? { error: revive(answer.error) });
    else if ("result" in answer) settle(isRefused ? verdict : checked(answer.result));
    else if (!isRefused)
      try {
        task.onMessage(plain(answer.message, "a message"));
      } catch (error) {
        cancel(error, { error });
      }
  }

  function cancel(reason: unknown, verdict: Outcome): void {
    if (!running || running.verdict) return;
    running.verdict = verdict;
    running.timer = setTimeout(() => lose("it did not end"), grace);
    thread.post({ cancel: running.id, reason: textOf(reason) } satisfies WorkerMessage, []);
  }

  /** Called for every worker that ends, and more than once for some. */
  function lose(lost: string, cause?: unknown): void {
    tellStart({ lost, cause });
    void end();
    settle(running?.verdict ?? { lost, cause });
  }

  function settle(outcome: Outcome): void {
    if (!running) return;
    clearTimeout(running.timer);
    running.settle(outcome);
    running = undefined;
    letGo();
  }

  /** The process need not wait for this worker; but `close` waits for one that is ending, and so must the process. */
  function letGo(): void {
    if (isAlive) thread.hold(false);
  }

  function end(): Promise<void> {
    isAlive = false;
    tellStart({ lost: "it was ended" });
    return thread.end();
  }
}

/** What arrived as a result, where it is one. */
function checked(result: JobResult): Outcome {
  try {
    const value = plain(result.value, "value");
    checkTensors(result.tensors, "a result");
    return { result: { value, tensors: result.tensors } };
  } catch (error) {
    return { error };
  }
}
