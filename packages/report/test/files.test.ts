import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { inflateSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { boxes, curves, svgFile } from "../src/index.ts";
import { writePng, writeReport, writeSvg } from "../src/node.ts";
import { elements, texts } from "./support.ts";

const folder = mkdtempSync(path.join(tmpdir(), "nn-report-"));
afterAll(() => rmSync(folder, { recursive: true }));

const chart = curves([{ history: { loss: [3, 2, 1] } }], { figure: "loss", title: "Loss & more" });

/** The size of a PNG, and its rows of RGBA pixels. */
function readPng(file: string): {
  width: number;
  height: number;
  pixel(x: number, y: number): number[];
} {
  const bytes = readFileSync(file);
  expect(bytes.subarray(0, 8)).toEqual(
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  );
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  expect([...bytes.subarray(24, 29)]).toEqual([8, 6, 0, 0, 0]); // 8 bits, RGBA, not interlaced
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT")
      parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  const raw = inflateSync(Buffer.concat(parts));
  const line = width * 4;
  const pixels = new Uint8Array(line * height);
  for (let y = 0; y < height; y++)
    for (let i = 0; i < line; i++) {
      const left = i < 4 ? 0 : pixels[y * line + i - 4]!;
      const up = y === 0 ? 0 : pixels[(y - 1) * line + i]!;
      const corner = i < 4 || y === 0 ? 0 : pixels[(y - 1) * line + i - 4]!;
      const guess = left + up - corner;
      const distances = [left, up, corner].map((value) => Math.abs(guess - value));
      const paeth = [left, up, corner][distances.indexOf(Math.min(...distances))]!;
      const filter = raw[y * (line + 1)]!;
      const predicted = [0, left, up, (left + up) >> 1, paeth][filter]!;
      pixels[y * line + i] = raw[y * (line + 1) + 1 + i]! + predicted;
    }
  return {
    width,
    height,
    pixel: (x, y) => [...pixels.subarray(y * line + x * 4, y * line + x * 4 + 4)],
  };
}

/** How many pixels of an area are dark. */
function dark(
  png: ReturnType<typeof readPng>,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
): number {
  let found = 0;
  for (let y = y1; y < y2; y++)
    for (let x = x1; x < x2; x++) found += Number(png.pixel(x, y)[0]! < 128);
  return found;
}

it("makes a picture that stands alone, with title, caption and background", () => {
  const file = svgFile(boxes({ a: [1, 2, null] }, { title: "A < B" }), { background: "#eee" });
  const [root, title, ground] = elements(file);
  expect(root).toMatchObject({ name: "svg", attributes: { xmlns: "http://www.w3.org/2000/svg" } });
  expect(title).toMatchObject({ name: "title", text: "A &lt; B" });
  expect(ground!.attributes["fill"]).toBe("#eee");
  expect(texts(file).join(" ")).toContain("Missing values: a (1).");
  const long = svgFile(boxes({ a: [1] }, { title: "Many words of a title ".repeat(6) }));
  expect(texts(long).filter((text) => text.includes("words"))).toHaveLength(3);
});

it("writes reports and pictures, whole or not at all", async () => {
  const file = path.join(folder, "report.html");
  await writeReport(file, "<p>first</p>");
  await writeReport(file, "<p>second</p>");
  expect(readFileSync(file, "utf8")).toBe("<p>second</p>");
  await writeSvg(path.join(folder, "loss.svg"), chart);
  expect(readFileSync(path.join(folder, "loss.svg"), "utf8")).toBe(svgFile(chart));
  expect(readdirSync(folder).filter((name) => name.endsWith(".temporary"))).toEqual([]);
  const taken = path.join(folder, "taken");
  mkdirSync(taken);
  await expect(writeReport(taken, "")).rejects.toThrow("is a folder; give the file another name");
  await expect(writeSvg(path.join(folder, "nowhere", "loss.svg"), chart)).rejects.toThrow(
    "loss.svg': its folder does not exist; make it first",
  );
  await expect(writeReport(path.join(file, "a.html"), "")).rejects.toThrow("its folder is a file");
  await expect(writeSvg(file, undefined as never)).rejects.toThrow(
    "svgFile: expected what a chart such as curves() returns, got undefined",
  );
  await expect(writeReport(file, 5 as never)).rejects.toThrow(
    "writeReport: html must be a text, got 5",
  );
});

it("draws a PNG of the right size, with curves and words", async () => {
  const file = path.join(folder, "loss.png");
  // Of several at once, all find the renderer ready.
  const others = ["a", "b", "c"].map((name) => path.join(folder, `${name}.png`));
  await Promise.all([file, ...others].map((each) => writePng(each, chart, { scale: 2 })));
  for (const other of others) expect(readFileSync(other)).toEqual(readFileSync(file));
  const png = readPng(file);
  expect([png.width, png.height]).toEqual([880, (chart.height + 30) * 2]);
  expect(png.pixel(875, 5)).toEqual([255, 255, 255, 255]);
  // The title, which is nothing but words.
  expect(dark(png, [16, 16, 240, 48])).toBeGreaterThan(300);
  await writePng(file, chart, { scale: 1, background: "none", foreground: "white" });
  const light = readPng(file);
  expect([light.width, light.height]).toEqual([440, chart.height + 30]);
  expect(light.pixel(435, 3)).toEqual([0, 0, 0, 0]);
});

it("says what is wrong with a PNG that cannot be drawn, and writes none", async () => {
  const file = path.join(folder, "none.png");
  await expect(writePng(file, chart, { scale: 100 })).rejects.toThrow(
    "writePng: scale must be a number above 0 that keeps both sides within 16384 pixels, got 100",
  );
  await expect(writePng(file, chart, { font: "nowhere.ttf" })).rejects.toThrow(
    "writePng: cannot read the font 'nowhere.ttf'",
  );
  await expect(writePng(file, chart, { font: 5 as never })).rejects.toThrow(
    "the path or the bytes of a font file, got 5",
  );
  const noFont = path.join(folder, "no-font.ttf");
  writeFileSync(noFont, "this is no font");
  await expect(writePng(file, chart, { font: noFont })).rejects.toThrow(
    "writePng: font must be a TrueType or OpenType font",
  );
  await expect(writePng(file, chart, { zoom: 2 } as never)).rejects.toThrow(
    "there is no option 'zoom'",
  );
  await expect(writePng(file, { ...chart, svg: "<svg " })).rejects.toThrow(
    "writePng: cannot draw the chart",
  );
  expect(readdirSync(folder)).not.toContain("none.png");
});
