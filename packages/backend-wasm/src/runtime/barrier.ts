import type { Code, FunctionReference, Local, ModuleBuilder } from "../assembler/index.ts";
import { frameSlots } from "../stage.ts";
import { sync, syncAddress } from "./control.ts";

/**
 * Looks at the counter before a thread goes to sleep; about 70 µs. It has to be longer than it takes to wake a thread:
 * otherwise one that sleeps makes the others sleep at the next barrier, and so on.
 */
const spins = 100_000;
/** The same in a tenth of a second, roughly, for a thread that may not sleep. */
const spinsPerSlice = 30_000_000;
const sliceNanoseconds = 100_000_000n;

/**
 * A function of the frame that returns when all threads of the run have called it, and what they wrote before can be
 * read by all. It spins for a moment and then sleeps. Where a thread does not come it traps at last, as it does at once
 * when one has failed. In a run on one thread it does nothing.
 */
export function barrier(module: ModuleBuilder): FunctionReference {
  return module.once("barrier", () => {
    // A function of its own: in V8 11 (Node 20), code that is not optimized yet loses its locals while it waits.
    const sleep = module.function("sleep", ["i32", "i32"], [], (code, base, generation) => {
      code.get(base).get(generation).i64(sliceNanoseconds);
      code.at("memory.atomic.wait32", from(sync.generation)).op("drop");
    });
    return module.function("barrier", ["i32"], [], (code, frame) => {
      const threads = code
        .get(frame)
        .at("i32.load", 4 * frameSlots.threads)
        .take("i32");
      code.get(threads).i32(1).op("i32.gt_u");
      code.when(() => meet(code, frame, threads, sleep));
    });
  });
}

/** The offset of a number from the address that is in the frame. */
function from(address: number): number {
  return address - syncAddress;
}

function meet(code: Code, frame: Local, threads: Local, sleep: FunctionReference): void {
  const base = code
    .get(frame)
    .at("i32.load", 4 * frameSlots.sync)
    .take("i32");
  const load = (address: number): Code => code.get(base).at("i32.atomic.load", from(address));
  const generation = load(sync.generation).take("i32");
  code.get(base).i32(1).at("i32.atomic.rmw.add", from(sync.arrived)).i32(1).op("i32.add");
  code.get(threads).op("i32.eq");
  code.when(
    () => {
      code.get(base).i32(0).at("i32.atomic.store", from(sync.arrived));
      code.get(base).i32(1).at("i32.atomic.rmw.add", from(sync.generation)).op("drop");
      load(sync.sleeping).when(() => {
        code.get(base).i32(-1).at("memory.atomic.notify", from(sync.generation)).op("drop");
      });
    },
    () => {
      const count = code.local("i32");
      const slices = code.local("i32");
      /** Leaves the block `depth` levels out when the others have come. */
      const leaveWhenDone = (depth: number): void => {
        load(sync.generation).get(generation).op("i32.ne").branchIf(depth);
      };
      const spin = (turns: number): void => {
        code.i32(turns).set(count);
        code.loop(() => {
          leaveWhenDone(1);
          code.get(count).i32(1).op("i32.sub").tee(count).branchIf(0);
        });
      };
      code.block(() => {
        spin(spins);
        code.loop(() => {
          load(sync.failed).when(() => void code.op("unreachable"));
          load(sync.patience).get(slices).op("i32.le_u");
          code.when(() => void code.op("unreachable"));
          code.get(slices).i32(1).op("i32.add").set(slices);
          code.get(frame).at("i32.load", 4 * frameSlots.thread);
          load(sync.maySleep).op("i32.or");
          code.when(
            () => {
              code.get(base).i32(1).at("i32.atomic.rmw.add", from(sync.sleeping)).op("drop");
              code.get(base).i32(1).at("i32.atomic.rmw.add", from(sync.slept)).op("drop");
              code.get(base).get(generation).call(sleep);
              code.get(base).i32(-1).at("i32.atomic.rmw.add", from(sync.sleeping)).op("drop");
            },
            () => {
              code.i32(spinsPerSlice).set(count);
              code.loop(() => {
                leaveWhenDone(3);
                code.get(count).i32(1).op("i32.sub").tee(count).branchIf(0);
              });
            },
          );
          load(sync.generation).get(generation).op("i32.eq").branchIf(0);
        });
      });
    },
  );
}
