// How the finder's data comes into the page: by a script tag, built in short slices.

import { building, DamagedData } from "./engine/engine.js";

const SLICE_MS = 8;

/** Loads the data script once; rejects when it is missing or not what it should be. */
export function loadData(document, source) {
  const view = document.defaultView;
  return new Promise((resolve, reject) => {
    if (view.handbookFinder) {
      resolve(view.handbookFinder);
      return;
    }
    const tag = document.createElement("script");
    tag.src = source;
    tag.async = true;
    tag.addEventListener("load", () => {
      if (view.handbookFinder) resolve(view.handbookFinder);
      else reject(new DamagedData(source));
    });
    tag.addEventListener("error", () => {
      tag.remove();
      reject(new DamagedData(source));
    });
    document.head.append(tag);
  });
}

/** Builds the engine without a task that the user could feel. */
export async function buildGently(view, data) {
  const steps = building(data);
  for (;;) {
    const until = view.performance.now() + SLICE_MS;
    do {
      const { done, value } = steps.next();
      if (done) return value;
    } while (view.performance.now() < until);
    await pause(view);
  }
}

/** Runs steps while nobody waits for anything. */
export function whenIdle(view, steps) {
  const idle = view.requestIdleCallback ?? ((run) => view.setTimeout(() => run({ timeRemaining: () => 6 }), 30));
  const work = (deadline) => {
    do {
      if (steps.next().done) return;
    } while (deadline.timeRemaining() > 2);
    idle(work);
  };
  idle(work);
}

function pause(view) {
  return new Promise((resolve) => {
    const { port1, port2 } = new view.MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
}
