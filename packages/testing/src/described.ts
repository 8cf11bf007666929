import { decode, encode, type Described, type Json, type Plugin } from "@nn/core";
import { expectThat } from "./check.ts";

/** Encodes a value, sends it through JSON text and decodes it, as saving and loading does. */
export function reloaded<T extends Described>(value: T, plugins: readonly Plugin[]): T {
  const json = JSON.parse(JSON.stringify(encode(value))) as Json;
  return decode(json, plugins) as T;
}

/** Expects that a value says what it is, and that what is made of its JSON says the same. */
export function checkDescription(value: Described, plugins: readonly Plugin[]): void {
  expectThat(
    /^@[\w.-]+\/[\w.-]+#[\w.-]+$/.test(value.kind),
    () => `kind is '${value.kind}', expected '@scope/package#name'`,
  );
  const before = JSON.stringify(encode(value));
  const after = JSON.stringify(encode(reloaded(value, plugins)));
  expectThat(
    before === after,
    () => `encoded as ${before}, but as ${after} when made again from that`,
  );
}
