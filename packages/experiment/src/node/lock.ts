import { check } from "@nn/core";
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, rmdir, stat, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import { setTimeout } from "node:timers/promises";
import { unlessMissing } from "./unless-missing.ts";

/** Who has a lock, as its file says. */
interface Owner {
  readonly process: number;
  /** When that process began, in a form of the system's; empty where the system does not tell. */
  readonly began: string;
  readonly host: string;
}

/** How often a lock says that it is still held, in milliseconds, and after how long it no longer is. */
const beat = 15_000;
const mostSilent = 60_000;

/**
 * Takes a file as a lock, which one process has at a time, and returns what gives it back. It is taken over from a process
 * that is gone: here that is looked up, and on another machine it is one that has not touched its lock for a minute.
 */
export async function lock(file: string, place: string): Promise<() => Promise<void>> {
  const { began } = await statusOf(process.pid);
  const owner: Owner = { process: process.pid, began, host: os.hostname() };
  const text = `${JSON.stringify({ ...owner, id: randomUUID() })}\n`;
  while (!(await isTaken(file, text))) {
    const held = await readFile(file, "utf8").catch(unlessMissing);
    if (held === undefined) continue;
    check(!(await isHeld(file, held)), () => refusal(place, file, held));
    await takeAway(file);
  }
  const timer = setInterval(() => {
    const now = new Date();
    void utimes(file, now, now).catch(() => undefined);
  }, beat).unref();
  return async () => {
    clearInterval(timer);
    const held = await readFile(file, "utf8").catch(unlessMissing);
    if (held === text) await rm(file, { force: true });
  };
}

/** Whether the lock is ours now: it is written where there was none. */
async function isTaken(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

async function isHeld(file: string, text: string): Promise<boolean> {
  const owner = ownerOf(text);
  if (owner?.host === os.hostname()) return isAlive(owner);
  const found = await stat(file).catch(unlessMissing);
  return found !== undefined && found.mtimeMs > Date.now() - mostSilent;
}

/**
 * Removes a lock that nobody has any more. Only one process at a time does, and looks once more: another one may have been
 * faster, and the lock be its own by now.
 */
async function takeAway(file: string): Promise<void> {
  const turn = `${file}.turn`;
  try {
    await mkdir(turn);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const found = await stat(turn).catch(unlessMissing);
    const isLeft = found !== undefined && found.mtimeMs < Date.now() - mostSilent;
    await (isLeft ? rmdir(turn).catch(unlessMissing) : setTimeout(20));
    return;
  }
  try {
    const held = await readFile(file, "utf8").catch(unlessMissing);
    if (held !== undefined && !(await isHeld(file, held))) await rm(file, { force: true });
  } finally {
    await rmdir(turn).catch(unlessMissing);
  }
}

function refusal(place: string, file: string, text: string): string {
  const owner = ownerOf(text);
  const isOwn = owner?.process === process.pid && owner.host === os.hostname();
  const other = owner ? `process ${owner.process} on ${owner.host}` : "another process";
  const who = isOwn ? "this process has it open already" : `${other} is writing to it`;
  return `${place}: ${who}; wait for its end, or choose another folder (the lock is '${file}')`;
}

/** What a lock says; undefined of one that is not written yet, or is something else. */
function ownerOf(text: string): Owner | undefined {
  try {
    const { process: id, began, host } = JSON.parse(text) as { readonly [name: string]: unknown };
    const isOwner = Number.isSafeInteger(id) && Number(id) > 0 && typeof host === "string";
    return isOwner ? { process: Number(id), began: String(began), host } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process is there: it has neither ended nor is it another one that was given its number later. */
async function isAlive({ process: id, began }: Owner): Promise<boolean> {
  try {
    process.kill(id, 0);
  } catch (error) {
    // A process of somebody else's is there too.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = await statusOf(id);
  return !now.isZombie && (now.began === "" || now.began === began);
}

/** What Linux tells of a process; elsewhere nothing is known of when it began. */
async function statusOf(
  id: number,
): Promise<{ readonly isZombie: boolean; readonly began: string }> {
  const text = await readFile(`/proc/${id}/stat`, "utf8").catch(() => "");
  // The program's name before them, in brackets, may have spaces and brackets in it.
  const [state = "", ...fields] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { isZombie: state === "Z", began: fields[18] ?? "" };
}
