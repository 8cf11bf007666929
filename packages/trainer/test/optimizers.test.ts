import { js } from "@nn/backend-js";
import { type Callback, decode, type StoredModel, type UpdateRule } from "@nn/core";
import { plugins } from "@nn/optimizers";
import { describe, expect, it } from "vitest";
import { firstOrder, fit } from "../src/index.ts";
import { throughFile } from "./json-format.ts";
import { noisyModel } from "./noise.ts";
import { lineOptions, valuesOf } from "./support.ts";

/** Every update rule that the package has, with its own defaults, and those with choices that change what they keep. */
const rules = [
  ...plugins.map(({ kind }) => ({ kind, config: {} })),
  { kind: "@nn/optimizers#momentum", config: { nesterov: true } },
  { kind: "@nn/optimizers#adam", config: { amsgrad: true } },
].flatMap((json) => {
  try {
    const made = decode(json, plugins);
    return "update" in made ? [[JSON.stringify(json), made as UpdateRule] as const] : [];
  } catch {
    // It needs options: a schedule, or a rule around another one.
    return [];
  }
});

describe("20 steps, a file, and 20 steps more are 40 steps, bit for bit, with", () => {
  it.each([
    ...rules,
    [
      "limits and groups",
      firstOrder(rules[0]![1], { clipNorm: 0.1, groups: { hidden: rules[1]![1] } }),
    ] as const,
  ])("%s", async (_, optimizer) => {
    const options = lineOptions({ backend: js(), model: noisyModel(), optimizer });
    // 4 steps an epoch.
    let resume: StoredModel | undefined;
    const save: Callback = {
      start(run) {
        save.end = async () => void (resume = throughFile(await run.snapshot()));
      },
    };
    await fit({ ...options, epochs: 5, callbacks: [save] });
    const memory = Object.keys(resume!.tensors).filter((name) => name.startsWith("memory/"));
    const resumed = await fit({ ...options, epochs: 10, resume: resume! });
    const whole = await fit({ ...options, epochs: 10 });
    expect(resumed.steps).toBe(40);
    expect(await valuesOf(resumed.parameters)).toEqual(await valuesOf(whole.parameters));
    // Without what it keeps it would have come to something else.
    if (memory.length === 0) return;
    const zeroed = memory.map((name) => {
      const { shape, dtype, data } = resume!.tensors[name]!;
      return [name, { shape, dtype, data: data.slice().fill(0) }] as const;
    });
    const tensors = { ...resume!.tensors, ...Object.fromEntries(zeroed) };
    const forgetful = await fit({ ...options, epochs: 10, resume: { ...resume!, tensors } });
    expect(await valuesOf(forgetful.parameters)).not.toEqual(await valuesOf(whole.parameters));
  });

  it("every rule that needs no options, which are seven or more", () => {
    expect(new Set(rules.map(([, { kind }]) => kind)).size).toBeGreaterThanOrEqual(7);
  });
});
