/** A worker, in Node or in a page. */
export interface Thread {
  post(message: unknown): void;
  /** Whether the process stays alive for it; a page always does. */
  hold(isHeld: boolean): void;
  end(): void | Promise<unknown>;
}

interface NodeWorker {
  postMessage(message: unknown, transfer: readonly []): void;
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
  readonly "node:v8": { setFlagsFromString(flag: string): void };
}
interface NodeProcess {
  readonly versions?: { readonly node?: string };
  readonly arch?: string;
  getBuiltinModule?(name: string): unknown;
}

/** The process of Node, or undefined in a page. */
export function nodeProcess(): NodeProcess | undefined {
  const { process } = globalThis as { process?: NodeProcess };
  return process?.versions?.node ? process : undefined;
}

/** A module of Node, without an import that bundlers for pages would stumble over. */
export function nodeModule<Name extends keyof NodeModules>(
  name: Name,
): NodeModules[Name] | undefined {
  return nodeProcess()?.getBuiltinModule?.(name) as NodeModules[Name] | undefined;
}

/** How many threads can run at once. */
export function coreCount(): number {
  const os = nodeModule("node:os");
  return os ? os.availableParallelism() : (globalThis.navigator?.hardwareConcurrency ?? 1);
}

/** Whether memory can be shared with workers. A page has to be cross-origin isolated for that. */
export function canShare(): boolean {
  const isIsolated =
    nodeProcess() !== undefined ||
    (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
  return isIsolated && typeof SharedArrayBuffer === "function";
}

/** Whether this thread may sleep. The main thread of a page may not. */
export function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a worker from its source. `gone` is told when it could not start, failed or ended.
 *
 * The source is a module without imports and comes as a URL of its own: it runs the same from TypeScript sources, from
 * `dist`, and from a bundle, which a file beside this one would not. A page whose content security policy names
 * `worker-src` has to allow `blob:` there.
 */
export function startThread(
  source: string,
  heard: (message: unknown) => void,
  gone: (reason: unknown) => void,
): Thread {
  const threads = nodeModule("node:worker_threads");
  if (threads) {
    const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
    // Loaders and other options of the process are of no use to it, and take time.
    const worker = new threads.Worker(url, { execArgv: [], env: {}, name: "@nn/backend-wasm" });
    worker.on("message", heard);
    worker.on("error", gone);
    worker.on("exit", (code) => gone(`it ended with code ${String(code)}`));
    worker.unref();
    return {
      post: (message) => worker.postMessage(message, []),
      hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
      end: () => worker.terminate(),
    };
  }
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module", name: "@nn/backend-wasm" });
  worker.addEventListener("message", ({ data }) => {
    URL.revokeObjectURL(url);
    heard(data);
  });
  worker.addEventListener("error", (event) =>
    gone(
      event.message ||
        "it could not be started; a content security policy must allow blob: in worker-src",
    ),
  );
  worker.addEventListener("messageerror", () => gone("it could not be sent the memory"));
  return {
    post: (message) => worker.postMessage(message, []),
    hold: () => undefined,
    end: () => worker.terminate(),
  };
}
