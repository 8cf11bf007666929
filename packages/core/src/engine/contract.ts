import { check } from "./errors.ts";

/**
 * The version of the contracts between the kernel and its plugins (primitives, backends, layers and the rest). It is
 * raised only when an existing plugin would stop working. A plugin writes the number it was made for as a literal.
 */
export const KERNEL_CONTRACT = 1;

/** Refuses a plugin made for another contract, before it can do damage. */
export function checkContract(name: string, contract: number): void {
  check(
    contract === KERNEL_CONTRACT,
    () =>
      `${name} is made for kernel contract ${contract}, this @nn/core has contract ${KERNEL_CONTRACT}; ` +
      `install a version of ${packageOf(name)} for your @nn/core`,
  );
}

/** The package that a name such as `@scope/package#name` belongs to. */
export function packageOf(name: string): string {
  return name.split("#")[0]!;
}
