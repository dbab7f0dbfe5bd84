// The browser's part of a sitting by invitation.

import assert from "node:assert/strict";
import { test } from "node:test";

import { handIn, lookAtInvited, serverTakes, startInvited } from "../../src/handbook/web/quiz/hand-in.js";
import { invitationIn, invitedSitting, timeLeft } from "../../src/handbook/web/quiz/sitting.js";

const told = {
  sitting: "11111111-2222-4333-8444-555555555555",
  exam: "entry",
  form: 2,
  paper: "abc",
  seconds: 2400,
  spent: 60,
  person: { id: "A1", name: "王小明" },
};

function serving(...answers) {
  const seen = [];
  const fetch = async (url, options = {}) => {
    seen.push([url, options.headers?.["Handbook-Invitation"]]);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    const [status, body] = answer;
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  };
  return { fetch, seen, root: "http://handbook.test/kb/" };
}

test("an invitation is read from behind the address, and nothing else is", () => {
  assert.equal(invitationIn("#invitation=aB-_9.zZ-_0"), "aB-_9.zZ-_0");
  for (const hash of ["", "#x", "#invitation=", "#invitation=abc", "#invitation=a.b&c", "#invitation=<b>.x"]) {
    assert.equal(invitationIn(hash), "", hash);
  }
});

test("the time left is the server's, however wrong this computer's clock goes", () => {
  for (const now of [0, 1e12, 4e12]) {
    const sitting = invitedSitting(told, "t.s", now);
    assert.equal(timeLeft(sitting, now), (2400 - 60) * 1000);
    assert.equal(sitting.invitation, "t.s");
    assert.deepEqual(sitting.person, told.person);
  }
});

test("a start brings the invitation in a header, never in the address", async () => {
  const server = serving([200, told]);
  const started = await startInvited("t.s", server);
  assert.deepEqual(started, { ...told, kind: "sitting" });
  assert.deepEqual(server.seen, [["http://handbook.test/kb/api/start", "t.s"]]);
});

test("a start that fails says why", async () => {
  const problems = [{ message: "过期", remedy: "再要一个" }];
  assert.deepEqual(await startInvited("t.s", serving([403, { problems }])), { kind: "refused", problems });
  for (const broken of [new TypeError("network"), [200, "<html>"], [200, {}], [500, "x"]]) {
    const { kind, problems: why } = await startInvited("t.s", serving(broken));
    assert.equal(kind, "refused");
    assert.match(why[0].message, /连不上/);
  }
});

test("a start of what was sat before says what came of it", async () => {
  const problems = [{ code: "A696", message: "用过", remedy: "再要一个" }];
  const over = { exam: "entry", person: { id: "A1", name: "王小明" }, verdict: null };
  const told = await startInvited("t.s", serving([409, { problems, over }]));
  assert.deepEqual(told, { kind: "over", problems, over });
});

test("what came of a sitting is asked for before anything begins", async () => {
  const told = { person: { id: "A1" }, problems: [], over: { exam: "entry", person: { id: "A1" } } };
  const server = serving([200, told], [200, { person: { id: "A1" } }], [403, told], new TypeError("network"));
  assert.deepEqual(await lookAtInvited("t.s", server), told);
  for (let open = 0; open < 3; open += 1) {
    assert.equal(await lookAtInvited("t.s", server), null);
  }
  assert.deepEqual(new Set(server.seen.map(String)), new Set(["http://handbook.test/kb/api/sitting,t.s"]));
});

test("a hand-in brings the invitation of its sitting, again after a lost network", async () => {
  const open = [200, { hand_in: true, invitation: true }];
  const receipt = { receipt: "1-a", verdict: { passed: true } };
  const server = serving(open, new TypeError("network"), open, [429, {}], open, [200, receipt]);
  const outcome = await handIn({}, { ...server, pause: async () => {}, onWait() {}, invitation: "t.s" });
  assert.equal(outcome.kind, "receipt");
  assert.deepEqual(
    server.seen.filter(([url]) => url.endsWith("hand-in")).map(([, header]) => header),
    ["t.s", "t.s", "t.s"],
  );
});

test("a server that wants invitations is told from one that takes anybody", async () => {
  const ask = (status) => serverTakes("http://h/", serving([200, status]).fetch);
  assert.equal(await ask({ hand_in: true, invitation: true }), "invited");
  assert.equal(await ask({ hand_in: true, invitation: false }), "yes");
  assert.equal(await ask({ hand_in: true }), "yes");
});
