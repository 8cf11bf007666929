import type { Observer } from "@nn/core";

/** Where the page is, and what it is called. */
export interface LivePageOptions {
  readonly title?: string;
  /** The port; any that is free by default. */
  readonly port?: number;
  /** The address to listen at; `127.0.0.1` by default, which nobody but this machine reaches. */
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

/**
 * Serves a page with the curves of a run. Whoever opens it late sees the whole run; of long ones, it keeps some 2,000
 * epochs evenly taken from all. The page loads nothing from anywhere else.
 *
 * ```ts
 * const page = await livePage({ title: "houses" });
 * console.log(page.url);
 * await kFold({ …, observe: page.fold }); // or fit({ …, callbacks: [page] })
 * await page.close();
 * ```
 */
export declare function livePage(options?: LivePageOptions): Promise<LivePage>;
