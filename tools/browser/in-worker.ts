/** Whether this is a worker of the page. */
export const isWorker = typeof document === "undefined";

/** Starts the page's program in a worker, and resolves to what it answers to this. */
export function inWorker<T>(question: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.url, { type: "module" });
    worker.addEventListener("error", ({ message }) =>
      reject(new Error(`the worker failed: ${message}`)),
    );
    worker.addEventListener("message", ({ data }) => {
      worker.terminate();
      resolve(data as T);
    });
    worker.postMessage(question, []);
  });
}

/** In the worker: answers what the page asks. */
export function answer<T>(question: (data: T) => Promise<unknown>): void {
  globalThis.addEventListener("message", ({ data }) => {
    const page = globalThis as unknown as Worker;
    // What is reported reaches the page as an error of its worker; a rejection would not.
    question(data as T).then((result) => page.postMessage(result, []), reportError);
  });
}
