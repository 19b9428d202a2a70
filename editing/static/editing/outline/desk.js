// What hands do on the page: strokes and a box, with undo; asks nobody. The page listens to `onChange`.

import * as history from "../studio/document.js";
import { zoomed } from "../studio/geometry.js";
import { radiusAt } from "../studio/scales.js";
import { withBox, withStroke } from "./marks.js";

const PAINT = { product: "#1f9d6b", other: "#e0322f" };

export class Desk {
  tool = "product";
  brush = 35;
  #path = null;

  constructor({ stage, marks, extent, say, onChange }) {
    Object.assign(this, { stage, extent, say, onChange });
    this.history = history.beginHistory(marks);
  }

  get marks() {
    if (!this.#path) return this.history.present;
    if (this.tool === "box") return withBox(this.history.present, [this.#path[0], this.#path.at(-1)], this.extent);
    return withStroke(this.history.present, this.tool, this.#path, this.#radius);
  }

  // A brush keeps its size on the screen: zoomed in, it is finer.
  get #radius() {
    return Math.min(0.5, radiusAt(this.brush) * Math.min(1, (Math.min(this.stage.size.width, this.stage.size.height) / this.stage.view.scale)));
  }

  penDown(point) {
    this.#path = [point];
    this.#changed();
  }

  penMove(points) {
    if (!this.#path) return;
    this.#path = [...this.#path, ...points].slice(0, 4000);
    this.hover(points.at(-1));
    this.#changed();
  }

  penUp() {
    if (!this.#path) return;
    const drawn = this.marks;
    this.#path = null;
    this.history = history.commit(this.history, drawn);
    this.#changed();
  }

  penCancel() {
    this.#path = null;
    this.#changed();
  }

  pick() {}

  hover(point, { isKeyboard = false } = {}) {
    const radius = this.tool in PAINT ? this.#radius : 0;
    this.stage.update({ cursor: this.tool === "hand" ? null : { point, radius, isKeyboard, paint: PAINT[this.tool] } });
  }

  leave() {
    if (!this.#path) this.stage.update({ cursor: null });
  }

  zoom(factor) {
    const { width, height } = this.stage.size;
    this.stage.view = zoomed(this.stage.view, factor, [width / 2, height / 2]);
    this.stage.ask();
  }

  undo() {
    this.#travel(history.undo(this.history), "Undone.");
  }

  redo() {
    this.#travel(history.redo(this.history), "Redone.");
  }

  reset() {
    this.#travel(history.commit(this.history, { marks: [] }), "All marks removed. Undo brings them back.");
  }

  #travel(travelled, said) {
    if (travelled === this.history || this.#path) return;
    this.history = travelled;
    this.#changed();
    this.say(said);
  }

  #changed() {
    this.stage.update({ document: this.marks });
    this.onChange(this);
  }
}
