import { readFileSync } from "node:fs";
import path from "node:path";
import { backendChecks, brokenBackends, referenceBackend, runChecks } from "@nn/testing";
import { expect, it } from "vitest";

const readme = readFileSync(path.join(import.meta.dirname, "../README.md"), "utf8");

it("shows the example that is tested here", () => {
  for (const file of ["softsign.ts", "softsign.test.ts"]) {
    const code = readFileSync(path.join(import.meta.dirname, "example", file), "utf8");
    expect(readme).toContain(`// ${file}\n${code}`);
  }
});

it("says what the broken backend is rejected for", async () => {
  const [broken] = brokenBackends(() => referenceBackend());
  const { failures } = await runChecks(backendChecks(broken!.make), { stopAtFirst: true });
  expect(readme).toContain(`// ${broken!.name} - ${failures[0]!.check}`);
});
