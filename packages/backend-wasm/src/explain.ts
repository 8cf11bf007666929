import type { Program } from "@nn/core";
import { compileProgram, type CompileOptions } from "./compile/index.ts";
import type { StageStep, Step } from "./compile/steps.ts";

/** What a program is compiled to: its kernels in the order in which they run, and what they need. */
export function explain(program: Program, options: CompileOptions): string {
  const { bytes, scratchBytes, threads } = compileProgram(program, options);
  const { profiled } = compileProgram(program, { ...options, profiled: true });
  const { steps } = profiled!;
  const functions = new Set(stagesOf(steps).map(({ stage }) => stage.function.index)).size;
  const number = (value: number): string => value.toLocaleString("en-US");
  return [
    `${number(bytes.length)} bytes of code, ${plural(functions, "function")} for ` +
      `${plural(stagesOf(steps).length, "kernel")}, ${number(scratchBytes)} bytes of scratch memory, ` +
      `up to ${plural(threads, "thread")}`,
    ...showAll(steps, "  "),
  ].join("\n");
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function stagesOf(steps: readonly Step[]): StageStep[] {
  return steps.flatMap((step) =>
    step.kind === "stage" ? [step] : [...stagesOf(step.before), ...stagesOf(step.body)],
  );
}

function showAll(steps: readonly Step[], indent: string): string[] {
  const lines = steps.flatMap((step) => show(step, indent));
  return lines.flatMap((line, i) => {
    if (line === lines[i - 1]) return [];
    let end = i + 1;
    while (lines[end] === line) end++;
    return [end - i > 1 ? `${line} (${end - i} of them)` : line];
  });
}

function show(step: Step, indent: string): string[] {
  if (step.kind === "stage") return [`${indent}${step.name}`];
  return [
    ...showAll(step.before, indent),
    `${indent}${step.name}, ${plural(step.length, "time")}`,
    ...showAll(step.body, `${indent}  `),
  ];
}
