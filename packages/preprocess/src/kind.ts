/** Full names of this package's kinds. */
export function kindOf(name: string): string {
  return `@nn/preprocess#${name}`;
}
