import { check, type JobModule } from "@nn/core";

export const plugins: JobModule["plugins"] = [];

export const run: JobModule["run"] = async (spec) => {
  check(spec === 1, () => "expected 1");
  return { value: import.meta.url, tensors: {} };
};
