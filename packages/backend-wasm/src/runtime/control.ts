/**
 * Where the threads of a backend meet: addresses in the memory that they share, each for itself on a cache line where
 * it is written during runs. The space below `heapStart` holds nothing else.
 */
export const sync = {
  /** How many have arrived at the barrier, of those that take part. */
  arrived: 64,
  /** How often all have arrived. */
  generation: 128,
  /** How many sleep at the barrier. */
  sleeping: 192,
  /** Whether thread 0 may sleep; the main thread of a page may only spin. */
  maySleep: 256,
  /** For how many tenths of a second a thread waits at a barrier before it gives up. */
  patience: 260,
  /** Set when a thread has stopped in the middle of a run. */
  failed: 264,
  /** How often threads have fallen asleep at a barrier during the run. */
  slept: 268,
  /** Counts what workers are woken for: runs and messages. */
  bell: 320,
  /** The run that workers can join: its number × 65536, seats for workers × 256, seats taken. */
  ticket: 384,
  /** The number of the run that began; 0 while workers are invited. */
  begun: 448,
  /** How many workers have done their part of the run. */
  done: 512,
  /** What is run: the number of the program, the address of the first frame, and from there to the next one. */
  program: 576,
  frame: 580,
  stride: 584,
  /** How many messages were posted to every worker. */
  posted: 588,
  /** How many of them a worker has taken, one number for each. */
  received: 640,
} as const;

/** The most threads that a backend can have. */
export const maxThreads = 64;

/** Where the space for values begins. */
export const heapStart = 1024;

/** Where `arrived` stands, which the slot `sync` of a frame holds: the others are found from there. */
export const syncAddress = sync.arrived;
