// The canvas: the photo, the preview over it, and the marks over both. Draws once per animation frame, only when asked.

import { fitView, toPixel } from "./geometry.js";
import { paintCursor, paintMarks, paintPart } from "./paint.js";

export class Stage {
  #context;
  #asked = false;
  view = fitView(1, 1);
  scene = {
    before: null, // { image, box }: what it was; the box is where the picture lies in the frame
    after: null, // { image, box }: what it becomes
    reveal: 1, // share of the width, from the right, that shows `after`
    document: null,
    marksOpacity: 1,
    part: null, // { shape, word, point }: the part that is pointed at
    cursor: null, // { point, radius, kind, isKeyboard }
  };

  constructor(canvas, onResize = () => {}) {
    this.canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.style = getComputedStyle(canvas);
    new ResizeObserver(() => {
      this.#resize();
      onResize();
    }).observe(canvas);
    this.#resize();
    this.fit();
  }

  get size() {
    return { width: this.canvas.clientWidth, height: this.canvas.clientHeight };
  }

  fit() {
    this.view = fitView(this.size.width, this.size.height);
    this.ask();
  }

  update(changes) {
    Object.assign(this.scene, changes);
    this.ask();
  }

  ask() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#draw();
    });
  }

  /** The colour of the picture, without marks, under a pixel of the canvas, as #rrggbb. */
  colourAt(pixel) {
    const one = document.createElement("canvas");
    one.width = one.height = 1;
    const context = one.getContext("2d", { willReadFrequently: true });
    context.translate(-pixel[0] + 0.5, -pixel[1] + 0.5);
    this.#paintPicture(context);
    const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
    return `#${[r, g, b].map((value) => value.toString(16).padStart(2, "0")).join("")}`;
  }

  #resize() {
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = this.size;
    const previous = this.previousSize ?? { width, height };
    this.view = { ...this.view, x: this.view.x + (width - previous.width) / 2, y: this.view.y + (height - previous.height) / 2 };
    this.previousSize = { width, height };
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.ask();
  }

  #draw() {
    const ratio = window.devicePixelRatio || 1;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#context.clearRect(0, 0, this.size.width, this.size.height);
    this.#paintPicture(this.#context);
    const { document, marksOpacity, part, cursor } = this.scene;
    if (part) paintPart(this.#context, this.view, part, this.style);
    if (document && marksOpacity > 0) paintMarks(this.#context, this.view, document, marksOpacity, this.style);
    if (cursor) paintCursor(this.#context, this.view, cursor, this.style);
  }

  #paintPicture(context) {
    context.fillStyle = this.style.getPropertyValue("--studio-paper") || "#fff";
    const [left, top] = toPixel(this.view, [0, 0]);
    context.fillRect(left, top, this.view.scale, this.view.scale);
    const { before, after, reveal } = this.scene;
    if (before && (!after || reveal < 1)) this.#paintImage(context, before);
    if (after && reveal > 0) this.#paintRevealed(context, after, reveal);
  }

  #paintRevealed(context, after, reveal) {
    const edge = this.view.x + (1 - reveal) * this.view.scale;
    context.save();
    if (reveal < 1) {
      context.beginPath();
      context.rect(edge, 0, this.size.width + this.view.scale, this.size.height);
      context.clip();
    }
    this.#paintImage(context, after);
    context.restore();
    if (reveal < 1) this.#paintDivider(context, edge);
  }

  #paintDivider(context, edge) {
    context.fillStyle = this.style.getPropertyValue("--studio-accent") || "#000";
    context.fillRect(edge - 1, this.view.y, 2, this.view.scale);
    context.beginPath();
    context.arc(edge, this.view.y + this.view.scale / 2, 7, 0, 2 * Math.PI);
    context.fill();
  }

  #paintImage(context, { image, box }) {
    const [left, top] = toPixel(this.view, [box.left, box.top]);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(image, left, top, box.width * this.view.scale, box.height * this.view.scale);
  }
}
