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
export async function handIn(file, { root, fetch, pause, onWait, signal, invitation }) {
  const body = JSON.stringify(file);
  for (let tries = 0; ; tries += 1) {
    const outcome = await attempt(root, body, fetch, invitation);
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

/**
 * Ask whether a server takes hand-ins: `yes`, `invited` if only with an invitation, `no`,
 * or `lost` when nothing answers.
 */
export async function serverTakes(root, fetch) {
  try {
    const answer = await timed(fetch, new URL("api/status", root), { cache: "no-store" });
    if (!answer.ok) {
      return AGAIN.has(answer.status) ? "lost" : "no";
    }
    const status = await answer.json().catch(() => null);
    if (status?.hand_in !== true) {
      return "no";
    }
    return status.invitation === true ? "invited" : "yes";
  } catch {
    return "lost";
  }
}

/**
 * Begin the sitting an invitation is good for: `{ kind: "sitting", … }`,
 * `{ kind: "over", problems, over }` where it was sat before, `over` saying what came of
 * it, or `{ kind: "refused", problems }`. Asking again goes on with the same sitting.
 */
export async function startInvited(invitation, { root, fetch }) {
  let answer;
  let told;
  try {
    answer = await timed(fetch, new URL("api/start", root), {
      method: "POST",
      headers: headersWith(invitation),
      body: "{}",
    });
    told = await answer.json();
  } catch {
    told = null;
  }
  if (answer?.ok && typeof told?.sitting === "string" && typeof told.person?.id === "string") {
    return { ...told, kind: "sitting" };
  }
  const problems = Array.isArray(told?.problems) ? told.problems : [];
  if (problems.length > 0 && typeof told.over?.person?.id === "string") {
    return { kind: "over", problems, over: told.over };
  }
  const lost = { message: "连不上服务器，考试没有开始。", remedy: "请检查网络，再点一次。" };
  return { kind: "refused", problems: problems.length > 0 ? problems : [lost] };
}

/**
 * Ask what came of the sitting of an invitation: `{ problems, over }` as from a start, or
 * null while it may still be sat, and where nothing answers.
 */
export async function lookAtInvited(invitation, { root, fetch }) {
  try {
    const options = { headers: headersWith(invitation), cache: "no-store" };
    const answer = await timed(fetch, new URL("api/sitting", root), options);
    const told = await answer.json();
    return answer.ok && typeof told?.over?.person?.id === "string" ? told : null;
  } catch {
    return null;
  }
}

function headersWith(invitation) {
  const headers = { "Content-Type": "application/json" };
  return invitation ? { ...headers, "Handbook-Invitation": invitation } : headers;
}

async function attempt(root, body, fetch, invitation) {
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
      headers: headersWith(invitation),
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
