import { spawnSync } from "node:child_process";
import path from "node:path";
import { root } from "../../workspace.ts";
import { bundle } from "../bundle.ts";
import { openChromium } from "../chromium.ts";
import { serve } from "../server.ts";

/**
 * Runs everything that tests `@nn/backend-webgpu`: its own tests and the conformance kit in Node, and the kit in
 * Chromium; without a GPU in both, on the software one that comes with Chromium. It fails where an adapter is missing:
 * nothing is skipped. An argument `node` or `browser` runs one of the two. `CHROMIUM` is the browser's executable;
 * `NN_SEED` and `NN_RUNS` are what they are for the kit.
 */
const softwareGpu = "/usr/lib/chromium/vk_swiftshader_icd.json";
const flags = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
];
/** How long the kit may take in the browser, in milliseconds. */
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
  const browser = await openChromium(flags);
  try {
    const page = await browser.newPage();
    page.on("console", (message) => console.log(message.text()));
    page.setDefaultTimeout(limit);
    const broken = new Promise<never>((_, reject) => {
      page.on("pageerror", reject);
      page.on("crash", () => reject(new Error("the page crashed")));
      setTimeout(() => reject(new Error(`it took longer than ${limit} ms`)), limit).unref();
    });
    await page.goto(server.url("plain"));
    const results = page.evaluate(() => globalThis.runOnGpu());
    const { passed, skipped, failures } = await Promise.race([results, broken]);
    for (const { test, message } of failures) console.error(`FAILED ${test}\n${message}\n`);
    const counts = `${passed} passed, ${skipped.length} skipped, ${failures.length} failed`;
    console.log(`Chromium ${browser.version()}: ${counts}`);
    if (failures.length > 0 || passed === 0) process.exitCode = 1;
  } finally {
    await browser.close();
    server.close();
  }
}
