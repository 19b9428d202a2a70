// One movement of the pen, from down to up: what the document becomes while it lasts, and when it ends.

import { addDrag, addStroke, contentKey, eraseAlong, handleAt, moveHandle, settleDrags, strokeOf, withoutOtherColours } from "./document.js";
import { distance, stored } from "./geometry.js";

const LONGEST_PATH = 4000;
const PAINTERS = {
  colour: (settings) => ({ type: "colour", colour: settings.colour }),
  sketch: () => ({ type: "sketch" }),
  keep: () => ({ type: "keep" }),
  remove: () => ({ type: "remove" }),
  look: (settings) => ({ type: "look", photo: settings.look.photo, region: "painted", scale: settings.look.scale }),
  units: (settings) => settings.units,
};

/** Tools that draw on the document; the others (hand, eyedropper) only look at it. */
export const DRAWING_TOOLS = ["colour", "sketch", "warp", "keep", "remove", "look", "units", "erase"];

/** `settings` has colour (#rrggbb), look, units, radius and reach (of a handle), both in fractions of the frame. */
export function beginGesture(tool, settings, document, point) {
  const gesture = { tool, settings, origin: document, base: document, path: [stored(point)], handle: null };
  if (tool === "warp") {
    const handle = handleAt(document, point, settings.reach);
    if (handle) return { ...gesture, handle, document };
    const begun = addDrag(document, point, point);
    const index = begun.marks.find((mark) => mark.type === "warp").drags.length - 1;
    return { ...gesture, base: begun, handle: { index, end: "target" }, document: begun };
  }
  return { ...gesture, document: draft(gesture) };
}

export function extendGesture(gesture, point) {
  const last = gesture.path[gesture.path.length - 1];
  const nearest = gesture.tool === "warp" ? 0 : gesture.settings.radius / 8;
  if (distance(last, point) <= nearest || gesture.path.length >= LONGEST_PATH) return gesture;
  const longer = { ...gesture, path: [...gesture.path, stored(point)] };
  return { ...longer, document: draft(longer) };
}

/** The document after the pen was lifted. A gesture that changed nothing gives back the document it began with. */
export function finishGesture(gesture) {
  const document = gesture.tool === "warp" ? settleDrags(gesture.document) : gesture.document;
  return contentKey(document) === contentKey(gesture.origin) ? gesture.origin : document;
}

function draft({ tool, settings, base, path, handle }) {
  if (tool === "warp") return moveHandle(base, handle, path[path.length - 1]);
  if (tool === "erase") return eraseAlong(base, path, settings.radius);
  const below = tool === "colour" ? withoutOtherColours(base, settings.colour, path, settings.radius) : base;
  return addStroke(below, PAINTERS[tool](settings), strokeOf(path, settings.radius));
}
