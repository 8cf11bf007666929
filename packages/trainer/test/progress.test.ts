import { afterEach, describe, expect, it, vi } from "vitest";
import { fit } from "../src/index.ts";
import { progress } from "../src/node.ts";
import { xorOptions } from "./support.ts";

/** What is written while XOR trains. */
async function written(isTTY: boolean, interval: number, epochs = 200): Promise<string> {
  let text = "";
  const stream = { isTTY, write: (part: string) => (text += part) };
  await fit(xorOptions({ epochs, callbacks: [progress({ stream, interval })] }));
  return text;
}

const line =
  /epoch 200\/200 {2}step 200\/200 {2}loss 0\.\d+ {2}rate 0\.100 {2}time\/step [\d.]+ (µs|ms) {2}left 0\.0 µs/;

describe("progress", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("writes plain lines where there is no terminal, the last one at the end", async () => {
    const lines = (await written(false, 0)).split("\n");
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.at(-1)).toBe("");
    expect(lines.at(-2)).toMatch(line);
  });

  it("writes no more often than it should", async () => {
    expect((await written(false, 1e6)).split("\n").length).toBe(2);
  });

  it("keeps one line up to date on a terminal, and ends it", async () => {
    vi.stubEnv("NO_COLOR", "1");
    const text = await written(true, 0);
    expect(text.split("\n").length).toBe(2);
    expect(text.split("\r").length).toBeGreaterThan(2);
    expect(text.split("\r").at(-1)).toMatch(line);
  });

  it("uses colours on a terminal unless NO_COLOR is set", async () => {
    vi.stubEnv("NO_COLOR", "");
    expect(await written(true, 0)).toContain("\u001B[2mepoch\u001B[22m");
    expect(await written(false, 0)).not.toContain("\u001B");
  });
});
