// The photo with everything in the shade that was not taken for product, and a line around what was.

const LONGEST = 1600;
const LINE = 2; // pixels of the canvas
const HALF = 127;
const SHADE = "rgb(28 24 40 / 0.62)";
const COLOUR = "#ff3d7f";

/** `mask` is opaque where the product is. */
export function shaded(photo, mask) {
  const scale = Math.min(1, LONGEST / Math.max(photo.naturalWidth, photo.naturalHeight));
  const size = [Math.round(photo.naturalWidth * scale), Math.round(photo.naturalHeight * scale)];
  const [canvas, context] = blank(size);
  context.drawImage(photo, 0, 0, ...size);
  context.drawImage(filled(size, SHADE, (at) => cut(at, mask, size)), 0, 0);
  context.drawImage(line(mask, size), 0, 0);
  return canvas;
}

function blank([width, height]) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  return [canvas, canvas.getContext("2d")];
}

function filled(size, colour, then) {
  const [canvas, context] = blank(size);
  context.fillStyle = colour;
  context.fillRect(0, 0, ...size);
  then(context);
  return canvas;
}

function cut(context, mask, size) {
  context.globalCompositeOperation = "destination-out";
  context.drawImage(mask, 0, 0, ...size);
}

/** The mask a little larger all around, less the mask itself. */
function line(soft, size) {
  const [canvas, context] = blank(size);
  const mask = hard(soft, size);
  for (let turn = 0; turn < 16; turn += 1) {
    const angle = (turn * Math.PI) / 8;
    context.drawImage(mask, LINE * Math.cos(angle), LINE * Math.sin(angle), ...size);
  }
  cut(context, mask, size);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = COLOUR;
  context.fillRect(0, 0, ...size);
  return canvas;
}

/** Without what is hardly there: drawn again and again, a breath of mask would show as loops. */
function hard(mask, size) {
  const [canvas, context] = blank(size);
  context.drawImage(mask, 0, 0, ...size);
  const picture = context.getImageData(0, 0, ...size);
  for (let at = 3; at < picture.data.length; at += 4) picture.data[at] = picture.data[at] > HALF ? 255 : 0;
  context.putImageData(picture, 0, 0);
  return canvas;
}
