import assert from "node:assert/strict";
import { test } from "node:test";

import * as documents from "../../../../editing/static/editing/studio/document.js";
import { beginGesture, extendGesture, finishGesture } from "../../../../editing/static/editing/studio/gestures.js";

const frozen = (value) => {
  if (value && typeof value === "object") Object.values(Object.freeze(value)).forEach(frozen);
  return value;
};
const blank = () => frozen(documents.emptyDocument());
const settings = { colour: "#c1121f", radius: 0.03, reach: 0.02 };

function drawn(tool, document, points, own = settings) {
  let gesture = beginGesture(tool, own, document, points[0]);
  for (const point of points.slice(1)) gesture = extendGesture(gesture, point);
  return frozen(finishGesture(gesture));
}

const line = (y, from = 0.2, to = 0.8, count = 30) =>
  Array.from({ length: count }, (_, i) => [from + ((to - from) * i) / (count - 1), y]);

test("a straight stroke is stored as its two ends", () => {
  const { marks } = drawn("colour", blank(), line(0.5));
  assert.deepEqual(marks, [{ type: "colour", colour: "#c1121f", strokes: [{ points: [[0.2, 0.5], [0.8, 0.5]], radius: 0.03 }] }]);
});

test("strokes of one colour share a mark until another colour lies between them", () => {
  const red = drawn("colour", drawn("colour", blank(), line(0.3)), line(0.4));
  assert.equal(red.marks.length, 1);
  const blue = drawn("colour", red, line(0.6), { ...settings, colour: "#1d3557" });
  const redAgain = drawn("colour", blue, line(0.8));
  assert.deepEqual(redAgain.marks.map((m) => [m.colour, m.strokes.length]), [["#c1121f", 2], ["#1d3557", 1], ["#c1121f", 1]]);
});

test("a colour painted over another replaces it there", () => {
  const blue = drawn("colour", blank(), line(0.5), { ...settings, colour: "#1d3557" });
  const crossed = drawn("colour", blue, [[0.5, 0.4], [0.5, 0.6]]);
  assert.deepEqual(crossed.marks.map((mark) => [mark.colour, mark.strokes.length]), [["#1d3557", 2], ["#c1121f", 1]]);
  const covered = drawn("colour", blue, line(0.5, 0.1, 0.9));
  assert.deepEqual(covered.marks.map((mark) => mark.colour), ["#c1121f"]);
});

test("a drag has a source and a target and its handles can be moved", () => {
  const dragged = drawn("warp", blank(), [[0.9, 0.6], [0.95, 0.6], [1.0, 0.6]]);
  assert.deepEqual(dragged.marks, [{ type: "warp", drags: [{ source: [0.9, 0.6], target: [1, 0.6] }] }]);
  const moved = drawn("warp", dragged, [[1.0, 0.605], [1.0, 0.7]]);
  assert.deepEqual(moved.marks[0].drags, [{ source: [0.9, 0.6], target: [1, 0.7] }]);
});

test("a tap with the warp tool changes nothing, to the very object", () => {
  const before = drawn("colour", blank(), line(0.3));
  assert.equal(drawn("warp", before, [[0.5, 0.5]]), before);
});

test("the eraser cuts a stroke in two and takes a drag away", () => {
  const painted = drawn("warp", drawn("colour", blank(), line(0.5)), [[0.5, 0.2], [0.6, 0.2]]);
  const cut = drawn("erase", painted, [[0.5, 0.45], [0.5, 0.55]]);
  const [stroke] = cut.marks;
  assert.equal(stroke.strokes.length, 2);
  assert.ok(stroke.strokes[0].points.at(-1)[0] < 0.47 && stroke.strokes[1].points[0][0] > 0.53);
  assert.equal(cut.marks.length, 2);
  assert.equal(drawn("erase", cut, [[0.6, 0.2]]).marks.length, 1);
});

test("erasing where nothing is gives back the very same document", () => {
  const painted = drawn("colour", blank(), line(0.5));
  assert.equal(drawn("erase", painted, line(0.9)), painted);
});

test("an attribute has one mark, and none at zero", () => {
  const set = documents.setAttribute(documents.setAttribute(blank(), 7, 1), 7, 2.5);
  assert.deepEqual(set.marks, [{ type: "attribute", attribute: 7, amount: 2.5 }]);
  assert.deepEqual(documents.setAttribute(set, 7, 0).marks, []);
});

test("undo gives back the very objects and redo the later ones", () => {
  const steps = [blank()];
  for (const y of [0.2, 0.4, 0.6]) steps.push(drawn("colour", steps.at(-1), line(y)));
  let history = documents.beginHistory(steps[0]);
  for (const step of steps.slice(1)) history = documents.commit(history, step);
  for (const step of steps.slice(0, -1).reverse()) {
    history = documents.undo(history);
    assert.equal(history.present, step);
  }
  assert.equal(documents.undo(history), history);
  for (const step of steps.slice(1)) {
    history = documents.redo(history);
    assert.equal(history.present, step);
  }
});

test("a slider's many steps undo as one, and a new change forgets what was undone", () => {
  let history = documents.beginHistory(blank());
  for (const strength of [1.1, 1.5, 2]) {
    history = documents.commit(history, documents.setOption(history.present, "strength", strength), "strength");
  }
  assert.equal(documents.undo(history).present.options.strength, 1);
  const branched = documents.commit(documents.undo(history), documents.setOption(blank(), "realism", 0.5));
  assert.deepEqual(branched.future, []);
});

test("what was drawn outside is kept inside what the worker accepts", () => {
  const { marks } = drawn("sketch", blank(), [[-3, 0.12345678], [7, 0.12345678]]);
  assert.deepEqual(marks[0].strokes[0].points, [[-0.5, 0.1235], [1.5, 0.1235]]);
});

test("strokes of one part and action share a mark, another action begins one of its own", () => {
  const stroke = { points: [[0.5, 0.5]], radius: 0.1 };
  const head = { type: "units", part: "laces", action: "remove", strength: 1 };
  const one = documents.addStroke(documents.emptyDocument(), head, stroke);
  const two = documents.addStroke(one, head, stroke);
  assert.deepEqual(two.marks, [{ ...head, strokes: [stroke, stroke] }]);
  const both = documents.addStroke(two, { ...head, action: "add" }, stroke);
  assert.deepEqual(both.marks.map((mark) => [mark.action, mark.strokes.length]), [["remove", 2], ["add", 1]]);
});

test("a look is of one product, where it is painted or on a part that is found", () => {
  const found = documents.setLook(documents.emptyDocument(), 7, "dominant", 1);
  assert.deepEqual(found.marks, [{ type: "look", photo: 7, region: "dominant", scale: 1 }]);
  const head = { type: "look", photo: 7, region: "painted", scale: 1 };
  const painted = documents.addStroke(documents.setLook(found, 7, "painted", 1), head, { points: [[0.5, 0.5]], radius: 0.1 });
  assert.equal(painted.marks.length, 1);
  assert.deepEqual(documents.setLook(painted, 8, "painted", 2).marks, [{ ...painted.marks[0], photo: 8, scale: 2 }]);
  assert.deepEqual(documents.eraseAlong(found, [[0.5, 0.5]], 0.1), found, "what is not painted is not erased");
  assert.deepEqual(documents.setLook(painted, null, "painted", 1).marks, []);
});

test("a part has one colour, the last", () => {
  const two = documents.setPart(documents.setPart(blank(), "laces", "#c1121f"), "sole", "#ffffff");
  assert.deepEqual(documents.setPart(two, "laces", "#1d3557").marks, [
    { type: "swatch", colour: "#1d3557", region: "laces" },
    { type: "swatch", colour: "#ffffff", region: "sole" },
  ]);
});
