// The document of this page: strokes in their order, and one box. Coordinates are fractions of the photo's longer side.

import { strokeOf } from "../studio/document.js";
import { clamp } from "../studio/geometry.js";

const STROKES_PER_MARK = 200;
const LEAST_SIDE = 0.01;

/** As the server keeps it to what the stage paints, and back. */
export const fromStored = ({ box, marks }) => ({ marks: box ? [...marks, { type: "box", box }] : marks });

export const toStored = (document) => ({
  box: document.marks.find((mark) => mark.type === "box")?.box ?? null,
  marks: document.marks.filter((mark) => mark.type !== "box"),
});

export const isEmpty = (document) => document.marks.length === 0;

export const isSame = (one, other) => JSON.stringify(toStored(one)) === JSON.stringify(toStored(other));

/** A stroke goes on the last mark if that is of its kind: what is painted later lies over what was painted earlier. */
export function withStroke(document, type, path, radius) {
  const stroke = strokeOf(path, radius);
  const strokes = document.marks.filter((mark) => mark.type !== "box");
  const boxes = document.marks.filter((mark) => mark.type === "box");
  const last = strokes.at(-1);
  if (last?.type !== type || last.strokes.length >= STROKES_PER_MARK) return { marks: [...strokes, { type, strokes: [stroke] }, ...boxes] };
  return { marks: [...strokes.slice(0, -1), { type, strokes: [...last.strokes, stroke] }, ...boxes] };
}

/** The one box between two corners; none where they are next to each other. `extent` is the photo's width and height. */
export function withBox(document, [a, b], extent) {
  const side = (i) => [Math.min(a[i], b[i]), Math.max(a[i], b[i])].map((value) => clamp(value, 0, extent[i]));
  const [[left, right], [top, bottom]] = [side(0), side(1)];
  const others = document.marks.filter((mark) => mark.type !== "box");
  if (right - left < LEAST_SIDE || bottom - top < LEAST_SIDE) return { marks: others };
  return { marks: [...others, { type: "box", box: [left, top, right, bottom] }] };
}
