import type { EpochSummary, RunSummary } from "@nn/core";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, it } from "vitest";
import type { LoggedRun } from "../src/node/live/run-log.ts";
import { serveEvents } from "../src/node/live/server.ts";
import { livePage, type LivePage } from "../src/node.ts";

const summary: RunSummary = {
  epochs: 10,
  stepsPerEpoch: 4,
  rows: 128,
  step: 0,
  monitor: { name: "loss", better: "lower" },
};

function epoch(number: number, loss = 1 / number): EpochSummary {
  return {
    step: number * 4,
    epoch: number,
    loss,
    rate: 0.1,
    metrics: { "validation/loss": loss * 2 },
    probes: {},
    best: 1,
  };
}

const open: LivePage[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((page) => page.close()));
});

async function newPage(options: Parameters<typeof livePage>[0] = {}): Promise<LivePage> {
  const page = await livePage(options);
  open.push(page);
  return page;
}

/** Listens to a page; `next` waits for its next event. */
function listen(url: string): {
  next(): Promise<{ event: string; data: unknown }>;
  ended: Promise<void>;
} {
  const waiting: ((event: { event: string; data: unknown }) => void)[] = [];
  const events: { event: string; data: unknown }[] = [];
  let text = "";
  const ended = new Promise<void>((resolve, reject) => {
    get(`${url}events`, (response) => {
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const [, event, data] = /event: (.*)\ndata: (.*)$/.exec(text.slice(0, end))!;
          text = text.slice(end + 2);
          const found = { event: event!, data: JSON.parse(data!) as unknown };
          const taker = waiting.shift();
          if (taker) taker(found);
          else events.push(found);
        }
      });
      response.on("end", resolve);
    }).on("error", reject);
  });
  return {
    ended,
    next: () =>
      new Promise((resolve) => {
        const found = events.shift();
        if (found) resolve(found);
        else waiting.push(resolve);
      }),
  };
}

it("tells of epochs as they come, and those who come late of all before", async () => {
  const page = await newPage();
  const early = listen(page.url);
  expect(await early.next()).toEqual({ event: "state", data: [] });
  await page.start!(summary);
  expect(await early.next()).toMatchObject({
    event: "state",
    data: [{ name: "run", epochs: 10, ended: null }],
  });
  page.epoch!(epoch(1));
  page.epoch!(epoch(2, Number.NaN));
  page.progress!({ step: 9, epoch: 2.25, loss: 0.4, rate: 0.1 });
  expect(await early.next()).toEqual({
    event: "news",
    data: [
      {
        name: "run",
        now: { epoch: 2.25, loss: 0.4, rate: 0.1 },
        epochs: [
          { epoch: 1, figures: { loss: 1, "validation/loss": 2 } },
          { epoch: 2, figures: { loss: null, "validation/loss": null } },
        ],
      },
    ],
  });
  const late = listen(page.url);
  const { data } = await late.next();
  expect(data).toMatchObject([
    { history: { epoch: [1, 2], figures: { loss: [1, null], "validation/loss": [2, null] } } },
  ]);
  await page.end!("epochs");
  expect(await late.next()).toMatchObject({ event: "state", data: [{ ended: "epochs" }] });
  await page.close();
  expect((await late.next()).event).toBe("end");
  await Promise.all([early.ended, late.ended]);
});

it("shows folds that run at the same time, and begins anew with another cross-validation", async () => {
  const page = await newPage();
  const folds = [0, 1].map((index) => page.fold(index, 2));
  for (const fold of folds) void fold.start!(summary);
  folds[1]!.epoch!(epoch(1));
  const state = async (): Promise<LoggedRun[]> =>
    (await listen(page.url).next()).data as LoggedRun[];
  expect((await state()).map(({ name, history }) => [name, history.epoch.length])).toEqual([
    ["fold 1", 0],
    ["fold 2", 1],
  ]);
  for (const fold of folds) void fold.end!("epochs");
  void page.fold(0, 2).start!(summary);
  expect((await state()).map(({ name, ended }) => [name, ended])).toEqual([["fold 1", null]]);
  expect(() => page.fold(2, 2)).toThrow(
    "livePage: expected the number of a fold, from 0, and how many there are, got 2 and 2",
  );
});

it("keeps a bounded number of epochs of a long run, evenly taken", async () => {
  const page = await newPage();
  await page.start!({ ...summary, epochs: 100_000 });
  for (let number = 1; number <= 100_000; number++) page.epoch!(epoch(number));
  const [run] = (await listen(page.url).next()).data as LoggedRun[];
  const { history } = run!;
  expect(history.epoch.length).toBeLessThan(2000);
  expect(history.epoch.length).toBeGreaterThan(900);
  expect(history.epoch.slice(0, 3)).toEqual([1, 64, 128]);
  expect(history.epoch.at(-1)).toBeGreaterThan(99_900);
  expect(history.figures["loss"]).toEqual(history.epoch.map((number) => 1 / number));
});

it("serves itself and nothing else, to nobody who calls it by another name", async () => {
  const page = await newPage({ title: "<Houses>" });
  const home = await fetch(page.url);
  expect(home.headers.get("content-security-policy")).toContain(
    "default-src 'none'; script-src 'self'",
  );
  const html = await home.text();
  expect(html).toContain("<h1>&lt;Houses&gt;</h1>");
  const loaded = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, file]) => file!);
  expect(loaded).toEqual(["data:,", "uplot.css", "page.css", "uplot.js", "page.js"]);
  for (const file of loaded.slice(1)) {
    const answer = await fetch(page.url + file);
    expect(answer.status, file).toBe(200);
    expect((await answer.text()).length, file).toBeGreaterThan(500);
  }
  expect((await fetch(`${page.url}../package.json`)).status).toBe(404);
  expect((await fetch(page.url, { method: "POST" })).status).toBe(405);
  const status = await new Promise((resolve) =>
    get(page.url, { headers: { Host: "evil.example" } }, ({ statusCode }) => resolve(statusCode)),
  );
  expect(status).toBe(403);
});

it("shows metrics of any name", async () => {
  const page = await newPage();
  const names = ["constructor", "toString", "<b>"];
  page.start!(summary);
  for (const number of [1, 2])
    page.epoch!({
      ...epoch(number),
      metrics: Object.fromEntries(names.map((name) => [name, number])),
    });
  const { data } = await listen(page.url).next();
  const [run] = data as LoggedRun[];
  expect(Object.keys(run!.history.figures)).toEqual(["loss", ...names]);
  expect(run!.history.figures["constructor"]).toEqual([1, 2]);
});

it("says that a port is in use, and which options there are", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as AddressInfo;
  await expect(livePage({ port })).rejects.toThrow(
    `livePage: port ${port} of 127.0.0.1 is in use; choose another one, or leave it out for any that is free`,
  );
  other.close();
  await expect(livePage({ port: 70_000 })).rejects.toThrow(
    "livePage: port must be a whole number from 0 to 65535, got 70000",
  );
  await expect(livePage({ host: "" })).rejects.toThrow("livePage: host must be an address");
  await expect(livePage({ prot: 1 } as never)).rejects.toThrow(
    "there is no option 'prot'; there are title, port, host",
  );
});

it("keeps what is sent to a page that does not listen within bounds, and catches up later", async () => {
  const all = { type: "text/plain", body: "" };
  const options = {
    host: "127.0.0.1",
    port: 0,
    files: new Map([["/", all]]),
    state: () => '"all"',
  };
  const server = await serveEvents(options);
  const response = await new Promise<IncomingMessage>((resolve) =>
    get(`${server.url}events`, resolve),
  );
  await once(response, "data");
  response.pause();
  const news = JSON.stringify("x".repeat(1 << 20));
  // Turns of the event loop in between let as much through as there is room for on the way.
  for (let i = 0; i < 100; i++) {
    server.send("news", news);
    await new Promise(setImmediate);
  }
  let text = "";
  response.setEncoding("utf8").on("data", (part: string) => (text += part));
  response.resume();
  await server.close("end");
  await once(response, "end");
  expect(text.length).toBeLessThan(50 << 20);
  expect(text).toMatch(/event: state\ndata: "all"\n\nevent: end\ndata: \{\}\n\n$/);
});

it("ends at once, for good, and without a process that waits for it", async () => {
  const page = await newPage();
  await Promise.all([page.close(), page.close()]);
  await page.start!(summary);
  page.epoch!(epoch(1));
  await expect(fetch(page.url)).rejects.toThrow("fetch failed");
  const module = path.resolve(import.meta.dirname, "../src/node.ts");
  const code = (last: string): string =>
    `import { livePage } from ${JSON.stringify(module)}; const page = await livePage(); page.start({ epochs: 1 }); await fetch(page.url); ${last} console.log("done");`;
  for (const last of ["", "await page.close();"]) {
    const args = [
      "--import",
      "tsx",
      "--conditions=@nn/source",
      "--input-type=module",
      "-e",
      code(last),
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      timeout: 20_000,
      cwd: import.meta.dirname,
    });
    expect(stdout).toBe("done\n");
  }
});
