import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Runs npm in `cwd` and shows its output. Settings that an enclosing `npm run` left in the
 * environment are removed, so that `npmrc`, when given, is the only configuration of the user.
 */
export async function npm(
  args: readonly string[],
  options: { readonly cwd: string; readonly npmrc?: string; readonly cache?: string },
): Promise<void> {
  const { cwd, npmrc, cache } = options;
  const env = {
    ...withoutNpmSettings(process.env),
    ...(npmrc ? { npm_config_userconfig: npmrc } : {}),
    ...(cache ? { npm_config_cache: cache } : {}),
    npm_config_loglevel: "warn",
    npm_config_fund: "false",
    npm_config_audit: "false",
    npm_config_update_notifier: "false",
  };
  const child = spawn("npm", args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  if (code !== 0) {
    throw new Error(`npm ${args.join(" ")}: ended with ${signal ?? `exit code ${code}`} in ${cwd}`);
  }
}

function withoutNpmSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.toLowerCase().startsWith("npm_")),
  );
}
