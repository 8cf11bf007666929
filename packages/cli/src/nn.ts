#!/usr/bin/env node
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
      if (isAsked) process.exit(130);
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
  throw error;
});
process.exitCode = await run(process.argv.slice(2), io);
