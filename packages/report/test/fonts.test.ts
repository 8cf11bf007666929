import { expect, it, vi } from "vitest";
import { readFont } from "../src/node/fonts.ts";

vi.mock("node:fs/promises", () => ({ readFile: () => Promise.reject(new Error("ENOENT")) }));

it("asks for a font where the system has none that it knows", async () => {
  await expect(readFont(undefined)).rejects.toThrow(
    "writePng: found no font to write labels with; pass one, as in { font: 'DejaVuSans.ttf' }",
  );
});
