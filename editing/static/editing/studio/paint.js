// Marks and cursors on a 2d context.

import { distance, toPixel } from "./geometry.js";

const HANDLE = 7; // pixels

export function paintMarks(context, view, document, opacity, style) {
  context.save();
  context.lineCap = context.lineJoin = "round";
  for (const mark of document.marks) PAINTERS[mark.type]?.(context, view, mark, opacity, style);
  context.restore();
}

const PAINTERS = {
  colour(context, view, mark, opacity) {
    context.globalAlpha = 0.9 * opacity;
    for (const stroke of mark.strokes) paintStroke(context, view, stroke, mark.colour);
  },
  sketch(context, view, mark, opacity, style) {
    context.globalAlpha = Math.max(0.5, opacity);
    for (const stroke of mark.strokes) paintStroke(context, view, stroke, "#ffffff");
    for (const stroke of mark.strokes) paintStroke(context, view, stroke, colour(style, "--studio-sketch"), 0.5);
  },
  keep(context, view, mark, opacity, style) {
    context.globalAlpha = 0.45 * Math.max(0.6, opacity);
    for (const stroke of mark.strokes) paintStroke(context, view, stroke, colour(style, "--studio-keep"));
  },
  remove(context, view, mark, opacity, style) {
    context.globalAlpha = 0.6 * opacity;
    for (const stroke of mark.strokes) paintStroke(context, view, stroke, colour(style, "--studio-remove"));
  },
  look(context, view, mark, opacity, style) {
    context.globalAlpha = 0.5 * opacity;
    for (const stroke of mark.strokes ?? []) paintStroke(context, view, stroke, colour(style, "--studio-look"));
  },
  units(context, view, mark, opacity, style) {
    context.globalAlpha = 0.5 * opacity;
    for (const stroke of mark.strokes) paintStroke(context, view, stroke, colour(style, "--studio-units"));
  },
  own_part(context, view, mark, opacity, style) {
    PAINTERS.units(context, view, mark, opacity, style);
  },
  product(context, view, mark, opacity) {
    paintArea(context, view, mark.strokes, "#1f9d6b", opacity);
  },
  other(context, view, mark, opacity) {
    paintArea(context, view, mark.strokes, "#e0322f", opacity);
  },
  box(context, view, { box: [left, top, right, bottom] }, opacity) {
    const [[x, y], [toX, toY]] = [toPixel(view, [left, top]), toPixel(view, [right, bottom])];
    context.globalAlpha = opacity;
    for (const [width, paint, dashes] of [[4, "#ffffff", []], [2, "#1a1916", [8, 6]]]) {
      Object.assign(context, { lineWidth: width, strokeStyle: paint });
      context.setLineDash(dashes);
      context.strokeRect(x, y, toX - x, toY - y);
    }
    context.setLineDash([]);
  },
  warp(context, view, mark, opacity, style) {
    context.globalAlpha = Math.max(0.85, opacity);
    for (const drag of mark.drags) paintDrag(context, toPixel(view, drag.source), toPixel(view, drag.target), style);
  },
};

const colour = (style, name) => style.getPropertyValue(name) || "#222";

function paintArea(context, view, strokes, paint, opacity) {
  context.globalAlpha = 0.55 * opacity;
  for (const stroke of strokes) paintStroke(context, view, stroke, paint);
}

function paintStroke(context, view, stroke, paint, share = 1) {
  context.strokeStyle = paint;
  context.lineWidth = Math.max(1, 2 * stroke.radius * view.scale * share);
  context.beginPath();
  stroke.points.forEach((point, i) => {
    const [x, y] = toPixel(view, point);
    if (i === 0) context.moveTo(x, y);
    context.lineTo(x, y);
  });
  context.stroke();
}

function paintDrag(context, source, target, style) {
  const accent = colour(style, "--studio-accent");
  for (const [width, paint] of [[5, "#ffffff"], [2.5, accent]]) {
    context.strokeStyle = paint;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(...source);
    context.lineTo(...target);
    context.stroke();
  }
  paintDot(context, source, HANDLE - 1, "#ffffff", accent);
  paintDot(context, target, HANDLE, accent, "#ffffff");
  if (distance(source, target) > 3 * HANDLE) paintArrow(context, source, target, accent);
}

function paintDot(context, [x, y], radius, fill, line) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = line;
  context.lineWidth = 2;
  context.stroke();
}

function paintArrow(context, source, target, paint) {
  const angle = Math.atan2(target[1] - source[1], target[0] - source[0]);
  const [x, y] = [target[0] - (HANDLE + 2) * Math.cos(angle), target[1] - (HANDLE + 2) * Math.sin(angle)];
  context.fillStyle = paint;
  context.beginPath();
  context.moveTo(x, y);
  for (const turn of [2.6, -2.6]) context.lineTo(x + 10 * Math.cos(angle + turn), y + 10 * Math.sin(angle + turn));
  context.fill();
}

/** The part that is pointed at, and its name beside the pointer. */
export function paintPart(context, view, { shape, word, point }, style) {
  const [left, top] = toPixel(view, [0, 0]);
  context.save();
  context.globalAlpha = 0.45;
  context.drawImage(shape, left, top, view.scale, view.scale);
  context.restore();
  if (point) paintWord(context, toPixel(view, point), word, style);
}

function paintWord(context, [x, y], word, style) {
  context.save();
  context.font = `600 14px ${style.fontFamily}`;
  const width = context.measureText(word).width;
  context.fillStyle = colour(style, "--studio-ink");
  context.fillRect(x + 12, y - 32, width + 16, 24);
  context.fillStyle = "#ffffff";
  context.fillText(word, x + 20, y - 15);
  context.restore();
}

export function paintCursor(context, view, cursor, style) {
  const [x, y] = toPixel(view, cursor.point);
  context.save();
  context.lineWidth = 1.5;
  const radius = Math.max(3, cursor.radius * view.scale);
  for (const [grow, paint] of [[1, "rgba(255,255,255,.9)"], [0, cursor.paint ?? colour(style, "--studio-ink")]]) {
    context.strokeStyle = paint;
    context.beginPath();
    if (cursor.radius > 0) context.arc(x, y, radius + grow, 0, 2 * Math.PI);
    if (cursor.isKeyboard || cursor.radius === 0) crosshair(context, x + grow * 0.75, y + grow * 0.75);
    context.stroke();
  }
  context.restore();
}

function crosshair(context, x, y) {
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    context.moveTo(x + 4 * dx, y + 4 * dy);
    context.lineTo(x + 12 * dx, y + 12 * dy);
  }
}
