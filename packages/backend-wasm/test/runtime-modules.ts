import { ModuleBuilder, type Code, type Local, type MemoryImport } from "../src/assembler/index.ts";
import type { Compiled } from "../src/compiled.ts";
import { barrier } from "../src/runtime/barrier.ts";
import { frameSlots } from "../src/stage.ts";

function address(code: Code, frame: Local, slot: number): Local {
  return code
    .get(frame)
    .at("i32.load", 4 * slot)
    .take("i32");
}

/** Computes `2 x + 1` of f32[size]; the result may take over the operand's memory. */
export function double(memory: MemoryImport, size: number): Compiled {
  const module = new ModuleBuilder(memory);
  const run = module.function("run", ["i32"], [], (code, frame) => {
    const x = address(code, frame, frameSlots.first);
    const y = address(code, frame, frameSlots.first + 1);
    code.repeat(0, 4 * size, 4, (at) => {
      code.get(y).int(at).op("i32.add");
      code.get(x).int(at).op("i32.add").at("f32.load").f32(2).op("f32.mul").f32(1).op("f32.add");
      code.at("f32.store");
    });
  });
  module.export(run);
  return {
    bytes: module.finish(),
    frameBytes: 4 * (frameSlots.first + 2),
    scratchBytes: 0,
    constants: new Uint8Array(0),
    inputs: [{ dtype: "f32", size }],
    outputs: [{ dtype: "f32", size }],
    sources: [0],
    threads: 1,
  };
}

/**
 * Smooths f32[size] in the given number of rounds, each of which reads what all threads wrote in the one before, between
 * scratch memory and the result; an even number ends in the result.
 */
export function smooth(
  memory: MemoryImport,
  size: number,
  rounds: number,
  threads: number,
): Compiled {
  const module = new ModuleBuilder(memory);
  const meet = barrier(module);
  const round = module.function("round", ["i32", "i32", "i32"], [], (code, frame, x, y) => {
    const bound = (next: number): Local => {
      code
        .get(frame)
        .at("i32.load", 4 * frameSlots.thread)
        .i32(next)
        .op("i32.add");
      code
        .i32(size)
        .op("i32.mul")
        .get(frame)
        .at("i32.load", 4 * frameSlots.threads);
      return code.op("i32.div_u").take("i32");
    };
    const load = (i: Local, offset: number): void => {
      code.get(x).get(i).i32(offset).op("i32.add").i32(size).op("i32.rem_u");
      code.i32(4).op("i32.mul").op("i32.add").at("f32.load");
    };
    const to = bound(1);
    code.repeat(bound(0), to, 1, (i) => {
      code.address(y, i, 4);
      load(i as Local, 0);
      load(i as Local, Math.floor(size / 2));
      code.op("f32.add");
      load(i as Local, size - 1);
      code
        .op("f32.add")
        .f32(1 / 3)
        .op("f32.mul")
        .at("f32.store");
    });
  });
  const run = module.function("run", ["i32"], [], (code, frame) => {
    const x = address(code, frame, frameSlots.first);
    const y = address(code, frame, frameSlots.first + 1);
    const scratch = address(code, frame, frameSlots.arena);
    code.get(frame).get(x).get(scratch).call(round).get(frame).call(meet);
    code.get(frame).get(scratch).get(y).call(round).get(frame).call(meet);
    code.repeat(2, rounds, 2, () => {
      code.get(frame).get(y).get(scratch).call(round).get(frame).call(meet);
      code.get(frame).get(scratch).get(y).call(round).get(frame).call(meet);
    });
  });
  module.export(run);
  return {
    bytes: module.finish(),
    frameBytes: 4 * (frameSlots.first + 2),
    scratchBytes: 4 * size,
    constants: new Uint8Array(0),
    inputs: [{ dtype: "f32", size }],
    outputs: [{ dtype: "f32", size }],
    sources: [-1],
    threads,
  };
}

/** Threads meet twice; those but the first do as `others` says in between. */
export function meeting(memory: MemoryImport, others: (code: Code) => void): Compiled {
  const module = new ModuleBuilder(memory);
  const meet = barrier(module);
  const between = module.function("between", [], [], others);
  const run = module.function("run", ["i32"], [], (code, frame) => {
    code.get(frame).call(meet);
    code.get(frame).at("i32.load", 4 * frameSlots.thread);
    code.when(() => void code.call(between));
    code.get(frame).call(meet);
  });
  module.export(run);
  return {
    bytes: module.finish(),
    frameBytes: 4 * frameSlots.first,
    scratchBytes: 0,
    constants: new Uint8Array(0),
    inputs: [],
    outputs: [],
    sources: [],
    threads: 2,
  };
}
