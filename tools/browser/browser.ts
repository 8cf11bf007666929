import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import { bundle, viteBundle } from "./bundle.ts";
import { serve, type Server } from "./server.ts";
import { nameOf, settings, type Setting, strayMessage } from "./settings.ts";
import type { Results } from "./vitest.ts";

/**
 * Runs the conformance kit on `@nn/backend-wasm` and tests of `@nn/executor-workers` in Chromium: on the main thread of a
 * page and in a worker, with and without cross-origin isolation. Arguments choose among the settings, by words of their names: `npm run test:browser --
 * worker relaxed`. `CHROMIUM` is the browser's executable; `NN_SEED` and `NN_RUNS` are what they are for the kit.
 */
const executable = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const flags = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** How long one setting may take, in milliseconds. */
const limit = 600_000;

const viteName = "a page that Vite has bundled";

const words = process.argv.slice(2);
const chosen = settings.filter((setting) => words.every((word) => nameOf(setting).includes(word)));
const isVite = words.every((word) => viteName.includes(word));
if (chosen.length === 0 && !isVite)
  throw new Error(`no setting's name contains ${words.join(", ")}`);
if (!existsSync(executable))
  throw new Error(
    `there is no Chromium at ${executable}: install Debian's package chromium, or set CHROMIUM to its executable`,
  );

const server = await serve(await bundle());
const viteServer = await serve(await viteBundle());
try {
  const browser = await chromium.launch({ executablePath: executable, args: flags });
  console.log(`Chromium ${browser.version()}`);
  try {
    for (const setting of chosen) await report(browser, server, setting);
    if (isVite) await reportVite(browser, viteServer);
  } finally {
    await browser.close();
  }
} finally {
  server.close();
  viteServer.close();
}

/** Runs a job in a page as users have them. */
async function reportVite(browser: Browser, server: Server): Promise<void> {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error.message));
  await page.goto(server.url(false));
  const result = await page.evaluate(() => globalThis.runJob(7));
  const isRight = result === '{"value":[7,2],"tensors":{}}';
  console.log(`${isRight ? "passed" : `FAILED with ${result}`} in ${viteName}`);
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
    await page.goto(server.url(setting.isIsolated));
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
