/** How long work may go on before others have their turn, in milliseconds. */
const patience = 20;

/**
 * A function to be awaited between pieces of work: every 20 ms or so it lets timers, events and abort signals have
 * their turn, and it throws the reason of a signal that was aborted.
 */
export function newBreather(signal: AbortSignal | undefined): () => Promise<void> {
  let last = Date.now();
  signal?.throwIfAborted();
  return async () => {
    if (Date.now() - last < patience) return;
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", () => {
        port1.close();
        resolve();
      });
      port1.start();
      port2.postMessage(null);
    });
    signal?.throwIfAborted();
    last = Date.now();
  };
}
