import { type Command } from "commander";
import type { Io } from "../io.ts";
import type { Act } from "../outcome.ts";
import { common } from "./options.ts";

/** `nn doctor`. */
export function doctorCommand(program: Command, io: Io, act: Act): void {
  const command = program
    .command("doctor")
    .summary("say what works here")
    .description(
      "Says what machine this is, and runs a small program on each backend that is installed: plain JavaScript, WebAssembly " +
        "with SIMD and threads, and WebGPU where your project has @nn/backend-webgpu. The exit code is 1 where something that " +
        "is needed does not work.",
    )
    .addHelpText("after", "\nExamples:\n  $ nn doctor\n  $ nn doctor --json");
  common(command).action(
    act(async (options) => (await import("../work/doctor.ts")).doctor(options, io)),
  );
}
