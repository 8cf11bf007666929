import { constant, halved, plus, times, variable } from "../../wgsl/affine.ts";
import { functionText, Scope } from "../../wgsl/scope.ts";
import type { Bindings } from "./bindings.ts";
import { element, halfOf, type Memory } from "./element.ts";
import type { Value } from "../graph/graph.ts";
import type { Place } from "../memory/memory.ts";
import { type Position, reshaped } from "./position.ts";
import { productCode } from "./product.ts";
import type { Section } from "../sections/sections.ts";
import { type Address, wordOf } from "./words.ts";
import { type SectionCode, type Store, WIDTH } from "./workgroup.ts";

/**
 * Functions in WGSL that compute and store all roots of a section; the one of this name is called by each invocation.
 * Where a root is stored as halves, an invocation computes both that share a word.
 */
export function sectionCode(
  name: string,
  section: Section,
  places: ReadonlyMap<Value, Place>,
  bindings: Bindings,
): SectionCode {
  const { product, roots } = section;
  const computed = new Set(roots);
  const isHalf = (root: Value): boolean => places.get(root)?.isHalf === true;
  const address = (scope: Scope, value: Value): Address => {
    const place = places.get(value);
    if (!place) throw new Error(`${value.op} of ${value.path} has no place`);
    return bindings.address(scope, place);
  };
  const memory: Memory = {
    find: (scope, value) =>
      !computed.has(value) && places.has(value) ? address(scope, value) : undefined,
    isRounded: (value) => computed.has(value) && isHalf(value),
  };
  const storeRoot = (scope: Scope, root: Value, positions: readonly Position[]): string[] => {
    const elements = positions.map((position) => reshaped(scope, position, root.shape));
    if (!places.has(root)) {
      // Later roots find it computed, however many there are; otherwise the last of them would compute all at once.
      for (const where of elements) element(memory, scope, root, where);
      return [];
    }
    if (isHalf(root)) {
      const [low, high] = elements.map((where) => halfOf(memory, scope, root, where));
      const { array, first } = address(scope, root);
      const word = plus(first, halved(elements[0]!.flat!)!.half);
      return [`${array}[${scope.index(word)}] = ${low} | (${high} << 16u);`];
    }
    return elements.map((where) => {
      const word = wordOf(scope, element(memory, scope, root, where), root.dtype);
      const { array, first } = address(scope, root);
      return `${array}[${scope.index(plus(first, where.flat!))}] = ${word};`;
    });
  };
  const store: Store = (scope, positions) => {
    // Nothing is written before everything is read: a carry's next value takes its place.
    scope.lines.push(...roots.flatMap((root) => storeRoot(scope, root, positions)));
  };
  const isPaired = roots.some(isHalf);
  return product
    ? productCode(name, product, isPaired, memory, store)
    : mapCode(name, section, isPaired, store);
}

/** One invocation for each element, or for two neighbours; of an odd number, the last one is computed twice. */
function mapCode(
  name: string,
  { size, roots }: Section,
  isPaired: boolean,
  store: Store,
): SectionCode {
  const { shape } = roots[0]!;
  const invocations = isPaired ? Math.ceil(size / 2) : size;
  const scope = new Scope();
  const invocation = scope.let(`w * ${WIDTH} + t`);
  if (invocations % WIDTH > 0) scope.lines.push(`if (${invocation} >= ${invocations}) { return; }`);
  if (isPaired) {
    const first = times(variable(invocation), 2);
    const next = plus(first, constant(1));
    const second =
      size % 2 === 0 ? next : variable(scope.let(`min(${scope.index(next)}, ${size - 1})`));
    store(scope, [
      { shape, flat: first },
      { shape, flat: second },
    ]);
  } else store(scope, [{ shape, flat: variable(invocation) }]);
  return {
    texts: [functionText(name, "w : i32, t : i32", scope)],
    count: Math.ceil(invocations / WIDTH),
  };
}
