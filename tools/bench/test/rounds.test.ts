import { expect, it } from "vitest";
import type { Contestant } from "../contestants/contestant.ts";
import { measure } from "../rounds.ts";
import { measurement } from "./measurements.ts";

/** A contestant whose processes run this code, each variant its own; `answer(microseconds)` ends it. */
function contestant(name: string, codes: readonly string[], isOurs = false): Contestant {
  const { usPerStep: _, ...others } = measurement(0);
  const answer = `const answer = (usPerStep) =>
    console.log(JSON.stringify({ ...${JSON.stringify(others)}, usPerStep }));`;
  return {
    name,
    isOurs,
    isOnGpu: true,
    tellsLosses: false,
    variants: codes.map((code) => ({ command: process.execPath, args: ["-e", answer + code] })),
  };
}

async function run(contestants: readonly Contestant[], rounds = 2) {
  const said: string[] = [];
  const problems: string[] = [];
  const rows = await measure(
    {
      name: "products",
      contestants,
      assignment: { size: 128, timing: { warmUp: 1, window: 1 } },
      rounds,
    },
    { say: (text) => void said.push(text), problem: (text) => void problems.push(text) },
  );
  return { rows, said, problems };
}

it("lets everybody take turns, and compares with the first of ours", async () => {
  const all = [
    contestant("peer", ["answer(50)"]),
    contestant("ours", ["answer(100)"], true),
    contestant("other of ours", ["answer(200)"], true),
  ];
  const { rows, said, problems } = await run(all);
  const round = ["peer", "ours", "other of ours"];
  expect(said).toEqual([
    ...round.map((name) => `products: round 1 of 2, ${name}`),
    ...round.map((name) => `products: round 2 of 2, ${name}`),
  ]);
  expect(Object.keys(rows)).toEqual(round);
  expect(rows).toMatchObject({
    peer: { ratio: 0.5 },
    ours: { ratio: 1 },
    "other of ours": { ratio: 2 },
  });
  expect(problems).toEqual([]);
});

it("takes the fastest variant", async () => {
  const { rows } = await run([contestant("peer", ["answer(30)", "answer(10)", "answer(20)"])], 1);
  expect(rows["peer"]).toMatchObject({ usPerStep: 10, ratio: 1 });
});

it("tells every process its task", async () => {
  const code = "const task = JSON.parse(process.argv[1]); answer(task.size + task.timing.window)";
  const { rows } = await run([contestant("peer", [code])], 1);
  expect(rows["peer"]).toMatchObject({ usPerStep: 129 });
});

it("leaves out who says what is missing, and who fails; that of ours is a problem", async () => {
  const missing = `console.log(JSON.stringify({ missing: "no GPU" }))`;
  const { rows, said, problems } = await run([
    contestant("missing", [missing]),
    contestant("failing", ["process.exit(3)"]),
    contestant("failing of ours", ["console.error('a wrong product'); process.exit(1)"], true),
    contestant("ours", ["answer(100)"], true),
    { ...contestant("not there", []), variants: { missing: "not installed" } },
  ]);
  expect(rows).toMatchObject({
    missing: { missing: "no GPU" },
    failing: { missing: "failed, ended with exit code 3: " },
    "failing of ours": { missing: "failed, ended with exit code 1: a wrong product" },
    ours: { usPerStep: 100, ratio: 1 },
    "not there": { missing: "not installed" },
  });
  expect(said).not.toContain("products: round 2 of 2, missing");
  expect(said).toContain("products: missing is missing: no GPU");
  expect(problems).toEqual(["products: failing of ours ended with exit code 1: a wrong product"]);
});
