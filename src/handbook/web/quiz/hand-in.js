/** Hands an answer file in to the handbook's own server, and again when the network was lost. */

const WAITS = [2, 4, 8, 15, 30];
const PATIENCE = 20000;
const AGAIN = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Hand a file in until there is an outcome:
 * `{ kind: "receipt", receipt, duplicate, recorded_at, verdict }`,
 * `{ kind: "refused", problems }`, `{ kind: "nowhere" }` where no server takes it, or
 * `{ kind: "stopped" }` after `signal` was aborted.
 *
 * Before each new try `onWait(seconds, why)` is told, then `pause(seconds)` awaited.
 */
export async function handIn(file, { root, fetch, pause, onWait, signal }) {
  const body = JSON.stringify(file);
  for (let tries = 0; ; tries += 1) {
    const outcome = await attempt(root, body, fetch);
    if (signal?.aborted) {
      return { kind: "stopped" };
    }
    if (outcome.kind !== "again") {
      return outcome;
    }
    const seconds = WAITS[Math.min(tries, WAITS.length - 1)];
    onWait(seconds, outcome.why);
    await pause(seconds);
    if (signal?.aborted) {
      return { kind: "stopped" };
    }
  }
}

/** Ask whether a server takes hand-ins: `yes`, `no`, or `lost` when nothing answers. */
export async function serverTakes(root, fetch) {
  try {
    const answer = await timed(fetch, new URL("api/status", root), { cache: "no-store" });
    if (!answer.ok) {
      return AGAIN.has(answer.status) ? "lost" : "no";
    }
    const status = await answer.json().catch(() => null);
    return status?.hand_in === true ? "yes" : "no";
  } catch {
    return "lost";
  }
}

async function attempt(root, body, fetch) {
  const takes = await serverTakes(root, fetch);
  if (takes === "no") {
    return { kind: "nowhere" };
  }
  if (takes === "lost") {
    return { kind: "again", why: "连不上服务器" };
  }
  let answer;
  let told;
  try {
    answer = await timed(fetch, new URL("api/hand-in", root), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
    told = await answer.json();
  } catch {
    // Lost on the way there or back; handing in twice makes one record.
    told = null;
  }
  if (answer?.ok && typeof told?.receipt === "string" && told.verdict) {
    return { ...told, kind: "receipt" };
  }
  const problems = Array.isArray(told?.problems) ? told.problems : [];
  if (!answer || answer.ok || AGAIN.has(answer.status)) {
    return { kind: "again", why: problems[0]?.message ?? "网络断开了" };
  }
  return {
    kind: "refused",
    problems: problems.length > 0 ? problems : [unexplained(answer.status)],
  };
}

function unexplained(status) {
  return {
    message: `服务器没有收下这份答卷（${status}）。`,
    remedy: "请保存答卷文件，交给培训师。",
  };
}

async function timed(fetch, url, options) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    return await fetch(url.href, { ...options, signal: stop.signal });
  } finally {
    clearTimeout(timer);
  }
}
