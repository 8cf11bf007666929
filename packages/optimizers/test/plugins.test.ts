import { decode, encode, type Json, type UpdateRule } from "@nn/core";
import { expect, it } from "vitest";
import {
  constant,
  exponentialDecay,
  inverseTimeDecay,
  momentum,
  plugins,
  sgd,
} from "../src/index.ts";
import { descend } from "./support.ts";

it.each([
  sgd({ learningRate: 0.3 }),
  sgd({ learningRate: constant(0.3) }),
  sgd({ learningRate: inverseTimeDecay({ initial: 1, decay: 0.5, epochs: 0.2 }) }),
  momentum({ learningRate: exponentialDecay({ initial: 1, factor: 0.5 }), momentum: 0.5 }),
  momentum({ nesterov: true }),
])("$kind comes back from JSON and takes the same steps", (rule) => {
  const text = JSON.stringify(encode(rule));
  const again = decode(JSON.parse(text) as Json, plugins) as UpdateRule;
  expect(encode(again)).toEqual(encode(rule));
  expect(descend(again, [1, -3], 4)).toEqual(descend(rule, [1, -3], 4));
});
