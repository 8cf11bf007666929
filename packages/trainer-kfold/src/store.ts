import { check, type Callback, type Json, type RunInfo, type StoredModel } from "@nn/core";
import { type PackedFold, packFold, type TrainedFold, unpackFold } from "./job/train-fold.ts";

/**
 * Keeps what is done, under names such as `fold-3` and, for members after the first, `fold-3-member-1`, so that `kFold`
 * can go on after an interruption: models that have finished are taken from it, and those that have not go on from their
 * last snapshot, to the same bits. What is written must be whole or not there: a process may end at any moment. `folder()`
 * of `@nn/trainer/node` is a store of files.
 *
 * ```ts
 * const kept = new Map<string, StoredModel>();
 * const store: FoldStore = {
 *   read: async (name) => kept.get(name),
 *   write: async (name, model) => void kept.set(name, model),
 * };
 * ```
 */
export interface FoldStore {
  read(name: string): Promise<StoredModel | undefined>;
  write(name: string, model: StoredModel): Promise<void>;
  /** Milliseconds between two snapshots of a running fold; 10,000 by default. */
  readonly interval?: number;
}

/** What tells a fold from those of other runs. */
export type FoldIdentity = { readonly [name: string]: Json };

/** A fold's place in a store. */
export interface Keeping {
  readonly store: FoldStore;
  readonly name: string;
  readonly identity: FoldIdentity;
}

/** What a store has of a fold. */
export interface KeptFold {
  /** A fold that finished. */
  readonly trained?: TrainedFold;
  /** A snapshot of one that did not, for `fit` to go on from. */
  readonly resume?: StoredModel;
}

/** Looks up a fold, and refuses one of another run. */
export async function readFold({ store, name, identity }: Keeping): Promise<KeptFold> {
  const found = await store.read(name);
  if (!found) return {};
  const { tensors = {}, metadata = {} } = found as Partial<StoredModel>;
  const { fold: mark, ...rest } = metadata;
  const kept = (mark ?? {}) as { readonly [name: string]: Json };
  const different = Object.keys(identity).find(
    (key) => JSON.stringify(identity[key]) !== JSON.stringify(kept[key]),
  );
  check(
    different === undefined,
    () =>
      `kFold: store: '${name}' is of another run: ${different} is ${brief(identity[different!])} here and was ` +
      `${brief(kept[different!])}; use an empty store, or the options of that run`,
  );
  const { finished } = kept;
  if (finished === undefined) return { resume: { tensors, metadata: rest } };
  const count = Object.keys(tensors).length;
  check(
    finished === count,
    () =>
      `kFold: store: '${name}' has ${count} tensors where ${String(finished)} were kept; remove it, and the fold is trained again`,
  );
  return { trained: unpackFold({ value: rest, tensors } satisfies PackedFold) };
}

/** Keeps a fold that has finished. */
export async function writeFold(
  { store, name, identity }: Keeping,
  trained: TrainedFold,
): Promise<void> {
  const { value, tensors } = packFold(trained);
  await store.write(name, {
    tensors,
    metadata: { ...value, fold: { ...identity, finished: Object.keys(tensors).length } },
  });
}

/** Keeps snapshots of a running fold. */
export function savingTo({ store, name, identity }: Keeping): Callback {
  const { interval = 10_000 } = store;
  let run: RunInfo;
  let saved = 0;
  const save = async (): Promise<void> => {
    const { tensors, metadata } = await run.snapshot();
    await store.write(name, { tensors, metadata: { ...metadata, fold: identity } });
    saved = performance.now();
  };
  return {
    start(info) {
      run = info;
      saved = performance.now();
    },
    async progress() {
      if (performance.now() - saved >= interval) await save();
    },
    async end(ended) {
      if (ended === "signal") await save();
    },
  };
}

function brief(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
