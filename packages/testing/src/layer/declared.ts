import { describe as describeModel, encode, showType, type AnyLayer } from "@nn/core";
import { expectThat, untested, type Outcome } from "../check.ts";
import { checkDescription, reloaded } from "../described.ts";
import { trial, type LayerSpec, type Trial } from "./spec.ts";
import { pass, twice, expectSame } from "./run.ts";

/** That it says what it is, and works as before when it is made again from JSON. */
export async function checkJson(spec: LayerSpec): Promise<void> {
  const before = await trial(spec, 3);
  checkDescription(before.layer, spec.plugins);
  const layer = reloaded(before.layer, spec.plugins);
  const after = { ...before, layer };
  const again = describeModel(layer, before.input).declarations;
  const spell = (declarations: Trial["declarations"]): string =>
    declarations
      .map(({ path, role, trainable, optimizer, initializer, ...type }) => {
        const inside = [initializer, optimizer].map((one) =>
          one ? JSON.stringify(encode(one)) : "none",
        );
        return `${path} ${role} ${trainable} ${showType(type)} ${inside.join(" ")}`;
      })
      .join("\n");
  expectThat(
    spell(again) === spell(before.declarations),
    () =>
      `made again from JSON, it declares\n${spell(again)}\ninstead of\n${spell(before.declarations)}`,
  );
  for (const training of [false, true])
    await expectSame(pass(before, training), pass(after, training), "a layer made again from JSON");
}

/** That what it declares does not depend on the size of the batch. */
export async function checkDeclarations(spec: LayerSpec): Promise<void> {
  const layer = spec.make();
  const [one, other] = [await trial(spec, 2, { layer }), await trial(spec, 5, { layer })];
  const spell = ({ declarations }: Trial): string =>
    declarations.map(({ path, role, ...type }) => `${role} ${path} ${showType(type)}`).join(", ") ||
    "nothing";
  expectThat(
    spell(one) === spell(other),
    () => `it declares ${spell(one)} for a batch of 2, and ${spell(other)} for a batch of 5`,
  );
  const paths = one.declarations.map(({ path }) => path);
  expectThat(
    new Set(paths).size === paths.length,
    () => `two values have one path: ${paths.join(", ")}`,
  );
}

/** That one value has one set of parameters, and two have two. */
export async function checkSharing(spec: LayerSpec): Promise<void> {
  const { layer, input, declarations } = await trial(spec, 2);
  const paths = (one: AnyLayer): string =>
    describeModel(one, input)
      .declarations.map(({ path }) => path)
      .sort()
      .join(", ");
  const inA = declarations.map(({ path }) => `a/${path}`);
  const shared = inA.toSorted().join(", ");
  expectThat(
    paths(twice(layer)) === shared,
    () => `used twice, it declares ${paths(twice(layer))} instead of ${shared}`,
  );
  const separate = [...inA, ...declarations.map(({ path }) => `b/${path}`)].sort().join(", ");
  const two = paths(twice(layer, spec.make()));
  expectThat(two === separate, () => `two of its kind declare ${two} instead of ${separate}`);
}

/** That the frozen variant has nothing to train, also when it is made again. */
export async function checkFrozen(spec: LayerSpec): Promise<Outcome | void> {
  const { parameters } = await trial(spec, 2);
  if (Object.keys(parameters).length === 0) return;
  if (!spec.frozen)
    return untested(`${spec.make().kind}: frozen parameters, for want of a frozen variant`);
  const layer = spec.frozen();
  const { declarations } = await trial(spec, 2, { layer });
  const trained = declarations.filter(({ role, trainable }) => role === "parameter" && trainable);
  expectThat(
    trained.length === 0,
    () => `${trained.map(({ path }) => path).join(", ")} is trained`,
  );
  const again = reloaded(layer, spec.plugins);
  const kept = describeModel(again, (await trial(spec, 2)).input).declarations;
  expectThat(
    !kept.some(({ trainable }) => trainable),
    () => "made again from JSON, it is not frozen any more",
  );
}
