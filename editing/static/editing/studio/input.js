// Mouse, pen, touch and keyboard on the canvas, all brought to the same few calls of the studio.

import { clamp, panned, pinched, toFrame, zoomed } from "./geometry.js";

const WHEEL_ZOOM = 0.0018;
const KEY_STEP = 0.01;

/** `studio` has stage, tool, penDown(point), penMove(points), penUp(), penCancel(), pick(pixel), colourPart(point), hover(point), leave(). */
export class CanvasInput {
  #studio;
  #pointers = new Map(); // touching pointers by id: pixel
  #panning = null;
  #drawing = null; // id of the pointer that draws
  #spaceHeld = false;
  #cursor = [0.5, 0.5]; // of the keyboard, in the frame
  #penIsDown = false; // by keyboard

  constructor(canvas, studio) {
    this.#studio = studio;
    this.canvas = canvas;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this.#up(event));
    canvas.addEventListener("pointerleave", () => studio.leave());
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("keyup", (event) => this.#keyUp(event));
    canvas.addEventListener("blur", () => this.#lift());
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  #pixel(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #point(event) {
    return toFrame(this.#studio.stage.view, this.#pixel(event));
  }

  #down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.dataset.pointer = ""; // no focus ring while a hand draws
    this.canvas.focus({ preventScroll: true });
    this.#pointers.set(event.pointerId, this.#pixel(event));
    if (this.#pointers.size > 1) return this.#beginPinch();
    if (this.#studio.tool === "hand" || event.button === 1 || this.#spaceHeld) {
      this.#panning = event.pointerId;
    } else if (this.#studio.tool === "pick") {
      this.#studio.pick(this.#pixel(event));
    } else if (this.#studio.tool === "part" && event.button === 0) {
      this.#studio.colourPart(this.#point(event));
    } else if (event.button === 0) {
      this.#drawing = event.pointerId;
      this.#studio.penDown(this.#point(event));
    }
    return event.preventDefault();
  }

  #beginPinch() {
    if (this.#drawing !== null) this.#studio.penCancel();
    this.#drawing = this.#panning = null;
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return this.#studio.hover(this.#point(event));
    const pixel = this.#pixel(event);
    if (this.#pointers.size === 2) this.#pinch(event.pointerId, pixel);
    if (event.pointerId === this.#panning) this.#look(panned(this.#studio.stage.view, pixel[0] - before[0], pixel[1] - before[1]));
    if (event.pointerId === this.#drawing) {
      const moves = event.getCoalescedEvents?.() ?? [];
      this.#studio.penMove((moves.length ? moves : [event]).map((move) => this.#point(move)));
    }
    this.#pointers.set(event.pointerId, pixel);
    return undefined;
  }

  #pinch(id, pixel) {
    const before = [...this.#pointers.values()];
    const after = [...this.#pointers].map(([other, at]) => (other === id ? pixel : at));
    this.#look(pinched(this.#studio.stage.view, before, after));
  }

  #up(event) {
    this.#pointers.delete(event.pointerId);
    if (event.pointerId === this.#panning) this.#panning = null;
    if (event.pointerId !== this.#drawing) return;
    this.#drawing = null;
    if (event.type === "pointercancel") this.#studio.penCancel();
    else this.#studio.penUp();
  }

  #wheel(event) {
    event.preventDefault();
    const view = this.#studio.stage.view;
    if (event.shiftKey) return this.#look(panned(view, -event.deltaX - event.deltaY, 0));
    return this.#look(zoomed(view, Math.exp(-event.deltaY * WHEEL_ZOOM), this.#pixel(event)));
  }

  #look(view) {
    this.#studio.stage.view = view;
    this.#studio.stage.ask();
  }

  // ---- keyboard: arrows move a cursor, Enter puts the pen down and lifts it ----

  #key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.ctrlKey || event.metaKey) return;
    delete this.canvas.dataset.pointer;
    if (event.key in moves) this.#step(moves[event.key], event);
    else if (event.key === "Enter") this.#toggle();
    else if (event.key === "Escape" && this.#penIsDown) this.#drop();
    else if (event.key === " ") this.#spaceHeld = true;
    else return;
    event.preventDefault();
  }

  #keyUp(event) {
    if (event.key === " ") this.#spaceHeld = false;
  }

  #step([dx, dy], event) {
    const step = KEY_STEP * (event.shiftKey ? 5 : 1) * (event.altKey ? 0.2 : 1);
    this.#cursor = [clamp(this.#cursor[0] + step * dx, 0, 1), clamp(this.#cursor[1] + step * dy, 0, 1)];
    if (this.#penIsDown) this.#studio.penMove([this.#cursor]);
    this.#studio.hover(this.#cursor, { isKeyboard: true });
  }

  #toggle() {
    if (this.#studio.tool === "pick") {
      const { view } = this.#studio.stage;
      this.#studio.pick([view.scale * this.#cursor[0] + view.x, view.scale * this.#cursor[1] + view.y]);
    } else if (this.#penIsDown) {
      this.#lift();
    } else if (this.#studio.tool === "part") {
      this.#studio.colourPart(this.#cursor);
    } else if (this.#studio.tool !== "hand") {
      this.#penIsDown = true;
      this.#studio.penDown(this.#cursor);
      this.#studio.hover(this.#cursor, { isKeyboard: true });
      this.#studio.say("Pen down. Arrow keys draw, Enter lifts the pen, Escape takes it back.");
    }
  }

  #lift() {
    if (!this.#penIsDown) return;
    this.#penIsDown = false;
    this.#studio.penUp();
    this.#studio.say("Pen up.");
  }

  #drop() {
    this.#penIsDown = false;
    this.#studio.penCancel();
  }
}
