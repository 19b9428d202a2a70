// What a studio session is: marks, each a constraint message as the worker takes it, and the solver's two weights.
// Documents are never changed in place: every function answers a new one, so that undo gives back the very same object.

import { distance, distanceToPath, erased, simplified, stored, touches } from "./geometry.js";

export const STRENGTH = { low: 0.05, high: 20, usual: 1 };
export const REALISM = { low: 0, high: 1, usual: 0.1 };
export const HISTORY_LIMIT = 200;

const STROKES_PER_MARK = 200;
const DRAGS_PER_MARK = 32;
const SHORTEST_DRAG = 0.008;
const PAINTED = new Set(["colour", "sketch", "keep", "remove", "look", "units", "own_part"]);
const HEAD = ["type", "colour", "photo", "part", "action", "group", "strength"]; // what strokes of one mark have in common

export const emptyDocument = () => ({ marks: [], options: { strength: STRENGTH.usual, realism: REALISM.usual } });

/** One text per content, whatever the order in which it was made. */
export const contentKey = (document) => JSON.stringify([document.marks, document.options, document.choice ?? 0]);

export const isEmpty = (document) => document.marks.length === 0;

/** Whether a mark lies on the picture; a look may be meant for a part that is found instead. */
export const isPainted = (mark) => PAINTED.has(mark.type) && mark.strokes !== undefined;

const withMarks = (document, marks) => ({ ...document, marks });

// ---- painted marks ---------------------------------------------------------------------------------------------------

/** Strokes of one kind and colour share a mark. A colour laid over another stays above it, so only the last mark grows. */
export function addStroke(document, head, stroke) {
  const marks = document.marks;
  const same = (mark) => HEAD.every((name) => mark[name] === head[name]) && isPainted(mark) && mark.strokes.length < STROKES_PER_MARK;
  const lastOfKind = marks.findLastIndex((mark) => mark.type === head.type && isPainted(mark));
  if (lastOfKind < 0 || !same(marks[lastOfKind])) return withMarks(document, [...marks, { ...head, strokes: [stroke] }]);
  return withMarks(document, marks.with(lastOfKind, { ...marks[lastOfKind], strokes: [...marks[lastOfKind].strokes, stroke] }));
}

export const strokeOf = (path, radius) => ({ points: simplified(path, radius / 12).map(stored), radius });

/** A colour laid over others replaces them there: one place cannot be asked to have two colours. */
export function withoutOtherColours(document, colour, path, radius) {
  const isOther = (mark) => mark.type === "colour" && mark.colour !== colour;
  if (!document.marks.some(isOther)) return document;
  return withMarks(document, document.marks.map((mark) => (isOther(mark) ? erasedMark(mark, path, radius) : mark)).filter(Boolean));
}

/** Take away everything within `reach` of the path: pieces of strokes, and drags that begin or end there. */
export function eraseAlong(document, path, reach) {
  const marks = document.marks.map((mark) => erasedMark(mark, path, reach)).filter(Boolean);
  const same = marks.length === document.marks.length && marks.every((mark, i) => mark === document.marks[i]);
  return same ? document : withMarks(document, marks);
}

function erasedMark(mark, path, reach) {
  if (mark.type === "warp") {
    const touched = (drag) => [drag.source, drag.target].some((point) => distanceToPath(point, path) <= reach);
    return mark.drags.some(touched) ? keepIfAny(mark, "drags", mark.drags.filter((drag) => !touched(drag))) : mark;
  }
  if (!isPainted(mark)) return mark;
  const hit = (stroke) => touches(stroke.points, path, reach + stroke.radius / 2);
  if (!mark.strokes.some(hit)) return mark;
  const left = mark.strokes.flatMap((stroke) => (hit(stroke)
    ? erased(stroke.points, path, reach + stroke.radius / 2).map((points) => ({ ...stroke, points }))
    : [stroke]));
  return keepIfAny(mark, "strokes", left.slice(0, STROKES_PER_MARK));
}

const keepIfAny = (mark, field, items) => (items.length ? { ...mark, [field]: items } : null);

// ---- drags -----------------------------------------------------------------------------------------------------------

const drags = (document) => document.marks.find((mark) => mark.type === "warp")?.drags ?? [];

export function withDrags(document, list) {
  const others = document.marks.filter((mark) => mark.type !== "warp");
  return withMarks(document, list.length ? [...others, { type: "warp", drags: list }] : others);
}

/** The handle within `reach` of a point: { index, end: "source" | "target" }, or null. Targets lie on top. */
export function handleAt(document, point, reach) {
  for (const end of ["target", "source"]) {
    const index = drags(document).findLastIndex((drag) => distance(drag[end], point) <= reach);
    if (index >= 0) return { index, end };
  }
  return null;
}

export function moveHandle(document, handle, point) {
  const list = drags(document);
  return withDrags(document, list.with(handle.index, { ...list[handle.index], [handle.end]: stored(point) }));
}

export const addDrag = (document, source, target) =>
  withDrags(document, [...drags(document), { source: stored(source), target: stored(target) }].slice(-DRAGS_PER_MARK));

/** Without the drags that go nowhere. */
export function settleDrags(document) {
  const list = drags(document);
  const left = list.filter((drag) => distance(drag.source, drag.target) >= SHORTEST_DRAG);
  return left.length === list.length ? document : withDrags(document, left);
}

// ---- sliders ---------------------------------------------------------------------------------------------------------

/** At most one mark of a kind and reference: an attribute by its id, a morph by its photo, the one swatch. */
export function setMark(document, mark, isSame) {
  const at = document.marks.findIndex(isSame);
  if (at < 0) return withMarks(document, [...document.marks, mark]);
  return withMarks(document, document.marks.with(at, mark));
}

export const removeMarks = (document, isGone) => withMarks(document, document.marks.filter((mark) => !isGone(mark)));

export function setAttribute(document, attribute, amount) {
  const same = (mark) => mark.type === "attribute" && mark.attribute === attribute;
  return amount === 0 ? removeMarks(document, same) : setMark(document, { type: "attribute", attribute, amount }, same);
}

export function setMorph(document, photo, amount) {
  const isMorph = (mark) => mark.type === "morph";
  return photo === null ? removeMarks(document, isMorph) : setMark(document, { type: "morph", photo, amount }, isMorph);
}

/** The look of a part that is found: of another product's photo, or none. What is painted stays, and takes the new example too. */
export function setLook(document, photo, region, scale) {
  const marks = document.marks.filter((mark) => mark.type !== "look" || (photo !== null && isPainted(mark)));
  const others = marks.map((mark) => (mark.type === "look" ? { ...mark, photo, scale } : mark));
  const found = photo !== null && region !== "painted" ? [{ type: "look", photo, region, scale }] : [];
  return withMarks(document, [...others, ...found]);
}

/** A named part of the photo has one colour. */
export const setPart = (document, region, colour) =>
  setMark(document, { type: "swatch", colour, region }, (mark) => mark.type === "swatch" && mark.region === region);

export const setOption = (document, name, value) => ({ ...document, options: { ...document.options, [name]: value } });

/** Which of the candidates the person goes on with; 0 is the best. */
export const choose = (document, choice) => ({ ...document, choice });

// ---- history ---------------------------------------------------------------------------------------------------------

export const beginHistory = (document) => ({ past: [], present: document, future: [], label: null });

/** Steps with the same label run together into one, as a slider's do while it is dragged. */
export function commit(history, document, label = null) {
  if (document === history.present) return history;
  const joins = label !== null && label === history.label;
  const past = joins ? history.past : [...history.past, history.present].slice(-HISTORY_LIMIT);
  return { past, present: document, future: [], label };
}

export const sealed = (history) => ({ ...history, label: null });

export function undo(history) {
  if (!history.past.length) return history;
  const present = history.past[history.past.length - 1];
  return { past: history.past.slice(0, -1), present, future: [history.present, ...history.future], label: null };
}

export function redo(history) {
  if (!history.future.length) return history;
  const [present, ...future] = history.future;
  return { past: [...history.past, history.present], present, future, label: null };
}
