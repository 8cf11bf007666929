import { textOf } from "./errors.ts";

/** A worker, in Node or in a page. */
export interface Thread {
  post(message: unknown, transfer: readonly ArrayBuffer[]): void;
  /** Whether the process stays alive for it, as it does at first; a page always does. */
  hold(isHeld: boolean): void;
  end(): Promise<void>;
}

/** What a worker is started with. */
export interface ThreadOptions {
  /** For Node: its options instead of those of this process. */
  readonly execArgv?: readonly string[] | undefined;
  /** For Node: the most megabytes of its heap. */
  readonly memory?: number | undefined;
  /** For pages: starts a worker of the page's own. */
  readonly start?: (() => Worker) | undefined;
}

interface NodeWorker {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  on(event: string, listener: (value: unknown) => void): void;
  ref(): void;
  unref(): void;
  terminate(): Promise<unknown>;
}
interface NodeModules {
  readonly "node:worker_threads": {
    readonly Worker: new (url: URL, options: object) => NodeWorker;
  };
  readonly "node:os": { availableParallelism(): number };
}
interface NodeProcess {
  readonly versions?: { readonly node?: string };
  getBuiltinModule?(name: string): unknown;
}

/** Whether this is Node, and no page. */
export function isNode(): boolean {
  return nodeModule("node:os") !== undefined;
}

/** A module of Node, without an import that bundlers for pages would stumble over; undefined in a page. */
function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  const { process } = globalThis as { process?: NodeProcess };
  if (!process?.versions?.node) return undefined;
  return process.getBuiltinModule?.(name) as NodeModules[Name] | undefined;
}

/** How many threads can run at once. */
export function coreCount(): number {
  const os = nodeModule("node:os");
  return os ? os.availableParallelism() : (globalThis.navigator?.hardwareConcurrency ?? 1);
}

/** The URL of a module, by its text. Pages give it back with `URL.revokeObjectURL`. */
export function moduleUrl(source: string): string {
  return isNode()
    ? `data:text/javascript,${encodeURIComponent(source)}`
    : URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
}

/**
 * Starts a worker from the text of a module, or one of the page's own. `gone` is told, perhaps more than once, when it
 * could not start, failed or ended; `error` is what it failed with, where that is known.
 */
export function startThread(
  source: string,
  { execArgv, memory, start }: ThreadOptions,
  heard: (message: unknown) => void,
  gone: (reason: string, error?: unknown) => void,
): Thread {
  const threads = nodeModule("node:worker_threads");
  if (threads) {
    const worker = new threads.Worker(new URL(moduleUrl(source)), {
      name: "@nn/executor-workers",
      ...(execArgv && { execArgv }),
      ...(memory && { resourceLimits: { maxOldGenerationSizeMb: memory } }),
    });
    worker.on("message", heard);
    worker.on("messageerror", (error) => gone("what it sent could not be read", error));
    worker.on("error", (error) => gone(`it failed: ${textOf(error)}`, error));
    worker.on("exit", (code) => gone(`it ended with code ${String(code)}`));
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
      end: async () => void (await worker.terminate()),
    };
  }
  const url = start ? undefined : moduleUrl(source);
  const worker = start?.() ?? new Worker(url!, { type: "module", name: "@nn/executor-workers" });
  worker.addEventListener("message", ({ data }) => {
    if (url) URL.revokeObjectURL(url);
    heard(data);
  });
  worker.addEventListener("messageerror", () => gone("what it sent could not be read"));
  worker.addEventListener("error", (event) => {
    // Whoever waits for the job is told; it is no uncaught error of the page.
    event.preventDefault();
    gone(
      event.message
        ? `it failed: ${event.message}`
        : "it could not be started; a content security policy must allow blob: in worker-src",
    );
  });
  return {
    post: (message, transfer) => worker.postMessage(message, [...transfer]),
    hold: () => undefined,
    end: async () => worker.terminate(),
  };
}
