import type { Code, Int, Local } from "./assembler/index.ts";

/** How a module may compute. */
export interface Target {
  /** Whether multiplications and additions may be fused (relaxed SIMD). */
  readonly relaxed: boolean;
  /** Whether the engine joins pairs of neighbouring vectors to vectors of 256 bits, which large tiles profit from. */
  readonly wide: boolean;
}

/**
 * The numbers at the beginning of a frame, by their position: the frame is where a thread finds all addresses of a run.
 * Behind them come the addresses of inputs and outputs, and those that a program computes itself.
 */
export const frameSlots = {
  /** Where scratch memory begins. */
  arena: 0,
  /** Where the module's constant data begins. */
  constants: 1,
  /** Where the threads of a run meet; see `barrier`. */
  sync: 2,
  /** The number of this thread, from 0. */
  thread: 3,
  /** The number of threads that take part. */
  threads: 4,
  /** The first input. */
  first: 5,
} as const;

/** Where data is: at an offset from the address that a slot of the frame holds. */
export interface Place {
  readonly slot: number;
  readonly offset: number;
}

/** Loads the address of a slot; the offset of the place belongs into the offset of every access. */
export function baseOf(code: Code, frame: Local, { slot }: Place): Local {
  return code
    .get(frame)
    .at("i32.load", 4 * slot)
    .take("i32");
}

/**
 * A piece of work that threads divide among themselves: units `from` … `to - 1` of it. A unit writes what no other unit
 * of the stage reads or writes, and computes the same whoever does it, so that results do not depend on threads. All of
 * a stage is done before the next one begins.
 */
export interface Stage {
  /** For profiles: what is computed. */
  readonly name: string;
  readonly units: number;
  /** About how many nanoseconds all units take on one thread; decides whether threads are worth their while. */
  readonly cost: number;
  /** Writes the body of a function. Places are found by way of `frame`: the frame itself, or a table of addresses. */
  emit(code: Code, frame: Local, from: Local, to: Local): void;
}

/**
 * What becomes of the elements of a product: bias, activation, an update, and where they are stored. `begin` is called
 * where the code of a tile ends its sums, and computes addresses; the tile then takes the sums, vector by vector.
 */
export interface Epilogue {
  begin(code: Code, frame: Local, at: { batch: Int; row: Int; column: Int }): Tile;
}

/** The elements of a product that are finished together. */
export interface Tile {
  /**
   * Takes `lanes` elements (4, 2 or 1 of f32, 2 or 1 of f64; the lower lanes of the local) at `row` and `column` from
   * where the tile begins. Called at most once for each.
   */
  take(row: number, column: number, lanes: number, value: Local): void;
}
