// Runs the finder's engine over a job file: {data, queries} → times and hits, as JSON.

import { readFileSync } from "node:fs";

import { build } from "../src/handbook/web/finder/engine.js";

const { data, queries } = JSON.parse(readFileSync(process.argv[2], "utf8"));

const readies = Array.from({ length: 5 }, () => {
  const begun = performance.now();
  build(data);
  return performance.now() - begun;
});
const engine = build(data);
for (const _ of engine.warming());

const classes = {};
const times = [];
const misses = [];
for (const { id, cls = "all", q, targets } of queries) {
  // Every key counts: the query is typed from its beginning.
  for (let end = 1; end <= q.length; end++) {
    const begun = performance.now();
    engine.search(q.slice(0, end));
    times.push([performance.now() - begun, q.slice(0, end)]);
  }
  const found = engine.search(q).map((result) => result.id);
  const wanted = new Set(targets.map(String));
  const rank = found.findIndex((one) => wanted.has(one));
  const row = (classes[cls] ??= { count: 0, hit1: 0, hit5: 0, mrr: 0 });
  row.count++;
  if (rank === 0) row.hit1++;
  if (rank >= 0 && rank < 5) row.hit5++;
  else misses.push({ id, cls, q, targets, found: found.slice(0, 5) });
  if (rank >= 0) row.mrr += 1 / (rank + 1);
}
for (const row of Object.values(classes)) {
  for (const name of ["hit1", "hit5", "mrr"]) row[name] /= row.count;
}
times.sort((a, b) => a[0] - b[0]);
const at = (share) => Number((times[Math.min(times.length - 1, Math.floor(share * times.length))]?.[0] ?? 0).toFixed(3));
readies.sort((a, b) => a - b);
process.stdout.write(
  JSON.stringify({
    classes,
    times: { ready_ms: Number(readies[2].toFixed(1)), first_ready_ms: Number(readies.at(-1).toFixed(1)), p50_ms: at(0.5), p95_ms: at(0.95), max_ms: at(1), slowest: times.slice(-8).map(([ms, q]) => [Number(ms.toFixed(2)), q]) },
    misses,
  }),
);
