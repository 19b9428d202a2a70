import assert from "node:assert/strict";
import { test } from "node:test";

import * as geometry from "../../../../editing/static/editing/studio/geometry.js";

const near = (actual, expected) => actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-9, `${actual}`));

test("pixels and frame are each other's inverse in any view", () => {
  const view = { scale: 731, x: -40, y: 12.5 };
  near(geometry.toFrame(view, geometry.toPixel(view, [0.3, 0.77])), [0.3, 0.77]);
});

test("zooming keeps what is under the pointer where it is", () => {
  const view = geometry.fitView(800, 600);
  const under = geometry.toFrame(view, [500, 200]);
  near(geometry.toPixel(geometry.zoomed(view, 2.5, [500, 200]), under), [500, 200]);
});

test("two fingers that spread enlarge by as much", () => {
  const view = geometry.fitView(800, 600);
  const after = geometry.pinched(view, [[300, 300], [500, 300]], [[200, 320], [600, 320]]);
  assert.equal(after.scale, 2 * view.scale);
});

test("simplifying stays within its tolerance", () => {
  const wave = Array.from({ length: 200 }, (_, i) => [i / 200, 0.5 + 0.1 * Math.sin(i / 15)]);
  const few = geometry.simplified(wave, 0.004);
  assert.ok(few.length < 50);
  for (const point of wave) assert.ok(geometry.distanceToPath(point, few) <= 0.004 + 1e-9);
});

test("the eraser leaves nothing inside its reach", () => {
  const path = [[0.5, 0], [0.5, 1]];
  const pieces = geometry.erased([[0, 0.5], [1, 0.5]], path, 0.1);
  assert.equal(pieces.length, 2);
  for (const point of pieces.flat()) assert.ok(geometry.distanceToPath(point, path) > 0.09);
});
