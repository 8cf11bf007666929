import { spawnSync } from "node:child_process";
import path from "node:path";
import type { Browser } from "playwright-core";
import { root } from "../../workspace.ts";
import { bundle } from "../bundle.ts";
import { openChromium } from "../chromium.ts";
import { serve, type Server } from "../server.ts";
import type { Results } from "../vitest.ts";

/**
 * Runs everything that tests `@nn/backend-webgpu`: in Node its own tests, with the conformance kit; in Chromium the kit,
 * training in a page and in a worker of one, and what pages without a GPU or WebGPU are told. Both take the software GPU
 * that comes with Chromium, and fail where it is missing: nothing is skipped. An argument `node` or `browser` runs one of
 * the two. `CHROMIUM` is the browser's executable; `NN_SEED` and `NN_RUNS` are what they are for the kit.
 */
const softwareGpu = "/usr/lib/chromium/vk_swiftshader_icd.json";
const flags = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
];
/** How long a page may take, in milliseconds. */
const limit = 1_200_000;

const [only] = process.argv.slice(2);
if (only !== undefined && only !== "node" && only !== "browser")
  throw new Error(`expected 'node', 'browser' or nothing, got '${only}'`);
if (only !== "browser") runInNode();
if (only !== "node") await runInBrowser();

function runInNode(): void {
  const { status } = spawnSync(
    "npx",
    ["vitest", "run", "--config", "../../tools/vitest.config.ts"],
    {
      cwd: path.join(root, "packages/backend-webgpu"),
      env: { VK_ICD_FILENAMES: softwareGpu, ...process.env },
      stdio: "inherit",
    },
  );
  if (status !== 0) process.exitCode = 1;
}

async function runInBrowser(): Promise<void> {
  const server = await serve(await bundle(["webgpu/page"]));
  try {
    const browser = await openChromium(flags);
    try {
      console.log(`Chromium ${browser.version()}`);
      const url = server.url("plain");
      report("a page", await inPage(browser, url, () => globalThis.runOnGpu()));
      report("a worker", await inPage(browser, url, () => globalThis.runInWorker()));
    } finally {
      await browser.close();
    }
    await runWithout(server);
  } finally {
    server.close();
  }
}

/** Opens pages that have no GPU, or not even WebGPU, since they are from no safe place. */
async function runWithout(server: Server): Promise<void> {
  const browser = await openChromium(["--disable-gpu", "--host-resolver-rules=MAP * 127.0.0.1"]);
  try {
    const address = server.url("plain");
    const unsafe = new URL(address);
    unsafe.hostname = "unsafe.test";
    for (const [place, url, expected] of [
      ["a page without a GPU", address, "no GPU adapter was found; enable hardware acceleration"],
      ["a page without WebGPU", unsafe.href, "there is no WebGPU here; use a current browser"],
    ] as const) {
      const message = await inPage(browser, url, () => globalThis.failToOpen());
      const isTold = message.includes(expected);
      console.log(`${isTold ? "passed" : "FAILED"} in ${place}: ${message}`);
      if (!isTold) process.exitCode = 1;
    }
  } finally {
    await browser.close();
  }
}

/** Runs a function of a new page's program. */
async function inPage<T>(browser: Browser, url: string, run: () => Promise<T>): Promise<T> {
  const page = await browser.newPage();
  try {
    page.on("console", (message) => console.log(message.text()));
    page.setDefaultTimeout(limit);
    const broken = new Promise<never>((_, reject) => {
      page.on("pageerror", reject);
      page.on("crash", () => reject(new Error("the page crashed")));
      setTimeout(() => reject(new Error(`it took longer than ${limit} ms`)), limit).unref();
    });
    await page.goto(url);
    return await Promise.race([page.evaluate(run), broken]);
  } finally {
    await page.close();
  }
}

function report(place: string, { passed, skipped, failures }: Results): void {
  for (const { test, message } of failures) console.error(`FAILED ${test}\n${message}\n`);
  const counts = `${passed} passed, ${skipped.length} skipped, ${failures.length} failed`;
  console.log(`in ${place}: ${counts}`);
  if (failures.length > 0 || passed === 0) process.exitCode = 1;
}
