/** One sitting of an exam: from 开始考试 to the answer file. */

import { answerOf, whole } from "./answers.js";
import { canonical } from "./canonical.js";
import { sha256 } from "./sha256.js";

/** Begin a sitting. All of it is plain data, so that it can be kept as JSON. */
export function beginSitting({ exam, delta = "", form, paper, seconds, person, sitting, now, invitation = "" }) {
  return {
    invitation,
    exam,
    delta,
    form,
    paper,
    seconds,
    person,
    sitting,
    started: now,
    drafts: {},
    flags: [],
    file: null,
    receipt: null,
  };
}

/**
 * Return the sitting that a server began, in the terms of this computer's clock: however
 * wrong that goes, as much time is left as the server says.
 */
export function invitedSitting(told, invitation, now) {
  const { exam, delta, form, paper, seconds, person, sitting, spent } = told;
  return beginSitting({ exam, delta, form, paper, seconds, person, sitting, invitation, now: now - spent * 1000 });
}

/**
 * Return the invitation that an address carries behind `#`; empty if it carries none, or
 * one to something else than is asked for. What it says is not believed: the server reads
 * it again.
 */
export function invitationIn(hash, exam = "") {
  const found = /^#invitation=([\w-]+\.[\w-]+)$/.exec(hash)?.[1] ?? "";
  return !exam || examOf(found) === exam ? found : "";
}

function examOf(invitation) {
  try {
    const body = atob(invitation.split(".")[0].replaceAll("-", "+").replaceAll("_", "/"));
    return JSON.parse(body)[3];
  } catch {
    return "";
  }
}

/** Return the milliseconds that are left; never more than the time allowed. */
export function timeLeft(sitting, now) {
  return Math.min(sitting.started + sitting.seconds * 1000 - now, sitting.seconds * 1000);
}

/**
 * Close a sitting: state its answers in a file with a checksum.
 *
 * Answers stand still from the moment the time is up, even if the page was closed then
 * and is opened a day later; so the time of hand-in is never after it. A clock that was
 * set back meanwhile must not make an end before the beginning.
 */
export function closeSitting(sitting, items, now) {
  const end = sitting.started + sitting.seconds * 1000;
  const answers = {};
  for (const { token, type, size } of items) {
    const answer = answerOf(type, sitting.drafts[token], size);
    if (answer !== undefined) {
      answers[token] = answer;
    }
  }
  const file = {
    format: "handbook-answers/1",
    exam: sitting.exam,
    ...(sitting.delta ? { delta: sitting.delta } : {}),
    form: sitting.form,
    paper: sitting.paper,
    sitting: sitting.sitting,
    person: sitting.person,
    started_at: localTime(new Date(sitting.started)),
    submitted_at: localTime(new Date(Math.max(sitting.started, Math.min(now, end)))),
    answers,
  };
  return { ...sitting, file: { ...file, checksum: sha256(canonical(file)) } };
}

/** Return local time with its offset: `2026-11-23T09:00:00+08:00`. */
export function localTime(date, offset = -date.getTimezoneOffset()) {
  const local = new Date(date.getTime() + offset * 60000).toISOString().slice(0, 19);
  const minutes = Math.abs(offset);
  const two = (number) => String(number).padStart(2, "0");
  return `${local}${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Return what a learner typed as a person, or in Chinese what is wrong with it. */
export function readPerson(number, name) {
  const id = whole(number).normalize("NFKC").replace(/\s+/g, "").toUpperCase();
  const called = whole(name).normalize("NFKC").trim().replace(/\s+/g, " ");
  if (id === "") {
    return { field: "number", fault: "请填写工号。" };
  }
  if (id.length > 32 || !/^[\p{L}\p{N}][\p{L}\p{N}\-_.@]*$/u.test(id)) {
    return { field: "number", fault: "工号由字母、数字、汉字和 - _ . @ 组成，最多 32 个字。" };
  }
  if (called === "") {
    return { field: "name", fault: "请填写姓名。" };
  }
  if (called.length > 40) {
    return { field: "name", fault: "姓名最多 40 个字。" };
  }
  return { person: { id, name: called } };
}

/** Return the name under which an answer file is saved, without what file systems refuse. */
export function fileName(file) {
  return `答卷-${file.exam}${file.delta ? "-补考" : ""}-${file.person.id.replace(/[^\p{L}\p{N}\-_.@]/gu, "")}.json`;
}
