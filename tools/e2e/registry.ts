import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A private npm registry on this machine. */
export interface Registry {
  readonly url: string;
  /** The path of an npmrc file with which npm reads from and publishes to this registry. */
  readonly npmrc: string;
  /** What the registry has logged so far. */
  log(): string;
  /** Ends the process of the registry. */
  stop(): Promise<void>;
}

/**
 * Starts verdaccio on a free loopback port with its storage in `folder`. The packages named in `own`
 * exist only if they are published here; all others are fetched from `upstream`.
 */
export async function startRegistry(options: {
  readonly folder: string;
  readonly own: readonly string[];
  readonly upstream: string;
  /** The path of a file of certificate authorities to trust, as npm's `cafile`. */
  readonly authorities: string | undefined;
}): Promise<Registry> {
  const { folder, own, upstream, authorities } = options;
  mkdirSync(folder, { recursive: true });
  const everyone = { access: "$all", publish: "$all" };
  const config = {
    storage: path.join(folder, "storage"),
    auth: { htpasswd: { file: path.join(folder, "htpasswd"), max_users: -1 } },
    uplinks: { upstream: { url: upstream, timeout: "60s", maxage: "60m" } },
    packages: {
      ...Object.fromEntries(own.map((name) => [name, everyone])),
      "@nn/*": everyone,
      "**": { access: "$all", proxy: "upstream" },
    },
    max_body_size: "100mb",
    log: { type: "stdout", format: "pretty", level: "warn" },
  };
  const configFile = path.join(folder, "config.yaml");
  writeFileSync(configFile, JSON.stringify(config)); // JSON is valid YAML.

  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const npmrc = path.join(folder, "npmrc");
  // The registry asks for no login, but npm refuses to publish without a token.
  writeFileSync(npmrc, `registry=${url}\n//127.0.0.1:${port}/:_authToken=anyone\n`);

  const logFile = path.join(folder, "log");
  const log = () => readFileSync(logFile, "utf8");
  const output = createWriteStream(logFile);
  await once(output, "open");
  const child = spawn(
    process.execPath,
    [verdaccioBin(), "--config", configFile, "--listen", `127.0.0.1:${port}`],
    {
      cwd: folder,
      stdio: ["ignore", output, output],
      env: { ...(authorities ? { NODE_EXTRA_CA_CERTS: authorities } : {}), ...process.env },
    },
  );
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, "exit");
      child.kill();
      await exit;
    }
    output.close();
  };
  try {
    await waitUntilReady(url, child);
  } catch (error) {
    await stop();
    throw new Error(`verdaccio did not start:\n${log()}`, { cause: error });
  }
  return { url, npmrc, log, stop };
}

function verdaccioBin(): string {
  const manifest = createRequire(import.meta.url).resolve("verdaccio/package.json");
  return path.join(path.dirname(manifest), "bin/verdaccio");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free loopback port");
  return address.port;
}

async function waitUntilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`verdaccio exited with ${child.exitCode}`);
    const ready = await fetch(new URL("-/ping", url)).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await sleep(200);
  }
  throw new Error("verdaccio did not answer within 60 seconds");
}
