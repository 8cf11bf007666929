import type { Program } from "../interfaces/program.ts";
import { showType } from "./dtype.ts";
import { isProgram, kernelName, paramKey } from "./key.ts";

/** A readable listing: one operation a line, with the path of the layer it comes from; bodies are indented. */
export function print(program: Program, indent = ""): string {
  const { types } = program;
  const typed = (id: number): string => `%${id}: ${showType(types[id]!)}`;
  const lines = program.operations.map(({ primitive, inputs, outputs, params, path }) => {
    const bodies: string[] = [];
    const shown = Object.entries(params)
      .filter(([, value]) => value !== undefined && value !== false)
      .map(([name, value]) => {
        if (!isProgram(value)) return value === true ? ` ${name}` : ` ${name}=${paramKey(value)}`;
        bodies.push(`\n${indent}  ${name} ${print(value, `${indent}  `)}`);
        return "";
      });
    const call = `${outputs.map(typed).join(", ")} = ${kernelName(primitive)}${inputs.map((id) => ` %${id}`).join("")}`;
    const line = call + shown.join("");
    return `${indent}  ${path ? `${line.padEnd(72 - indent.length)}  ${path}` : line}${bodies.join("")}`;
  });
  const head = `(${program.inputs.map(typed).join(", ")}) {`;
  return [
    head,
    ...lines,
    `${indent}  return ${program.outputs.map((id) => `%${id}`).join(", ")}`,
    `${indent}}`,
  ].join("\n");
}
