import type { EpochSummary, RunSummary } from "@nn/core";
import { build } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, openChromium } from "../../../tools/browser/chromium.ts";
import * as report from "../src/index.ts";
import { livePage, writeReport } from "../src/node.ts";
import { numbers, run } from "./support.ts";

const summary: RunSummary = {
  epochs: 50,
  stepsPerEpoch: 4,
  rows: 128,
  step: 0,
  monitor: { name: "loss", better: "lower" },
};

function epoch(number: number): EpochSummary {
  const metrics = {
    r2: 1 - 1 / number,
    "validation/loss": 300 / number,
    "validation/r2": 0.9 - 1 / number,
  };
  return {
    step: number * 4,
    epoch: number,
    loss: 200 / number,
    rate: 0.1,
    metrics,
    probes: {},
    best: 1,
  };
}

// Everywhere but where there is no Chromium: install Debian's package chromium, or set CHROMIUM to its executable.
describe.skipIf(!hasChromium)("in Chromium", () => {
  let browser: Browser;
  const folder = mkdtempSync(path.join(tmpdir(), "nn-report-"));
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** A page, with all that goes wrong in it and all that it asks for. */
  async function newPage(
    width = 1000,
    deviceScaleFactor = 1,
  ): Promise<{ page: Page; wrong: string[]; asked: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 800 }, deviceScaleFactor });
    const [wrong, asked]: [string[], string[]] = [[], []];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
    page.on("request", (request) => asked.push(request.url()));
    return { page, wrong, asked };
  }

  /** How many pixels of a chart on the live page are in the colour of its curve. */
  function coloured(page: Page, figure: string): Promise<number> {
    return page
      .locator(`figure[data-figure="${figure}"] canvas`)
      .evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        let found = 0;
        for (let i = 0; i < data.length; i += 4) {
          const isBlue =
            Math.abs(data[i]! - 0x42) +
              Math.abs(data[i + 1]! - 0x69) +
              Math.abs(data[i + 2]! - 0xd0) <
            30;
          found += Number(isBlue && data[i + 3]! > 200);
        }
        return found;
      });
  }

  it("shows curves that grow while training runs", async () => {
    const live = await livePage({ title: "Houses" });
    const { page, wrong, asked } = await newPage();
    await page.goto(live.url);
    await page.getByText("waiting for a run to begin").waitFor();
    await live.start!(summary);
    for (let number = 1; number <= 3; number++) live.epoch!(epoch(number));
    await page.getByText("epoch 3 of 50").waitFor();
    const loss = page.getByLabel("loss; training: 66.67 at epoch 3; validation: 100 at epoch 3");
    await loss.waitFor();
    const before = await coloured(page, "r2");
    expect(before).toBeGreaterThan(50);
    for (let number = 4; number <= 50; number++) live.epoch!(epoch(number));
    await page.getByLabel("loss; training: 4 at epoch 50").waitFor();
    expect(await page.locator("figure").count()).toBe(2);
    expect(await coloured(page, "r2")).not.toBe(before);
    const [logarithmic] = await page.getByRole("checkbox").all();
    await logarithmic!.setChecked(true);
    await logarithmic!.setChecked(false);
    // A late visitor sees the same.
    const late = await newPage();
    await late.page.goto(live.url);
    await late.page.getByLabel("loss; training: 4 at epoch 50").waitFor();
    expect(await coloured(late.page, "r2")).toBe(await coloured(page, "r2"));
    await live.end!("epochs");
    await page.getByText("ended: epochs").waitFor();
    await live.close();
    await page.getByText("the run is over").waitFor();
    expect([...wrong, ...late.wrong]).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(live.url) && url !== "data:,")).toEqual([]);
    await Promise.all([page.close(), late.page.close()]);
  });

  it("shows folds that run side by side, and figures that are not finite", async () => {
    const live = await livePage();
    const { page, wrong } = await newPage(360);
    await page.goto(live.url);
    for (let fold = 0; fold < 3; fold++) {
      const observer = live.fold(fold, 3);
      await observer.start!(summary);
      for (let number = 1; number <= 5 * (fold + 1); number++)
        observer.epoch!({ ...epoch(number), loss: fold === 1 ? Number.NaN : -number });
    }
    await page
      .getByLabel(
        /^loss; .*fold 2, training: not finite at epoch 10; .*fold 3, training: -15 at epoch 15/,
      )
      .waitFor();
    await page.getByRole("checkbox").first().setChecked(true);
    expect(await page.getByRole("progressbar").count()).toBe(3);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      360,
    );
    await live.close();
    expect(wrong).toEqual([]);
    await page.close();
  });

  it("finds its way back when the connection breaks", async () => {
    const live = await livePage();
    const sockets = new Set<Socket>();
    const between = createServer((near) => {
      const far = connect(Number(new URL(live.url).port), "127.0.0.1");
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket
          .on("error", () => undefined)
          .on("close", () => [near, far].forEach((end) => end.destroy()));
      }
      near.pipe(far).pipe(near);
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => between.once("listening", resolve));
    const { page } = await newPage();
    await page.goto(`http://127.0.0.1:${(between.address() as AddressInfo).port}/`);
    await live.start!(summary);
    live.epoch!(epoch(1));
    await page.getByLabel("loss; training: 200 at epoch 1").waitFor();
    for (const socket of sockets) socket.destroy();
    live.epoch!(epoch(2));
    await page.getByLabel("loss; training: 100 at epoch 2").waitFor();
    await page.close();
    between.close();
    await live.close();
  });

  it("shows a report in a page of its own, on a phone, without scripts or requests", async () => {
    const next = numbers(5);
    const truth = Array.from({ length: 1500 }, next);
    const features = {
      lat: truth.map(() => 47 + next()),
      long: truth.map(() => -122 + next()),
      area: truth.map((x) => x + next()),
      ["a name as long as they come in files of the wild, ".repeat(3)]: truth.map((x) => 1e9 * x),
    };
    const file = path.join(folder, "report.html");
    const html = report.runReport({
      name: "Houses",
      ...run(8, 100),
      predictions: {
        target: "price",
        truth,
        predicted: truth.map((x) => x + next() / 5),
        features,
      },
      boxes: { before: features },
      config: { seed: 7 },
      environment: { node: "v22" },
    });
    await writeReport(file, html);
    const { page, wrong, asked } = await newPage(360);
    await page.goto(pathToFileURL(file).href);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      360,
    );
    const shown = page.locator("fieldset figure:visible b");
    expect(await shown.allTextContents()).toEqual(["Residuals of price over lat"]);
    await page.getByText("area", { exact: true }).first().click();
    expect(await shown.allTextContents()).toEqual(["Residuals of price over area"]);
    const broken = await page.evaluate(
      () =>
        [...document.querySelectorAll("svg")].filter(
          (svg) =>
            new DOMParser()
              .parseFromString(svg.outerHTML, "image/svg+xml")
              .querySelector("parsererror") ||
            svg.getBoundingClientRect().width < 300 * Number(svg.checkVisibility()),
        ).length,
    );
    expect(broken).toBe(0);
    expect(asked).toEqual([pathToFileURL(file).href]);
    expect(wrong).toEqual([]);
    // Nothing that is written in a picture is cut off.
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll("svg text")].flatMap((text) => {
        const [inner, outer] = [text, text.closest("svg")!].map((e) => e.getBoundingClientRect());
        const isIn = inner!.left >= outer!.left - 1 && inner!.right <= outer!.right + 1;
        return isIn ? [] : [text.textContent];
      }),
    );
    expect(cut).toEqual([]);
    // All the choices are above what is chosen, each in a line of its own height.
    await page.setViewportSize({ width: 1100, height: 800 });
    const { top, bottom, highest } = await page.evaluate(() => {
      const boxes = [...document.querySelectorAll("fieldset label")].map((e) =>
        e.getBoundingClientRect(),
      );
      const figures = [...document.querySelectorAll("fieldset figure")];
      return {
        top: Math.max(...figures.map((figure) => figure.getBoundingClientRect().top)),
        bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
        highest: Math.max(...boxes.map(({ height }) => height)),
      };
    });
    expect(top).toBeGreaterThan(bottom);
    expect(highest).toBeLessThan(60);
    const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe(
      light,
    );
    await page.close();
  });

  it("draws the same charts in a page as in Node, without linkedom", async () => {
    const { outputFiles, metafile } = await build({
      stdin: {
        contents: 'export * from "./src/index.ts"',
        resolveDir: path.resolve(import.meta.dirname, ".."),
      },
      bundle: true,
      write: false,
      metafile: true,
      format: "iife",
      globalName: "report",
      conditions: ["@nn/source"],
      platform: "browser",
      logLevel: "error",
    });
    const files = Object.keys(metafile.inputs);
    expect(files.filter((file) => /linkedom|uplot|resvg/.test(file))).toEqual([]);
    // Where pixels are large, Plot moves thin lines by half of one.
    const { page, wrong } = await newPage(1000, 2);
    await page.addScriptTag({ content: outputFiles[0]!.text });
    const data = run(3, 200);
    const places = {
      latitude: [60, 61],
      longitude: [10, 12],
      colour: { name: "a < b", values: [1, 5] },
    };
    const drawn = await page.evaluate(
      ([data, places]) => {
        const { curves, map } = (globalThis as unknown as { report: typeof report }).report;
        return [curves([data], { figure: "loss" }), map(places)];
      },
      [data, places] as const,
    );
    expect(drawn).toEqual([report.curves([data], { figure: "loss" }), report.map(places)]);
    expect(wrong).toEqual([]);
    await page.close();
  });
});
