import type { Browser } from "playwright-core";
import { bundle, viteBundle } from "./bundle.ts";
import { openChromium } from "./chromium.ts";
import { train } from "./model/train.ts";
import { serve, type Server } from "./server.ts";
import { nameOf, settings, type Setting, strayMessage } from "./settings.ts";
import type { Results } from "./vitest.ts";

/**
 * Runs the conformance kit on `@nn/backend-wasm` and tests of `@nn/executor-workers` in Chromium: on the main thread of a
 * page and in a worker, with and without cross-origin isolation; and predicts with a model that was trained and saved
 * here, in a page that may not make code of texts. Arguments choose among the settings, by words of their names: `npm run test:browser --
 * worker relaxed`. `CHROMIUM` is the browser's executable; `NN_SEED` and `NN_RUNS` are what they are for the kit.
 */
/** How long one setting may take, in milliseconds. */
const limit = 600_000;

const viteName = "a page that Vite has bundled";
const modelName = "a page that predicts with a saved model";

const words = process.argv.slice(2);
const chosen = settings.filter((setting) => words.every((word) => nameOf(setting).includes(word)));
const isMeant = (name: string): boolean => words.every((word) => name.includes(word));
if (chosen.length === 0 && !isMeant(viteName) && !isMeant(modelName))
  throw new Error(`no setting's name contains ${words.join(", ")}`);

const server = await serve(await bundle(["page", "job"]));
const modelServer = await serve(await bundle(["model/page"]));
const viteServer = await serve(await viteBundle());
try {
  const browser = await openChromium();
  console.log(`Chromium ${browser.version()}`);
  try {
    for (const setting of chosen) await report(browser, server, setting);
    if (isMeant(viteName)) await reportVite(browser, viteServer);
    if (isMeant(modelName)) await reportModel(browser, modelServer);
  } finally {
    await browser.close();
  }
} finally {
  server.close();
  modelServer.close();
  viteServer.close();
}

/** Runs a job in a page as users have them. */
async function reportVite(browser: Browser, server: Server): Promise<void> {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error.message));
  await page.goto(server.url("plain"));
  const result = await page.evaluate(() => globalThis.runJob(7));
  const isRight = result === '{"value":[7,2],"tensors":{}}';
  console.log(`${isRight ? "passed" : `FAILED with ${result}`} in ${viteName}`);
  if (!isRight) process.exitCode = 1;
  await page.close();
}

/** Predicts raw rows in a page with a model that was trained here; the dollars have to be the same. */
async function reportModel(browser: Browser, server: Server): Promise<void> {
  const { file, rows, dollars } = await train();
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error.message));
  await page.goto(server.url("strict"));
  const predicted = await page.evaluate(
    ([bytes, columns]) => globalThis.predictRows(bytes, columns),
    [[...file], rows] as const,
  );
  // Engines may differ in the last bits of logarithms and powers, which pipelines take.
  const isRight =
    predicted.length === dollars.length &&
    predicted.every((value, i) => value.toFixed(2) === dollars[i]!.toFixed(2));
  console.log(
    `${isRight ? "passed" : "FAILED"} in ${modelName}, such as $${predicted[0]?.toFixed(2)}`,
  );
  if (!isRight) process.exitCode = 1;
  await page.close();
}

async function report(browser: Browser, server: Server, setting: Setting): Promise<void> {
  const begun = performance.now();
  const { passed, skipped, failures } = await run(browser, server, setting);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(
    `${failures.length > 0 ? "failed" : "passed"} in ${nameOf(setting)}: ` +
      `${passed} passed, ${skipped.length} skipped, ${failures.length} failed; ${seconds} s\n`,
  );
  for (const { test, message } of failures) console.error(`FAILED ${test}\n${message}\n`);
  if (failures.length > 0) process.exitCode = 1;
}

/** Runs a setting in a page of its own. */
async function run(browser: Browser, server: Server, setting: Setting): Promise<Results> {
  const page = await browser.newPage();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    page.on("console", (message) => console.log(message.text()));
    const broken = new Promise<never>((_, reject) => {
      page.on("pageerror", (error) => {
        if (!error.message.includes(strayMessage)) reject(error);
      });
      page.on("crash", () => reject(new Error("the page crashed")));
      timer = setTimeout(() => reject(new Error(`it took longer than ${limit} ms`)), limit);
    });
    await page.goto(server.url(setting.isIsolated ? "isolated" : "plain"));
    return await Promise.race([
      page.evaluate<Results, Setting>((given) => globalThis.runSetting(given), setting),
      broken,
    ]);
  } catch (error) {
    return { passed: 0, skipped: [], failures: [{ test: "all", message: String(error) }] };
  } finally {
    clearTimeout(timer);
    await page.close();
  }
}
