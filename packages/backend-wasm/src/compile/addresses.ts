import type { Place } from "../stage.ts";

/**
 * The addresses of one kernel: what it reads and writes is at places of its own numbering, and where these are is found
 * in its table when it runs. So kernels that do the same to different data are one function.
 */
export class AddressTable {
  /** Where the data is, by the kernel's numbers. */
  readonly entries: Place[] = [];
  private readonly numbers = new Map<string, number>();

  /** The place as the kernel knows it. */
  add(place: Place): Place {
    const key = `${place.slot} ${place.offset}`;
    let slot = this.numbers.get(key);
    if (slot === undefined) this.numbers.set(key, (slot = this.entries.push(place) - 1));
    return { slot, offset: 0 };
  }
}

/** A text for plain data that differs wherever a program made from the data could differ. */
export function keyOf(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) =>
    typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
      ? `number ${Object.is(value, -0) ? "-0" : value}`
      : value,
  );
}
