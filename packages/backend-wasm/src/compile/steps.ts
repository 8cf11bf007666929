import type { Code, FunctionReference, Local, ModuleBuilder } from "../assembler/index.ts";
import { frameSlots, type Place, type Stage } from "../stage.ts";

/** A stage whose code is a function of a table of addresses and of the units to do. */
export interface CompiledStage extends Pick<Stage, "name" | "units" | "cost"> {
  readonly function: FunctionReference;
}

/** A part of a compiled program: a stage, or a loop over further steps. */
export type Step =
  | {
      readonly kind: "stage";
      /** For profiles: what is computed, and for which layer. */
      readonly name: string;
      readonly stage: CompiledStage;
      /** The first entry of its table of addresses. */
      readonly table: number;
    }
  | {
      readonly kind: "loop";
      readonly name: string;
      readonly length: number;
      /** What is done once, before. */
      readonly before: readonly Step[];
      readonly body: readonly Step[];
      /** Slots of the frame that hold an address which moves on from turn to turn. */
      readonly slots: readonly MovingSlot[];
    };

/** A step that is a stage. */
export type StageStep = Step & { readonly kind: "stage" };

/** A slot of the frame that begins at an address and moves by so many bytes each turn. */
export interface MovingSlot {
  readonly slot: number;
  readonly start: Place;
  readonly stride: number;
}

/** From when on threads are worth their while. */
export interface Thresholds {
  /** Stages that take fewer nanoseconds on one thread are not divided: threads would only wait for each other. */
  readonly stage: number;
  /** The nanoseconds of a run that threads have to save; with 0, they are used whatever they save. */
  readonly run: number;
}

/** What was measured to pay. */
export const measuredThresholds: Thresholds = { stage: 3000, run: 50_000 };

/** Nanoseconds that a divided stage takes besides its work, because threads meet in front of it and behind it. */
const meetingTime = 1000;
/** The part of its time that a run has to save: threads that gain little do harm where cores are busy. */
const leastGain = 0.2;

/** Whether one thread does all of a step. */
function isSolo(step: Step, thresholds: Thresholds): boolean {
  if (step.kind === "stage") return step.stage.units < 2 || step.stage.cost < thresholds.stage;
  return [...step.before, ...step.body].every((inner) => isSolo(inner, thresholds));
}

/** How many of the available threads a program should have. */
export function threadsFor(
  steps: readonly Step[],
  available: number,
  thresholds: Thresholds,
): number {
  const timeOf = (list: readonly Step[], timeOfStage: (step: StageStep) => number): number =>
    list.reduce(
      (sum, step) =>
        step.kind === "stage"
          ? sum + timeOfStage(step)
          : sum + timeOf(step.before, timeOfStage) + step.length * timeOf(step.body, timeOfStage),
      0,
    );
  const alone = timeOf(steps, ({ stage }) => stage.cost);
  const together = timeOf(steps, (step) => {
    const { cost, units } = step.stage;
    return isSolo(step, thresholds) ? cost : cost / Math.min(available, units) + meetingTime;
  });
  const saved = alone - together;
  const isWorthwhile = thresholds.run === 0 || saved > Math.max(thresholds.run, leastGain * alone);
  return isWorthwhile ? available : 1;
}

/** What the functions of a driver need to know of the frame. */
export interface FrameLayout {
  /** Where tables of addresses begin, in bytes. */
  readonly tables: number;
  /** What the entries of tables are: a slot of the frame, and an offset from the address in it. */
  readonly entries: readonly Place[];
}

/**
 * Writes the function that runs steps, one after the other: on one thread, or on all that take part, each of which calls
 * it and meets the others between stages that are divided.
 */
export class Driver {
  private readonly module: ModuleBuilder;
  private readonly layout: FrameLayout;
  private readonly thresholds: Thresholds;
  /** Missing where a program runs on one thread only. */
  private readonly barrier: FunctionReference | undefined;

  constructor(
    module: ModuleBuilder,
    layout: FrameLayout,
    thresholds: Thresholds,
    barrier: FunctionReference | undefined,
  ) {
    this.module = module;
    this.layout = layout;
    this.thresholds = thresholds;
    this.barrier = barrier;
  }

  /** A function of the frame, which begins with filling in the tables. The module's constant data is `entryData`. */
  build(name: string, steps: readonly Step[]): FunctionReference {
    const calls = this.prepare(steps);
    const { tables, entries } = this.layout;
    return this.module.function(name, ["i32"], [], (code, frame) => {
      const source = code
        .get(frame)
        .at("i32.load", 4 * frameSlots.constants)
        .take("i32");
      const target = code.get(frame).take("i32");
      code.repeat(0, entries.length, 1, () => {
        code.get(target);
        code.get(frame).get(source).at("i32.load").op("i32.add").at("i32.load");
        code.get(source).at("i32.load", 4).op("i32.add").at("i32.store", tables);
        code.get(source).i32(8).op("i32.add").set(source);
        code.get(target).i32(4).op("i32.add").set(target);
      });
      calls(code, frame);
    });
  }

  /** Adds the functions of loops, and gives what calls all steps. */
  private prepare(steps: readonly Step[]): (code: Code, frame: Local) => void {
    const ready = steps.map((step) => ({
      isSolo: isSolo(step, this.thresholds),
      call: step.kind === "stage" ? this.stage(step) : this.loop(step),
    }));
    return (code, frame) => {
      let last: "none" | "solo" | "divided" = "none";
      const meet = (): void => void code.get(frame).call(this.barrier!);
      for (let i = 0; i < ready.length;) {
        const first = ready[i]!;
        let end = i + 1;
        while (first.isSolo && ready[end]?.isSolo) end++;
        const callAll = (): void => ready.slice(i, end).forEach(({ call }) => call(code, frame));
        if (!this.barrier) callAll();
        else {
          if (last !== "none") meet();
          if (first.isSolo)
            code
              .get(frame)
              .at("i32.load", 4 * frameSlots.thread)
              .op("i32.eqz")
              .when(callAll);
          else callAll();
          last = first.isSolo ? "solo" : "divided";
        }
        i = end;
      }
      // Nobody goes on before all are done: what comes next may need what was computed, or reuse its memory.
      if (this.barrier && last !== "none") meet();
    };
  }

  private stage(step: StageStep): (code: Code, frame: Local) => void {
    const { stage, table } = step;
    const isDivided = this.barrier && !isSolo(step, this.thresholds);
    return (code, frame) => {
      code
        .get(frame)
        .i32(this.layout.tables + 4 * table)
        .op("i32.add");
      for (const next of [0, 1]) {
        if (!isDivided) {
          code.i32(next * stage.units);
          continue;
        }
        code.get(frame).at("i32.load", 4 * frameSlots.thread);
        if (next) code.i32(next).op("i32.add");
        code.i32(stage.units).op("i32.mul");
        code
          .get(frame)
          .at("i32.load", 4 * frameSlots.threads)
          .op("i32.div_u");
      }
      code.call(stage.function);
    };
  }

  private loop(step: Step & { kind: "loop" }): (code: Code, frame: Local) => void {
    const { name, before, body, length, slots } = step;
    const { tables, entries } = this.layout;
    const driver = isSolo(step, this.thresholds)
      ? new Driver(this.module, this.layout, this.thresholds, undefined)
      : this;
    const prepare = driver.prepare(before);
    const turn = driver.prepare(body);
    /** Entries of tables that are found from a slot. */
    const followers = slots.map(({ slot }) =>
      entries.flatMap((entry, at) => (entry.slot === slot ? [{ at, offset: entry.offset }] : [])),
    );
    const target = this.module.function(name, ["i32"], [], (code, frame) => {
      const follow = (at: number): void => {
        for (const follower of followers[at]!) {
          code
            .get(frame)
            .get(frame)
            .at("i32.load", 4 * slots[at]!.slot);
          code
            .i32(follower.offset)
            .op("i32.add")
            .at("i32.store", tables + 4 * follower.at);
        }
      };
      prepare(code, frame);
      slots.forEach(({ slot, start }, at) => {
        code
          .get(frame)
          .get(frame)
          .at("i32.load", 4 * start.slot)
          .i32(start.offset)
          .op("i32.add");
        code.at("i32.store", 4 * slot);
        follow(at);
      });
      code.repeat(0, length, 1, () => {
        turn(code, frame);
        slots.forEach(({ slot, stride }, at) => {
          code
            .get(frame)
            .get(frame)
            .at("i32.load", 4 * slot)
            .i32(stride)
            .op("i32.add");
          code.at("i32.store", 4 * slot);
          follow(at);
        });
      });
    });
    return (code, frame) => void code.get(frame).call(target);
  }
}
