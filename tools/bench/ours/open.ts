import type { Backend } from "@nn/core";
import type { BackendSource } from "../task.ts";

/** The backend; undefined where its package is not installed or not built. */
export async function openBackend(source: BackendSource): Promise<Backend | undefined> {
  let exports;
  try {
    exports = (await import(source.package)) as Record<
      string,
      (options?: object) => Backend | Promise<Backend>
    >;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
  return await exports[source.factory]!(source.options);
}
