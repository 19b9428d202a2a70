import assert from "node:assert/strict";
import { test } from "node:test";

import { PartMap } from "../../../../editing/static/editing/studio/parts.js";

const map = new PartMap({ names: ["upper", "sole"], words: { upper: "upper" }, side: 2, levels: [0, 20, 40, 40] });

test("a point of the frame lies on the part whose square it is in", () => {
  assert.equal(map.at([0.7, 0.2]), "upper");
  assert.equal(map.at([0.2, 0.9]), "sole");
});

test("beside the product and beside the frame there is no part", () => {
  assert.equal(map.at([0.2, 0.2]), null);
  for (const point of [[-0.1, 0.9], [0.9, 1], [1.2, 0.2]]) assert.equal(map.at(point), null);
});

test("a part without a word of its own is called by its name", () => {
  assert.deepEqual(["upper", "sole"].map(map.word), ["upper", "sole"]);
});
