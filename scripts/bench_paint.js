// In the page that is measured: from a key's own time to the frame that shows its results.
// Put in before the page's own scripts; `bench_paint.py` presses the keys and reads this.
(() => {
  const measured = { painted: [], work: [], events: [], longest: 0 };
  globalThis.benchPaint = measured;
  let pressed = 0;

  /** Calls back when the frame that is being made has been painted. */
  const afterPaint = (then) =>
    requestAnimationFrame((frame) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => then(frame);
      port2.postMessage(null);
    });

  addEventListener("keydown", (event) => (pressed = event.timeStamp), true);
  addEventListener(
    "input",
    (event) => {
      if (measured.results) return; // results come later, and are watched
      const since = event.timeStamp - pressed < 50 ? pressed : event.timeStamp;
      afterPaint((frame) => {
        const now = performance.now();
        measured.painted.push(now - since);
        // What the machine does: until the handlers are done, and from frame to paint.
        measured.work.push(measured.handled - since + now - frame);
      });
    },
    true,
  );
  addEventListener("input", () => (measured.handled = performance.now()));

  /** For a search whose results come from a worker: the first change of them after a key. */
  measured.watch = (selector) => {
    measured.results = document.querySelector(selector);
    let seen = 0;
    new MutationObserver(() => {
      if (seen === pressed) return;
      seen = pressed;
      const since = pressed;
      afterPaint(() => measured.painted.push(performance.now() - since));
    }).observe(measured.results, { childList: true, subtree: true, characterData: true });
  };

  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === "keydown" || name === "input") measured.events.push(duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) measured.longest = Math.max(measured.longest, duration);
  }).observe({ type: "longtask", buffered: true });
})();
