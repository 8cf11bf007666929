import { check, type Observer } from "@nn/core";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { checkKnown, checkText, show } from "../../check.ts";
import { tens } from "../../draw/palette.ts";
import { page } from "./page.ts";
import { pageHtml, pageStyle } from "./page-html.ts";
import {
  advance,
  begin,
  type LoggedEpoch,
  type LoggedRun,
  newLoggedRun,
  record,
} from "./run-log.ts";
import { type Served, serveEvents } from "./server.ts";

/** Where the page is, and what it is called. */
export interface LivePageOptions {
  readonly title?: string;
  /** The port; any that is free by default. */
  readonly port?: number;
  /**
   * The address to listen at; `127.0.0.1` by default, which nobody but this machine reaches. With `0.0.0.0`, others look
   * at it under the machine's address in numbers.
   */
  readonly host?: string;
}

/** A page whose curves move while training runs. It is an observer: pass it to `fit` among the callbacks. */
export interface LivePage extends Observer {
  /** Where to look at it, as in `http://127.0.0.1:41234/`. */
  readonly url: string;
  /** Shows one of several runs, such as the folds of a cross-validation: for `observe` of `kFold`. */
  fold(index: number, of: number): Observer;
  /**
   * Ends the page: those who look at it are told that the run is over, and keep what they see. Where it is not called,
   * the page ends with the process, which it does not keep alive.
   */
  close(): Promise<void>;
}

/** Epochs of a run that are kept. */
const mostEpochs = 2000;

/** Milliseconds between two messages to pages. */
const interval = 100;

/**
 * Serves a page with the curves of a run. Whoever opens it late sees the whole run; of long ones, it keeps 1,000 to 2,000
 * epochs evenly taken from all. The page loads nothing from anywhere else. `fit` ends a chunk of steps to tell of an
 * epoch, which slows down runs whose epochs take microseconds.
 *
 * ```ts
 * const page = await livePage({ title: "houses" });
 * console.log(page.url);
 * await kFold({ …, observe: page.fold }); // or fit({ …, callbacks: [page] })
 * await page.close();
 * ```
 */
export async function livePage(options: LivePageOptions = {}): Promise<LivePage> {
  checkKnown("livePage", options, ["title", "port", "host"]);
  const { title = "Training", port = 0, host = "127.0.0.1" } = options;
  checkText("livePage: title", title);
  checkText("livePage: host", host);
  check(host !== "", () => "livePage: host must be an address; leave it out for 127.0.0.1");
  check(
    Number.isInteger(port) && port >= 0 && port < 65_536,
    () => `livePage: port must be a whole number from 0 to 65535, got ${show(port)}`,
  );
  const runs = new Map<string, LoggedRun>();
  const news = new Map<LoggedRun, LoggedEpoch[]>();
  let isNew = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const state = (): string => JSON.stringify([...runs.values()]);
  const server = await serveEvents({ host, port, files: await pageFiles(title), state });

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (isNew) server.send("state", state());
    else if (news.size > 0)
      server.send(
        "news",
        JSON.stringify([...news].map(([{ name, now }, epochs]) => ({ name, now, epochs }))),
      );
    isNew = false;
    news.clear();
  };
  const later = (): void => {
    if (timer || isClosed) return;
    timer = setTimeout(flush, interval);
    timer.unref();
  };
  let isClosed = false;
  /** Has the whole state sent, instead of what is new in it. */
  const renew = (): void => {
    isNew = true;
    news.clear();
    later();
  };
  const tell = (run: LoggedRun, ...epochs: readonly LoggedEpoch[]): void => {
    if (!isNew && !isClosed) {
      const known = news.get(run);
      if (known) known.push(...epochs);
      else news.set(run, [...epochs]);
    }
    later();
  };

  const observer = (name: string, opens: () => void): Observer => {
    let run = newLoggedRun(name);
    return {
      start(summary) {
        // A run that has ended makes place for the next one of its name.
        run = newLoggedRun(name);
        opens();
        runs.set(name, run);
        begin(run, summary);
        renew();
      },
      progress(report) {
        advance(run, report);
        tell(run);
      },
      epoch(report) {
        const added = record(run, report, mostEpochs);
        if (added === "thinned") renew();
        else if (added) tell(run, added);
      },
      end(ended) {
        run.ended = ended;
        renew();
      },
    };
  };
  let foldCount = 0;
  return {
    ...observer("run", () => runs.clear()),
    url: server.url,
    fold(index, of) {
      check(
        Number.isInteger(index) && index >= 0 && index < of,
        () =>
          `livePage: expected the number of a fold, from 0, and how many there are, got ${index} and ${of}`,
      );
      return observer(`fold ${index + 1}`, () => {
        // Those of another cross-validation.
        const isOver = runs.size >= of && [...runs.values()].every(({ ended }) => ended !== null);
        if (isOver || of !== foldCount) runs.clear();
        foldCount = of;
      });
    },
    close() {
      if (!isClosed) flush();
      isClosed = true;
      return server.close("end");
    },
  };
}

/** All that the page is made of. */
async function pageFiles(title: string): Promise<Map<string, Served>> {
  const uplot = createRequire(import.meta.url);
  const [script, style] = await Promise.all(
    ["uPlot.iife.min.js", "uPlot.min.css"].map((file) =>
      readFile(uplot.resolve(`uplot/dist/${file}`)),
    ),
  );
  // Some tools that compile TypeScript wrap functions in calls of `__name`, which pages do not have.
  const code = `"use strict";\nconst __name = (value) => value;\n(${page.toString()})(${JSON.stringify(tens)});\n`;
  const javascript = "text/javascript; charset=utf-8";
  const css = "text/css; charset=utf-8";
  return new Map<string, Served>([
    ["/", { type: "text/html; charset=utf-8", body: pageHtml(title) }],
    ["/page.js", { type: javascript, body: code }],
    ["/page.css", { type: css, body: pageStyle }],
    ["/uplot.js", { type: javascript, body: script! }],
    ["/uplot.css", { type: css, body: style! }],
  ]);
}
