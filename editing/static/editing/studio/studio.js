// The editor's heart: one document with its history, one gesture at a time, sent out and answered by previews.

import * as documents from "./document.js";
import { beginGesture, DRAWING_TOOLS, extendGesture, finishGesture } from "./gestures.js";
import { contentKey, isEmpty } from "./document.js";
import { PreviewMemory } from "./previews.js";
import { radiusAt } from "./scales.js";
import { zoomed } from "./geometry.js";

const HANDLE_REACH = 14; // pixels
const SKETCH_SHARE = 0.35; // an outline's pen is thinner than the brush
const SHOWN_MARKS = { drawing: 1, waiting: 0.8, answered: 0.22 };

export class Studio {
  tool = "colour";
  colour = "#c1121f";
  brush = 55; // 0 to 100
  look = { photo: null, region: "dominant", scale: 1 }; // the material that is chosen, and where it goes
  units = { type: "units", part: "", action: "", strength: 1 }; // what the part's brush does; the panel says it
  #gesture = null;
  #memory = new PreviewMemory();
  #sent = new Map(); // revision: the document
  #shown = null; // the preview on the canvas
  #marksVisible = true;
  #parts = null; // the photo's named parts, once a worker has found them
  #pointedAt = null; // the name of one of them

  /** panels, outbox, candidates and say are set by the page that owns this studio. */
  constructor({ stage, document, revision, original }) {
    this.stage = stage;
    this.original = original; // { image, box } of the photo, or null from scratch
    this.history = documents.beginHistory(document);
    this.#sent.set(revision, document);
  }

  get document() {
    return this.#gesture?.document ?? this.history.present;
  }

  // ---- pen ----

  get #settings() {
    const radius = radiusAt(this.brush) * (this.tool === "sketch" ? SKETCH_SHARE : 1);
    return { colour: this.colour, look: this.look, units: this.units, radius, reach: HANDLE_REACH / this.stage.view.scale };
  }

  penDown(point) {
    if (!DRAWING_TOOLS.includes(this.tool)) return;
    if (this.tool === "look" && this.look.photo === null) {
      this.say("Choose the product whose material it takes first.");
      return;
    }
    this.#gesture = beginGesture(this.tool, this.#settings, this.history.present, point);
    this.#changed();
  }

  penMove(points) {
    if (!this.#gesture) return;
    const before = this.#gesture;
    this.#gesture = points.reduce(extendGesture, before);
    this.hover(points[points.length - 1]);
    if (this.#gesture !== before) this.#changed();
  }

  penUp() {
    if (!this.#gesture) return;
    const document = finishGesture(this.#gesture);
    this.#gesture = null;
    this.history = documents.commit(this.history, document);
    this.#changed();
  }

  penCancel() {
    this.#gesture = null;
    this.#changed();
  }

  hover(point, { isKeyboard = false } = {}) {
    const draws = DRAWING_TOOLS.includes(this.tool) && this.tool !== "warp";
    const paint = this.tool === "colour" ? this.colour : undefined;
    this.stage.update({ cursor: { point, radius: draws ? this.#settings.radius : 0, isKeyboard, paint } });
    const part = this.tool === "part" ? (this.#parts?.at(point) ?? null) : null;
    if (isKeyboard && part && part !== this.#pointedAt) this.say(this.#parts.word(part));
    this.pointAt(part, point);
  }

  leave() {
    this.pointAt(null);
    if (!this.#gesture) this.stage.update({ cursor: null });
  }

  pick(pixel) {
    this.setColour(this.stage.colourAt(pixel));
    this.setTool("colour");
    this.say(`Picked ${this.colour}.`);
  }

  // ---- parts ----

  takeParts(parts) {
    this.#parts = parts;
    this.panels.showParts(parts);
  }

  /** Show a named part, or none; its name stands beside the point, if there is one. */
  pointAt(name, point = null) {
    this.#pointedAt = name;
    this.stage.update({ part: name && { shape: this.#parts.shape(name, this.colour), word: this.#parts.word(name), point } });
  }

  colourPart(point) {
    if (!this.#parts) return this.say("The parts of this photo are still being looked for.");
    const name = this.#parts.at(point);
    return name ? this.colourNamed(name) : this.say("There is no part here.");
  }

  colourNamed(name) {
    this.replaceDocument((document) => documents.setPart(document, name, this.colour));
    this.say(`The ${this.#parts.word(name)} gets ${this.colour}.`);
  }

  // ---- settings ----

  setTool(tool) {
    if (tool === "part" && !this.original) return;
    if (tool === "look" && this.look.region !== "painted") this.setLook({ region: "painted" });
    this.tool = tool;
    this.pointAt(null);
    this.panels.showTool(this);
  }

  setColour(colour) {
    this.colour = colour;
    if (!["colour", "part", "pick"].includes(this.tool)) this.tool = "colour";
    this.panels.showTool(this);
  }

  setBrush(position) {
    this.brush = Math.min(100, Math.max(0, position));
    this.panels.showTool(this);
  }

  changeBrush = (by) => this.setBrush(this.brush + by);

  setReveal(reveal) {
    this.stage.update({ reveal });
  }

  zoom(factor) {
    const { width, height } = this.stage.size;
    this.stage.view = zoomed(this.stage.view, factor, [width / 2, height / 2]);
    this.stage.ask();
  }

  toggleMarks() {
    this.#marksVisible = !this.#marksVisible;
    this.panels.showMarksToggle(this.#marksVisible);
    this.#paint();
  }

  // ---- document ----

  replaceDocument(change, label = null) {
    this.history = documents.commit(this.history, change(this.history.present), label);
    this.#changed();
  }

  setOption = (name, value) => this.replaceDocument((document) => documents.setOption(document, name, value), name);
  setAttribute = (id, amount) => this.replaceDocument((document) => documents.setAttribute(document, id, amount), `attribute ${id}`);
  choose = (index) => this.replaceDocument((document) => documents.choose(document, index), "choice");

  setMorphPhoto(photo) {
    this.replaceDocument((document) => documents.setMorph(document, photo, 0.5));
  }

  setMorphAmount(amount) {
    const morph = this.document.marks.find((mark) => mark.type === "morph");
    if (morph) this.replaceDocument((document) => documents.setMorph(document, morph.photo, amount), "morph");
  }

  setLook(change) {
    this.look = { ...this.look, ...change };
    const { photo, region, scale } = this.look;
    this.replaceDocument((document) => documents.setLook(document, photo, region, scale), "scale" in change ? "look" : null);
    if (region === "painted" && photo !== null && this.tool !== "look") this.setTool("look");
  }

  setUnits(units) {
    this.units = units;
    if (this.tool !== "units") this.setTool("units");
  }

  sealStep() {
    this.history = documents.sealed(this.history);
  }

  undo() {
    this.#travel(documents.undo(this.history), "Undone.");
  }

  redo() {
    this.#travel(documents.redo(this.history), "Redone.");
  }

  reset() {
    this.replaceDocument((document) => ({ ...documents.emptyDocument(), options: document.options }));
    this.say("All marks removed. Undo brings them back.");
  }

  #travel(history, said) {
    if (history === this.history || this.#gesture) return;
    this.history = history;
    this.#changed();
    this.say(said);
  }

  // ---- out and back ----

  #changed() {
    this.outbox.put(this.document);
    const remembered = this.#memory.get(contentKey(this.document));
    if (remembered) this.#show(remembered);
    else if (this.#isPhoto) this.#show(null);
    this.refresh();
  }

  refresh() {
    this.panels.showDocument(this.document, { canUndo: this.history.past.length > 0, canRedo: this.history.future.length > 0 });
    this.#paint();
  }

  /** Nothing is drawn: the photo itself is the picture, and there is nothing else to read. */
  get #isPhoto() {
    return Boolean(this.original) && isEmpty(this.document);
  }

  /** Whether the picture on the canvas is still to follow the document. */
  get isWaiting() {
    return !this.#isPhoto && !this.#memory.get(contentKey(this.document));
  }

  /** Called by the page when a revision goes out. */
  noteSent(revision, document) {
    this.#sent.set(revision, document);
    this.#sent.delete(revision - 200);
  }

  /** preview: { revision, settled, after: { image, box }, candidates, frames }. */
  takePreview(preview) {
    const sent = this.#sent.get(preview.revision);
    if (sent && this.original && isEmpty(sent)) return undefined; // the photo itself is better than any picture of it
    const [key, wanted] = [sent && contentKey(sent), contentKey(this.document)];
    if (preview.settled && sent) this.#remember(key, preview);
    const remembered = this.#memory.get(wanted);
    if (remembered) return key === wanted ? this.#show(remembered) : undefined;
    if (this.#isPhoto) return undefined;
    return this.#show({ ...preview, answers: key });
  }

  /** The first settled picture of a document stays; candidates and the way there are added to it. */
  #remember(key, preview) {
    const known = this.#memory.get(key);
    const { candidates, frames } = preview;
    this.#memory.put(key, known ? { ...known, candidates, frames } : { ...preview, answers: key });
  }

  /** The candidates as they come, before anything is rendered. */
  takeThumbnails({ revision, candidates }) {
    if (this.#memory.get(contentKey(this.document)) || !this.#sent.has(revision) || this.#isPhoto) return;
    if (candidates.length) this.candidates.show(candidates, this.document.choice ?? 0);
  }

  #show(preview) {
    this.#shown = preview;
    this.stage.update({ after: preview?.after ?? null });
    if (!preview || preview.candidates?.length) this.candidates.show(preview?.candidates ?? [], this.document.choice ?? 0);
    this.#paint();
  }

  /** A position between the photo (0) and the edit (1). */
  showFrame(share) {
    const frames = this.#shown?.frames;
    if (!frames?.length) return;
    const frame = frames[Math.round(share * (frames.length - 1))];
    this.stage.update({ after: share >= 1 ? this.#shown.after : frame });
  }

  #paint() {
    const isAnswered = this.#shown && (this.#shown.answers ?? contentKey(this.document)) === contentKey(this.document);
    const state = this.#gesture ? "drawing" : isAnswered ? "answered" : "waiting";
    this.stage.update({ document: this.document, marksOpacity: this.#marksVisible ? SHOWN_MARKS[state] : 0 });
  }
}
