#!/usr/bin/env node
import { exitCodes } from "./failure.ts";
import type { Io } from "./io.ts";
import { run } from "./main.ts";

const io: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  env: process.env,
  onInterrupt(listener) {
    let isAsked = false;
    const interrupt = (): void => {
      if (isAsked) process.exit(exitCodes.interrupted);
      isAsked = true;
      listener();
    };
    const signals = ["SIGINT", "SIGTERM"] as const;
    for (const signal of signals) process.on(signal, interrupt);
    return () => signals.forEach((signal) => process.off(signal, interrupt));
  },
};

// Whoever reads may have enough, as in `nn predict … | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`nn: standard output cannot be written: ${error.message}\n`);
  process.exit(exitCodes.failed);
});
// Nobody need listen to progress for training to go on.
process.stderr.on("error", () => undefined);
process.exitCode = await run(process.argv.slice(2), io);
