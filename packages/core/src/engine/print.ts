import type { Program } from "../interfaces/program.ts";
import { showType } from "./dtype.ts";
import { isProgram, kernelName, paramKey } from "./key.ts";

/** A readable listing: one operation a line, with the path of the layer it comes from; bodies are indented. */
export function print(program: Program, indent = ""): string {
  const { types, inputs, operations, outputs } = program;
  const typed = (ids: readonly number[]): string =>
    ids.map((id) => `%${id}: ${showType(types[id]!)}`).join(", ");
  const lines = operations.map((operation) => {
    let bodies = "";
    let line = `${indent}  ${typed(operation.outputs)} = ${kernelName(operation.primitive)}`;
    for (const id of operation.inputs) line += ` %${id}`;
    for (const [name, value] of Object.entries(operation.params))
      if (isProgram(value)) bodies += `\n${indent}  ${name} ${print(value, `${indent}  `)}`;
      else if (value === true) line += ` ${name}`;
      else if (value !== undefined && value !== false) line += ` ${name}=${paramKey(value)}`;
    return (operation.path ? `${line.padEnd(74)}  ${operation.path}` : line) + bodies;
  });
  const results = outputs.map((id) => `%${id}`).join(", ");
  return [`(${typed(inputs)}) {`, ...lines, `${indent}  return ${results}`, `${indent}}`].join(
    "\n",
  );
}
