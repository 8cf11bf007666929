import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const executable = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Without these, it looks for updates, or does not start as root. */
const flags = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Whether there is a Chromium: Debian's, or the executable that `CHROMIUM` names. */
export const hasChromium = existsSync(executable);

/** Starts Chromium, with further flags; close it at the end. */
export function openChromium(others: readonly string[] = []): Promise<Browser> {
  if (!hasChromium)
    throw new Error(
      `there is no Chromium at ${executable}: install Debian's package chromium, or set CHROMIUM to its executable`,
    );
  return chromium.launch({ executablePath: executable, args: [...flags, ...others] });
}
