import { plus, variable } from "../wgsl/affine.ts";
import { functionText, Scope } from "../wgsl/scope.ts";
import type { Bindings } from "./bindings.ts";
import { element, type Memory, stored } from "./emit.ts";
import type { Value } from "./graph.ts";
import type { Place } from "./memory.ts";
import { reshaped } from "./position.ts";
import { productCode } from "./product.ts";
import type { Section } from "./sections.ts";
import { type SectionCode, type Store, WIDTH } from "./workgroup.ts";

/** Functions in WGSL that compute and store all roots of a section; the one of this name is called by each invocation. */
export function sectionCode(
  name: string,
  section: Section,
  places: ReadonlyMap<Value, Place>,
  bindings: Bindings,
): SectionCode {
  const { product, roots } = section;
  const computed = new Set(roots);
  const address = (scope: Scope, value: Value): ReturnType<Memory["find"]> => {
    const place = places.get(value);
    if (!place) throw new Error(`${value.op} of ${value.path} has no place`);
    return bindings.address(scope, place);
  };
  const memory: Memory = {
    find: (scope, value) =>
      !computed.has(value) && places.has(value) ? address(scope, value) : undefined,
  };
  const store: Store = (scope, position) => {
    const lines = roots
      .filter((root) => places.has(root))
      .map((root) => {
        const where = reshaped(scope, position, root.shape);
        const word = stored(scope, element(memory, scope, root, where), root.dtype);
        const { array, first } = address(scope, root)!;
        return `${array}[${scope.index(plus(first, where.flat!))}] = ${word};`;
      });
    scope.lines.push(...lines);
  };
  return product ? productCode(name, product, memory, store) : mapCode(name, section, store);
}

/** One invocation for each element. */
function mapCode(name: string, { size, roots }: Section, store: Store): SectionCode {
  const scope = new Scope();
  const flat = scope.let(`w * ${WIDTH} + t`);
  if (size % WIDTH > 0) scope.lines.push(`if (${flat} >= ${size}) { return; }`);
  store(scope, { shape: roots[0]!.shape, flat: variable(flat) });
  return { texts: [functionText(name, "w : i32, t : i32", scope)], count: Math.ceil(size / WIDTH) };
}
