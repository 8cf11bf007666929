import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";
import { newPlace } from "./support.ts";

const folder = path.resolve(import.meta.dirname, "..");

it("shows a session that goes as it says", { timeout: 60_000 }, async () => {
  const text = readFileSync(path.join(folder, "README.md"), "utf8");
  const [, session = ""] = /^```console\n([^]*?)^```$/m.exec(text) ?? [];
  const place = newPlace();
  try {
    const commands = session.split(/^\$ nn /m).slice(1);
    expect(commands).toHaveLength(5);
    for (const [command = "", ...lines] of commands.map((each) => each.trimEnd().split("\n"))) {
      const args = command.split(" ");
      // Results are the same however many there are.
      const here = ["train", "rerun"].includes(args[0]!) ? ["--jobs", "1"] : [];
      const { code, out, error } = await place.nn([...args, ...here]);
      expect(code, error).toBe(0);
      // A line of dots stands for any lines, and dots in one for any text.
      const pattern = lines.map((line) =>
        line === "…" ? "(?:.*\\n)*?" : `${line.split("…").map(escaped).join(".*")}\\n`,
      );
      expect(out).toMatch(new RegExp(`^${pattern.join("")}$`));
    }
  } finally {
    place.remove();
  }
});

it("shows an example that runs and prints what it says", async () => {
  expect(await runReadme(folder)).toEqual(["0 true"]);
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
