// The named parts of the photo's product, as a worker found them: which one lies under a point of the frame.

const STEP = 20; // grey levels between two parts in the worker's map

export class PartMap {
  #shapes = new Map(); // name: a canvas that is opaque where the part is

  /** `levels` are the grey levels of a square map, `side` its pixels across; `names` in their order, `words` for people by name. */
  constructor({ names, words, levels, side }) {
    Object.assign(this, { names, levels, side });
    this.word = (name) => words[name] ?? name;
  }

  /** The name of the part at a point of the frame, or null. */
  at([x, y]) {
    if (x < 0 || y < 0 || x >= 1 || y >= 1) return null;
    const level = this.levels[Math.floor(y * this.side) * this.side + Math.floor(x * this.side)];
    return this.names[Math.round(level / STEP) - 1] ?? null;
  }

  /** The part as a picture of the whole frame, in one colour (#rrggbb). */
  shape(name, paint) {
    const key = `${name} ${paint}`;
    if (!this.#shapes.has(key)) this.#shapes.set(key, this.#painted(this.names.indexOf(name) + 1, paint));
    return this.#shapes.get(key);
  }

  #painted(place, paint) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = this.side;
    const context = canvas.getContext("2d");
    const picture = context.createImageData(this.side, this.side);
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(paint.slice(at, at + 2), 16));
    this.levels.forEach((level, i) => Math.round(level / STEP) === place && picture.data.set([r, g, b, 255], 4 * i));
    context.putImageData(picture, 0, 0);
    return canvas;
  }
}

/** From the worker's message and its decoded picture. */
export function readPartMap({ names }, image, words) {
  const canvas = document.createElement("canvas");
  const side = (canvas.width = canvas.height = image.naturalWidth);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, side, side).data;
  return new PartMap({ names, words, side, levels: Uint8Array.from({ length: side * side }, (_, i) => pixels[4 * i]) });
}
