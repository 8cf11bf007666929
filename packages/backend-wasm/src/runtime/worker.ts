import { sync } from "./control.ts";

/** A moment of spinning, in looks at a number. */
const glance = 2000;
/** For so many milliseconds after a run a worker is ready at once for the next one. */
const alertness = 0.3;

/** What a worker is told. All workers are sent the same messages in the same order. */
export type WorkerMessage =
  | { readonly memory: WebAssembly.Memory; readonly index: number }
  | { readonly program: number; readonly module: WebAssembly.Module }
  | { readonly program: number; readonly module?: undefined };

/** What it answers: that it has taken a message, or why it stops. */
export type WorkerAnswer = true | string;

const at = Object.fromEntries(
  Object.entries(sync).map(([name, address]) => [name, address / 4]),
) as typeof sync;

/**
 * The program of a worker. It waits for the bell: for a message it goes back to its event loop; for a run it takes a
 * seat, if there is one left and it has the program, waits until the run begins, and does its part. When it fails in the
 * middle of a run, that cannot end; a worker that cannot load a program only counts as one that has none.
 */
export const workerSource = `
const port = globalThis.process?.getBuiltinModule?.("node:worker_threads")?.parentPort ?? globalThis;
const programs = new Map();
let memory, words, index, received = 0, last = 0, awakeUntil = 0, isRunning = false;

port.onmessage = ({ data }) => {
  try {
    received++;
    if (data.memory) {
      ({ memory, index } = data);
      words = new Int32Array(memory.buffer);
      last = Atomics.load(words, ${at.ticket}) >> 16;
    } else if (data.module)
      programs.set(data.program, new WebAssembly.Instance(data.module, { env: { memory } }).exports.run);
    else programs.delete(data.program);
    Atomics.store(words, ${at.received} + index, received);
    port.postMessage(true);
    serve();
  } catch (error) {
    if (isRunning) {
      Atomics.store(words, ${at.failed}, 1);
      Atomics.notify(words, ${at.generation});
      Atomics.notify(words, ${at.done});
    } else if (words) Atomics.store(words, ${at.received} + index, 0);
    port.postMessage(String(error?.stack ?? error));
    throw error;
  }
};

function serve() {
  for (;;) {
    const heard = Atomics.load(words, ${at.bell});
    if (Atomics.load(words, ${at.posted}) !== received) return;
    if (takeSeat()) continue;
    for (let i = 1; Atomics.load(words, ${at.bell}) === heard; i++) {
      if (i % 64 || performance.now() < awakeUntil) continue;
      Atomics.wait(words, ${at.bell}, heard);
      break;
    }
  }
}

function takeSeat() {
  let ticket = Atomics.load(words, ${at.ticket});
  const run = ticket >> 16;
  if (run === last) return false;
  last = run;
  const program = programs.get(Atomics.load(words, ${at.program}));
  if (!program) return false;
  for (;;) {
    const taken = ticket & 255;
    if (ticket >> 16 !== run || taken >= ((ticket >> 8) & 255)) return false;
    const before = Atomics.compareExchange(words, ${at.ticket}, ticket, ticket + 1);
    if (before === ticket) {
      takePart(run, program, taken + 1);
      return true;
    }
    ticket = before;
  }
}

function takePart(run, program, seat) {
  let begun;
  for (let i = 1; (begun = Atomics.load(words, ${at.begun})) !== run; i++)
    if (i > ${glance}) Atomics.wait(words, ${at.begun}, begun, 1000);
  isRunning = true;
  program(words[${at.frame}] + seat * words[${at.stride}]);
  isRunning = false;
  Atomics.add(words, ${at.done}, 1);
  Atomics.notify(words, ${at.done});
  awakeUntil = performance.now() + ${alertness};
}
`;
