import { check, type ModelFormat } from "@nn/core";

/** Refuses what is no name of a file. */
export function checkFile(factory: string, file: unknown): void {
  check(
    typeof file === "string" && file !== "",
    () => `${factory}: file must be the name of a file, got ${JSON.stringify(file)}`,
  );
}

/** Refuses what is no format. */
export function checkFormat(factory: string, format: ModelFormat): void {
  check(
    typeof format?.read === "function" && typeof format.write === "function",
    () => `${factory}: format must be a format such as safetensors(), got ${String(format)}`,
  );
}
