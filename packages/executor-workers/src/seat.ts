import type { HostTensors, Json, JobResult } from "@nn/core";
import { revive } from "./errors.ts";
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
export type Outcome = { readonly result: JobResult } | { readonly error: unknown } | Lost;
export interface Lost {
  readonly lost: string;
  readonly cause?: unknown;
}

/** A worker and the place for one task at a time. */
export interface Seat {
  /** False once the worker is lost or ended; there is no way back. */
  readonly isAlive: boolean;
  run(task: Task): Promise<Outcome>;
  /** Asks the running task to end, and ends the worker when it does not within the time of grace. */
  cancel(reason: unknown): void;
  end(): Promise<void>;
}

interface Running {
  readonly id: number;
  readonly task: Task;
  readonly settle: (outcome: Outcome) => void;
  isSent: boolean;
  /** What comes of it unless it has a result. */
  verdict?: Outcome;
  timer?: ReturnType<typeof setTimeout>;
}

/** Starts a worker. It does not keep the process alive but while it runs a task. */
export function startSeat(options: ThreadOptions, grace: number): Seat {
  let isReady = false;
  let isAlive = true;
  let tasks = 0;
  let running: Running | undefined;

  const thread = startThread(workerSource, options, (answer) => hear(answer as WorkerAnswer), lose);
  return {
    get isAlive() {
      return isAlive;
    },
    run: (task) =>
      new Promise((settle) => {
        running = { id: ++tasks, task, settle, isSent: false };
        thread.hold(true);
        if (isReady) send(running);
        else running.timer = setTimeout(() => lose("it did not start in time"), startLimit);
      }),
    cancel: (reason) => cancel(reason, { lost: "it was cancelled" }),
    end,
  };

  function send(running: Running): void {
    running.isSent = true;
    clearTimeout(running.timer);
    const { id, task } = running;
    const { entry, spec, tensors, threads } = task;
    try {
      const { sent, transfer } = pack(tensors);
      post({ id, entry, spec, tensors: sent, threads }, transfer);
    } catch (error) {
      settle({ error });
    }
  }

  function hear(answer: WorkerAnswer): void {
    if (answer === "ready") {
      isReady = true;
      if (running) send(running);
      return;
    }
    if (answer.id !== running?.id) return;
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
    if (!running.isSent) return settle(verdict);
    running.verdict = verdict;
    running.timer = setTimeout(() => lose("it did not end"), grace);
    post({ cancel: running.id, reason: String(reason) });
  }

  /** Called for every worker that ends, and more than once for some. */
  function lose(lost: string, cause?: unknown): void {
    void end();
    settle(running?.verdict ?? { lost, cause });
  }

  function settle(outcome: Outcome): void {
    if (!running) return;
    clearTimeout(running.timer);
    running.settle(outcome);
    running = undefined;
    thread.hold(false);
  }

  function post(message: WorkerMessage, transfer: readonly ArrayBuffer[] = []): void {
    thread.post(message, transfer);
  }

  function end(): Promise<void> {
    isAlive = false;
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
