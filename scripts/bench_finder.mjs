// What the finder and its peers find, and how long they take; the same in Node and browser.

/** Results that are judged and timed: what a screen shows. */
const SHOWN = 10;
/** A peer that needs longer for all keys is timed on those that fit into this. */
const PATIENCE_MS = 20_000;
const LONGEST_MS = 120_000;
const ROUNDS = 3;

const now = () => performance.now();
const isHan = (character) => character >= "\u3400" && character <= "\u9fff";

/** The ways to search that are compared; each makes a `search(query) → ids`. */
export const ENGINES = {
  async finder({ data, base }) {
    const { build, building } = await import(`${base}/engine.js`);
    const readies = [];
    for (let round = 0; round < ROUNDS; round++) {
      const begun = now();
      build(data);
      readies.push(now() - begun);
    }
    const steps = building(data);
    let longest = 0;
    let engine;
    for (let done = false; !done; ) {
      const begun = now();
      let step;
      do step = steps.next();
      while (!step.done && now() - begun < 8);
      longest = Math.max(longest, now() - begun);
      ({ done, value: engine } = step);
    }
    for (const _ of engine.warming());
    return {
      search: (query) => engine.search(query, { limit: SHOWN }).map(({ id }) => id),
      ready: Math.min(...readies),
      first: readies[0],
      longest,
    };
  },

  async indexOf({ data }) {
    const begun = now();
    const texts = data.entries.map((entry) => textsOf(entry).join("\n").toLowerCase());
    const ready = now() - begun;
    return {
      ready,
      search(query) {
        const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
        const found = [];
        for (let i = 0; i < texts.length && found.length < SHOWN; i++) {
          if (terms.length && terms.every((term) => texts[i].includes(term))) found.push(data.entries[i].id);
        }
        return found;
      },
    };
  },

  async MiniSearch({ data, modules }) {
    const { default: MiniSearch } = await import(`${modules}/minisearch/dist/es/index.js`);
    const sounds = soundsOf(data.syllables);
    const begun = now();
    const index = new MiniSearch({
      fields: ["title", "tags", "scene", "text", "sounds"],
      tokenize: bigrams,
      searchOptions: {
        boost: { title: 3, tags: 2 },
        combineWith: "AND",
        prefix: (term) => /^[a-z]/.test(term),
        fuzzy: (term) => (/^[a-z]{5,}/.test(term) ? 0.2 : false),
      },
    });
    index.addAll(
      data.entries.map((entry) => ({
        id: entry.id,
        title: entry.title,
        tags: (entry.keywords ?? []).join(" "),
        scene: (entry.scene ?? []).join(" "),
        text: entry.text ?? "",
        sounds: spell([entry.title, ...(entry.keywords ?? []), entry.text ?? ""], sounds),
      })),
    );
    return { ready: now() - begun, search: (query) => index.search(query).slice(0, SHOWN).map(({ id }) => id) };
  },

  async FlexSearch({ data, modules }) {
    const flex = await import(`${modules}/flexsearch/dist/flexsearch.bundle.module.min.mjs`);
    const { Document, Charset } = flex.default?.Document ? flex.default : flex;
    const begun = now();
    const fields = ["title", "tags", "text"];
    const index = new Document({ document: { id: "id", index: fields }, tokenize: "forward", encoder: Charset.CJK });
    for (const entry of data.entries) {
      index.add({ id: entry.id, title: entry.title, tags: (entry.keywords ?? []).join(" "), text: entry.text ?? "" });
    }
    return {
      ready: now() - begun,
      search(query) {
        const found = new Set();
        for (const { result } of index.search(query, { limit: SHOWN })) for (const id of result) found.add(id);
        return [...found].slice(0, SHOWN);
      },
    };
  },

  async Pagefind({ pagefind }) {
    const begun = now();
    const engine = await import(pagefind);
    await engine.options({ baseUrl: "/" });
    await engine.init();
    return {
      ready: now() - begun,
      async search(query) {
        const { results } = await engine.search(query);
        const pages = await Promise.all(results.slice(0, SHOWN).map((result) => result.data()));
        return pages.map(({ meta }) => meta.id);
      },
    };
  },

  async Material({ data, material }) {
    const worker = new Worker(material);
    const waiting = [];
    worker.onmessage = ({ data: message }) => waiting.shift()?.resolve(message);
    worker.onerror = (event) => waiting.shift()?.reject(new Error(event.message));
    const ask = (message) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.postMessage(message);
      });
    const begun = now();
    const docs = data.entries.map((entry) => ({ location: entry.id, title: entry.title, text: textsOf(entry).slice(1).join(" ") }));
    const config = { lang: ["zh"], separator: "[\\s\\u200b\\u3000\\-、。，．？！；]+", pipeline: ["stemmer"], fields: { title: { boost: 1e3 }, text: { boost: 1 }, tags: { boost: 1e6 } } };
    await ask({ type: 0, data: { config, docs, options: { suggest: false } } });
    return {
      ready: now() - begun,
      async search(query) {
        const { data: result } = await ask({ type: 2, data: query });
        return result.items.flat().map(({ location }) => location).slice(0, SHOWN);
      },
    };
  },
};

function textsOf(entry) {
  return [entry.title, ...(entry.keywords ?? []), ...(entry.scene ?? []), entry.text ?? ""];
}

/** Words of Latin letters and digits; overlapping pairs of Han characters. */
function bigrams(text) {
  const tokens = [];
  for (const run of text.toLowerCase().match(/[a-z0-9]+|[\u3400-\u9fff]+/g) ?? []) {
    if (!isHan(run[0]) || run.length === 1) tokens.push(run);
    else for (let i = 0; i + 1 < run.length; i++) tokens.push(run.slice(i, i + 2));
  }
  return tokens;
}

function soundsOf(table) {
  const sounds = new Map();
  for (const line of table.split(";")) {
    const [syllable, characters = ""] = line.split("|")[0].split(" ");
    for (const character of characters) if (!sounds.has(character)) sounds.set(character, syllable);
  }
  return sounds;
}

/** Full pinyin and initials of every two to four neighbours, for a peer that knows none. */
function spell(texts, sounds) {
  const words = new Set();
  for (const text of texts) {
    for (const run of text.match(/[\u3400-\u9fff]+/g) ?? []) {
      const spelt = [...run].map((character) => sounds.get(character) ?? "");
      for (let size = 2; size <= 4; size++) {
        for (let i = 0; i + size <= spelt.length; i++) {
          const part = spelt.slice(i, i + size);
          words.add(part.join(""));
          words.add(part.map((syllable) => syllable[0] ?? "").join(""));
        }
      }
    }
  }
  return [...words].join(" ");
}

/**
 * Measures one way to search.
 *
 * @param {string} name
 * @param {object} job `{data, queries}` and where things are
 */
export function measure(name, job) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no answer in time")), LONGEST_MS).unref?.());
  return Promise.race([measured(name, job), late]);
}

async function measured(name, job) {
  const { search, ready, ...more } = await ENGINES[name](job);
  const classes = {};
  const misses = [];
  for (const { id, cls = "all", split = "", q, targets } of job.queries) {
    const found = await search(q);
    const wanted = new Set([targets ?? []].flat().map(String));
    const rank = found.findIndex((one) => wanted.has(String(one)));
    for (const key of split ? [cls, `${cls}/${split}`] : [cls]) {
      const row = (classes[key] ??= { count: 0, hit1: 0, hit5: 0, mrr: 0 });
      row.count++;
      if (rank === 0) row.hit1++;
      if (rank >= 0 && rank < 5) row.hit5++;
      if (rank >= 0) row.mrr += 1 / (rank + 1);
    }
    if (rank < 0 || rank >= 5) misses.push({ id, cls, q, targets, found: found.slice(0, 5) });
  }
  for (const row of Object.values(classes)) for (const key of ["hit1", "hit5", "mrr"]) row[key] /= row.count;
  return { classes, misses, times: { ...round({ ready_ms: ready, first_ready_ms: more.first ?? ready, longest_task_ms: more.longest ?? ready }), ...(await timeKeys(search, job.queries)) } };
}

/** Every key counts: each query is typed from its beginning; the best of a few rounds. */
async function timeKeys(search, queries) {
  const typed = new Map();
  for (const { q } of queries) for (let end = 1; end <= q.length; end++) typed.set(q.slice(0, end), Infinity);
  const until = now() + PATIENCE_MS;
  for (let round = 0; round < ROUNDS; round++) {
    for (const [text, best] of typed) {
      const begun = now();
      const found = search(text);
      if (found instanceof Promise) await found;
      const spent = now() - begun;
      if (spent < best) typed.set(text, spent);
      if (now() > until) break;
    }
  }
  const times = [...typed].filter(([, ms]) => ms < Infinity).sort((a, b) => a[1] - b[1]);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))]?.[1] ?? 0;
  return {
    keys: times.length,
    ...round({ p50_ms: at(0.5), p95_ms: at(0.95), max_ms: at(1) }),
    slowest: times.slice(-5).map(([text, ms]) => [Number(ms.toFixed(2)), text]),
  };
}

function round(figures) {
  return Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Number(value.toFixed(3))]));
}

if (typeof process !== "undefined" && process.argv[2]) {
  const { readFileSync } = await import("node:fs");
  const { pathToFileURL } = await import("node:url");
  const [, script, file, names, modules = ""] = process.argv;
  const job = {
    ...JSON.parse(readFileSync(file, "utf8")),
    base: new URL("../src/handbook/web/finder/engine", pathToFileURL(script)).href,
    modules: modules && pathToFileURL(modules).href,
  };
  const results = {};
  for (const name of names.split(",")) results[name] = await measure(name, job);
  process.stdout.write(JSON.stringify(results));
}
