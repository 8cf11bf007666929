import { TensorError } from "@nn/core";
import type { DataSet } from "./data.ts";
import { lintData } from "./lint.ts";
import type { Finding } from "./lint-finding.ts";

/** What `fit` does about data: refuse values that are not finite; that, and tell a function of warnings; or nothing. */
export type LintMode = "error" | ((warnings: readonly Finding[]) => void) | false;

/** Looks at data that is of the right form, as the mode says. */
export async function inspect(
  name: string,
  data: DataSet,
  mode: LintMode,
  firstRow = 0,
): Promise<void> {
  if (mode === false) return;
  // Tensors may be anywhere, and are often trained on several times.
  const isQuick = mode === "error";
  const findings = await lintData(data, { errorsOnly: isQuick, tensors: !isQuick, firstRow });
  const errors = findings.filter(({ code }) => code === "not-finite");
  if (errors.length > 0)
    throw new TensorError(
      errors
        .map(({ message, fix }) => `${name}: ${message}; ${fix}, or pass { lint: false }`)
        .join("\n"),
    );
  const warnings = findings.filter(({ severity }) => severity === "warning");
  if (mode !== "error" && warnings.length > 0) mode(warnings);
}
