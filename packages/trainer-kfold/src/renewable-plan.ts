import type { Backend } from "@nn/core";
import { renewable } from "@nn/trainer";
import { deviceLost } from "./device-lost.ts";
import type { AnyOptions } from "./options.ts";
import { isTable, type Plan, planner } from "./plan.ts";

/** A plan on a device that may be lost. */
export interface RenewablePlan {
  /**
   * Does work by the plan, and begins it anew on another device, with the data there, where the one that it is done on is
   * lost. All work shares the one device that takes the place of the first.
   */
  attempt<T>(work: (plan: Plan) => Promise<T>): Promise<T>;
  /** The same for what is done last, also where that other device is lost by then: for it, there may be one more. */
  conclude<T>(work: (plan: Plan) => Promise<T>): Promise<T>;
  /** Gives back what was uploaded. */
  release(): Promise<void>;
}

/** Checks the options; the data is divided when there is work. */
export function renewablePlan(options: AnyOptions): RenewablePlan {
  const planFor = planner(options);
  const way = options.store
    ? "with a new backend, it goes on from what the store has"
    : "try again with a new backend, and with a store, from which a run can go on";
  let current: { readonly backend: Backend; readonly plan: Promise<Plan> } | undefined;
  const planOn = (backend: Backend): Promise<Plan> => {
    // What is on the lost device is left to it: other work, which has not heard of the loss yet, may still read it.
    if (current?.backend !== backend) current = { backend, plan: planFor(backend) };
    return current.plan;
  };
  const attempter = (): RenewablePlan["attempt"] => {
    const device = renewable({
      backend: options.backend,
      uploads: () => (isTable(options.data) ? {} : { data: options.data }),
      failed: (why, cause) => deviceLost("the device", `${why}; ${way}`, cause),
      signal: options.signal,
    });
    return (work) => device.attempt(async (backend) => work(await planOn(backend)));
  };
  return {
    attempt: attempter(),
    conclude: (work) => attempter()(work),
    async release() {
      // What could not be uploaded has failed, and there is nothing to give back.
      const plan = await current?.plan.catch(() => undefined);
      await plan?.open.closeAll();
      plan?.source.release();
    },
  };
}
