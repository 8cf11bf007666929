import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flats, flatsExperiment, jsonOf, newPlace, type Place, program } from "./support.ts";

let place: Place;

beforeAll(() => {
  place = newPlace();
  place.write("flats.csv", flats(40));
  place.write("flats.json", flatsExperiment({ epochs: 1 }));
});
afterAll(() => place.remove());

/** What is said of a command that has to be refused with a code, without a stack. */
async function refusal(args: readonly string[], code: number): Promise<string> {
  const ran = await place.nn(args);
  expect([ran.code, ran.out], ran.error).toEqual([code, ""]);
  expect(ran.error).not.toMatch(/^ +at /m);
  return ran.error;
}

describe("wrong use", () => {
  it("is answered with what was meant", async () => {
    expect(await refusal(["trian"], 2)).toBe(
      "nn: unknown command 'trian'\n(Did you mean train?)\n",
    );
    expect(await refusal(["train", "flats.json", "--epocs", "3"], 2)).toBe(
      "nn: unknown option '--epocs'\n(Did you mean --epochs?)\n",
    );
    expect(await refusal(["train"], 2)).toBe("nn: missing required argument 'experiment'\n");
    expect(await refusal(["train", "flats.json", "--epochs", "0"], 2)).toContain(
      "whole number from 1",
    );
    expect(await refusal(["train", "flats.json", "--jobs", "2.5"], 2)).toContain(
      "whole number from 1",
    );
    expect(await refusal(["train", "flats.json", "--set", "epochs"], 2)).toContain(
      "--set epochs: expected a place and a value",
    );
  });

  it("says which files are not there", async () => {
    expect(await refusal(["train", "none.json"], 2)).toBe(
      "nn: none.json: there is no such file; nn init writes one\n",
    );
    expect(await refusal(["train", "."], 2)).toContain("this is a folder");
    expect(await refusal(["predict", "none", "flats.csv"], 2)).toBe(
      "nn: there is no none; expected a model's file or a run's folder\n",
    );
    expect(await refusal(["init", "none.csv"], 2)).toContain("there is no data at");
    expect(await refusal(["compare", "a", "b"], 1)).toContain("holds no run");
  });

  it("is told to programs as JSON, too", async () => {
    const ran = await place.nn(["train", "none.json", "--json"]);
    expect(ran.code).toBe(2);
    expect(jsonOf(ran)).toEqual({
      error: { message: "none.json: there is no such file; nn init writes one", problems: [] },
      code: 2,
    });
    expect(ran.error).toBe("nn: none.json: there is no such file; nn init writes one\n");
  });

  it("has a stack where that is asked for", async () => {
    const { error } = await place.nn(["train", "none.json"], { env: { NN_DEBUG: "1" } });
    expect(error).toMatch(/^ +at /m);
    expect(error).toContain("caused by Error: ENOENT");
  });
});

describe("an experiment", () => {
  it("has all of its problems listed with line, column and what was meant", async () => {
    const text = flatsExperiment().replace('"tanh"', '"tanhh"').replace('"seed"', '"sead"');
    place.write("bad.json", text);
    const lines = text.split("\n");
    const at = (part: string): string => {
      const line = lines.findIndex((each) => each.includes(part));
      return `bad.json:${line + 1}:${lines[line]!.indexOf(":") + 3}`;
    };
    const error = await refusal(["train", "bad.json"], 2);
    expect(error.split("\n")).toEqual([
      "nn: 2 problems in bad.json",
      `  ${at("tanhh")} /model/0/activation: there is no layer 'tanhh'; did you mean 'tanh'?`,
      expect.stringContaining(`  ${at("sead")} /sead: `),
      "",
    ]);
    const { problems } = jsonOf(await place.nn(["train", "bad.json", "--json"]))["error"] as {
      problems: object[];
    };
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatchObject({ file: "bad.json", line: 28, path: "/model/0/activation" });
  });

  it("that is no JSON is refused where that begins", async () => {
    place.write("bad.json", '{\n  "epochs": 5,\n}');
    expect(await refusal(["train", "bad.json"], 2)).toBe(
      "nn: a problem in bad.json\n  bad.json:3:1: there is a comma before '}', and nothing behind it\n",
    );
  });

  it("without its data or its target is refused before anything is written", async () => {
    const before = readdirSync(place.folder);
    place.write("bad.json", flatsExperiment({ data: { file: "lost.csv" } }));
    expect(await refusal(["train", "bad.json"], 2)).toMatch(
      /bad\.json:4:\d+ \/data\/file: there is no file .*lost\.csv/,
    );
    place.write("bad.json", flatsExperiment({ target: "rant" }));
    expect(await refusal(["train", "bad.json"], 2)).toMatch(
      /bad\.json:6:13 \/target: there is no column 'rant' after the pipeline; did you mean 'rent'\?/,
    );
    expect(readdirSync(place.folder)).toEqual(
      [...before, "bad.json"].filter((name, i, all) => all.indexOf(name) === i).toSorted(),
    );
  });

  it("blames the flag that changed it", async () => {
    expect(await refusal(["train", "flats.json", "--set", "optimzer.learningRate=3"], 2)).toMatch(
      /^nn: --set optimzer\.learningRate=3\n {2}\/optimzer: .* did you mean 'optimizer'\?\n$/,
    );
    expect(
      await refusal(["train", "flats.json", "--set", "optimizer.learningrate=3"], 2),
    ).toContain("(--set optimizer.learningrate=3)");
    const cut = ["--set", "pipeline=[]"];
    expect(await refusal(["train", "flats.json", "-j", "1", "-q", ...cut], 1)).toMatch(
      /^nn: fold 1: kFold: column 'district' has /,
    );
    expect(await refusal(["train", "flats.json", "-q", "--folds", "99"], 2)).toMatch(
      /^nn: a problem in flats\.json\n {2}\/folds.* 40 rows do not make 99 folds.* \((with )?--folds 99\)\n$/,
    );
    place.write("list.json", "[]");
    expect(await refusal(["train", "list.json", "--epochs", "3"], 2)).toContain(
      "list.json:1:1: expected an object",
    );
    expect(await refusal(["train", "flats.json", "--set", "__proto__.x=1"], 2)).toContain(
      "\n  '__proto__.x' names no place",
    );
    expect(await refusal(["train", "flats.json", "--plugin", ""], 2)).toContain("got nothing");
    expect(await refusal(["train", "flats.json", "--plugin", "."], 2)).toContain("is a folder");
    expect(await refusal(["train", "flats.json", "--port", "65536"], 2)).toContain("to 65535");
    expect(await refusal(["train", "flats.json", "--backend", "cuda"], 2)).toContain(
      "(--backend cuda)",
    );
  });
});

describe("data", () => {
  it("that is hostile is refused with line and column, and leaves the run failed or not begun", async () => {
    const hostile = {
      "ragged.csv": ["id,area,district,floor,rent\nA,1,north,2,3\nB,2\n", /line 3, column \d/],
      "open.csv": ['id,area,district,floor,rent\nA,1,"north,2,3\n', /line 2, column 5/],
      "empty.csv": ["", /empty|no rows|nothing/],
      "header.csv": ["id,area,district,floor,rent\n", /no rows|empty/],
      "twice.csv": [
        "id,area,area,floor,rent\n1,2,3,4,5\n",
        /columns 2 and 3 are both named 'area'/,
      ],
    } as const;
    for (const [file, [text, message]] of Object.entries(hostile)) {
      place.write(file, text);
      place.write("bad.json", flatsExperiment({ data: { file } }));
      expect(await refusal(["train", "bad.json", "-j", "1", "-q"], 1)).toMatch(message);
      expect(await refusal(["init", file, "-o", "new.json"], 1)).toMatch(message);
    }
    writeFileSync(
      place.file("latin.csv"),
      Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0xe4, 0x2c, 0x31, 0x0a]),
    );
    place.write("bad.json", flatsExperiment({ data: { file: "latin.csv" } }));
    expect(await refusal(["train", "bad.json", "-q"], 1)).toMatch(/UTF-8/);
  });
});

describe("a model's file", () => {
  it("that is something else is refused, whatever it is", async () => {
    place.write("text.safetensors", "this is no model at all");
    expect(await refusal(["predict", "text.safetensors", "flats.csv"], 1)).toMatch(
      /^nn: text\.safetensors cannot be used as a model: safetensors: /,
    );
    expect(await refusal(["predict", "flats.csv", "flats.csv"], 1)).toMatch(
      /cannot be used as a model/,
    );
    const header = JSON.stringify({ __metadata__: { about: "nothing" } });
    const length = Buffer.alloc(8);
    length.writeUInt32LE(header.length);
    writeFileSync(place.file("bare.safetensors"), Buffer.concat([length, Buffer.from(header)]));
    expect(await refusal(["evaluate", "bare.safetensors", "flats.csv"], 1)).toContain(
      "there is no model beside the tensors",
    );
    mkdirSync(place.file("folder"), { recursive: true });
    expect(await refusal(["predict", "folder", "flats.csv"], 1)).toContain("holds no run");
  });

  it("is not predicted from columns that it does not have", async () => {
    await place.nn(["train", "flats.json", "-q", "-j", "1", "-o", "run"]);
    place.write("other.csv", "area,district\n50,south\n");
    expect(await refusal(["predict", "run", "other.csv"], 1)).toContain("floor");
    place.write("other.csv", "area,district,floor\n50,moon,1\n");
    expect(await refusal(["predict", "run", "other.csv"], 1)).toContain("moon");
    expect(await refusal(["predict", "run", "none.csv"], 2)).toBe(
      `nn: there is no data at ${place.file("none.csv")}\n`,
    );
    expect(await refusal(["predict", "run", "."], 2)).toContain("is a folder");
    expect(await refusal(["predict", "run", "flats.csv", "--id", "ID"], 2)).toContain(
      "has no column 'ID'",
    );
    expect(await refusal(["predict", "run", "flats.csv", "--backend", "cuda"], 2)).toContain(
      "there is no backend 'cuda'",
    );
    expect(await refusal(["train", "flats.json", "-q", "-j", "1", "-o", "run"], 1)).toContain(
      "has a run already (finished",
    );
  });
});

describe("a folder that cannot be", () => {
  it("is refused at once", async () => {
    const args = ["train", "flats.json", "-q", "-o"];
    expect(await refusal([...args, "flats.csv/run"], 1)).toBe(
      `nn: ${place.file("flats.csv/run")} cannot be a folder: ${place.file("flats.csv")} is a file\n`,
    );
    if (process.platform === "linux")
      expect(await refusal([...args, "/proc/none/run"], 1)).toContain(
        "nn: /proc/none/run cannot be made: ",
      );
  });
});

describe("streams that cannot be written", () => {
  it.skipIf(process.platform !== "linux")(
    "end the program with what is wrong, or do not matter where nothing but notes is lost",
    () => {
      const nn = (args: string): { status: number | null; stderr: string } =>
        spawnSync("sh", ["-c", `"$@" ${args}`, "sh", ...program], { encoding: "utf8" });
      const { status, stderr } = nn("--version >/dev/full");
      expect(status).toBe(1);
      expect(stderr).toMatch(/^nn: standard output cannot be written: ENOSPC.*\n$/);
      expect(nn("frobnicate 2>/dev/full").status).toBe(2);
      expect(nn("--help | head -n 1").stderr).toBe("");
    },
  );
});
