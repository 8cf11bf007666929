/** The kind of something in this package. */
export function kindOf(name: string): string {
  return `@nn/experiment#${name}`;
}
