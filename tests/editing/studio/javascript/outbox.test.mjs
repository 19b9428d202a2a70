import assert from "node:assert/strict";
import { test } from "node:test";

import { keptIn, Outbox, Outdated, Refused } from "../../../../editing/static/editing/studio/outbox.js";

/** Time that only moves when it is told to. */
class Clock {
  time = 0;
  #timers = new Map();
  #last = 0;
  now = () => this.time;
  setTimeout = (action, delay) => {
    this.#timers.set((this.#last += 1), { at: this.time + delay, action });
    return this.#last;
  };
  clearTimeout = (id) => this.#timers.delete(id);
  async pass(milliseconds) {
    const end = this.time + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(([, t]) => t.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].action();
      await new Promise(setImmediate);
    }
    this.time = end;
  }
}

class Storage extends Map {
  getItem = (name) => this.get(name) ?? null;
  setItem = (name, text) => this.set(name, text);
  removeItem = (name) => this.delete(name);
}

function outbox(answer = async () => {}) {
  const clock = new Clock();
  const sent = [];
  const statuses = [];
  const storage = new Storage();
  const kept = keptIn(storage, "abc");
  const send = async (revision, document) => {
    sent.push({ at: clock.time, revision, document });
    return answer(sent.length, revision);
  };
  const box = new Outbox({ revision: 4, send, clock, kept, onStatus: (status) => statuses.push(status) });
  return { box, clock, sent, statuses, kept };
}

test("of a hundred documents in half a second, at most one every 100 ms goes out, and the newest always does", async () => {
  const { box, clock, sent } = outbox();
  for (let i = 0; i < 100; i += 1) {
    box.put({ stroke: i });
    await clock.pass(5);
  }
  await clock.pass(200);
  assert.ok(sent.length <= 7, `${sent.length}`);
  for (let i = 1; i < sent.length; i += 1) assert.ok(sent[i].at - sent[i - 1].at >= 100);
  assert.deepEqual(sent.at(-1).document, { stroke: 99 });
  assert.deepEqual(sent.map((s) => s.revision), sent.map((_, i) => 5 + i));
  assert.ok(box.isEmpty);
});

test("a lost connection keeps the document and sends it again with growing pauses", async () => {
  const { box, clock, sent, statuses, kept } = outbox(async (attempt) => {
    if (attempt <= 3) throw new TypeError("network");
  });
  box.put({ stroke: 1 });
  await clock.pass(200);
  assert.deepEqual(kept.get(), { stroke: 1 });
  assert.equal(statuses.at(-1), "offline");
  await clock.pass(10000);
  assert.deepEqual(sent.map((s) => s.at), [0, 500, 1500, 3500]);
  assert.equal(kept.get(), null);
  assert.equal(statuses.at(-1), "saved");
});

test("back online, it does not wait for the next retry", async () => {
  let online = false;
  const { box, clock, sent } = outbox(async () => {
    if (!online) throw new TypeError("network");
  });
  box.put({ stroke: 1 });
  await clock.pass(4000);
  const before = sent.length;
  online = true;
  box.wake();
  await clock.pass(1);
  assert.equal(sent.length, before + 1);
});

test("after another tab's revision it goes on above that one", async () => {
  const { box, clock, sent } = outbox(async (attempt) => {
    if (attempt === 1) throw new Outdated(20);
  });
  box.put({ stroke: 1 });
  await clock.pass(500);
  assert.deepEqual(sent.map((s) => s.revision), [5, 21]);
});

test("a refused document is not sent again", async () => {
  const { box, clock, sent, statuses } = outbox(async () => {
    throw new Refused("too many strokes");
  });
  box.put({ stroke: 1 });
  await clock.pass(20000);
  assert.equal(sent.length, 1);
  assert.equal(statuses.at(-1), "refused");
});

test("forbidden storage is no error", () => {
  const forbidden = { getItem() { throw new Error("no"); }, setItem() { throw new Error("no"); }, removeItem() { throw new Error("no"); } };
  const kept = keptIn(forbidden, "abc");
  kept.set({});
  kept.clear();
  assert.equal(kept.get(), null);
});
