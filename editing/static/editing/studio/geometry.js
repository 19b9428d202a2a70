// Points are [x, y] in fractions of the manifold's frame: 0 = left or top, 1 = right or bottom.
// A view maps them to pixels of the canvas: pixel = scale * point + offset.

export const LIMIT = { low: -0.5, high: 1.5 }; // what the worker accepts

const MIN_SCALE = 80;
const MAX_SCALE = 12000;

export const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

const round = (value) => Math.round(clamp(value, LIMIT.low, LIMIT.high) * 1e4) / 1e4;

/** The point as it is stored: inside the accepted range, four decimals. */
export const stored = (point) => [round(point[0]), round(point[1])];

export const toFrame = (view, pixel) => [(pixel[0] - view.x) / view.scale, (pixel[1] - view.y) / view.scale];

export const toPixel = (view, point) => [view.scale * point[0] + view.x, view.scale * point[1] + view.y];

/** The view that shows the whole frame, centred. */
export function fitView(width, height, margin = 16) {
  const scale = Math.max(MIN_SCALE, Math.min(width, height) - 2 * margin);
  return { scale, x: (width - scale) / 2, y: (height - scale) / 2 };
}

/** Enlarge by a factor, keeping what is under `pixel` where it is. */
export function zoomed(view, factor, pixel) {
  const scale = clamp(view.scale * factor, MIN_SCALE, MAX_SCALE);
  const ratio = scale / view.scale;
  return { scale, x: pixel[0] - ratio * (pixel[0] - view.x), y: pixel[1] - ratio * (pixel[1] - view.y) };
}

export const panned = (view, dx, dy) => ({ ...view, x: view.x + dx, y: view.y + dy });

/** The view after two fingers moved from `before` to `after` (two pixels each). */
export function pinched(view, before, after) {
  const middle = ([a, b]) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const from = middle(before);
  const to = middle(after);
  const factor = distance(...after) / Math.max(1, distance(...before));
  return panned(zoomed(view, factor, from), to[0] - from[0], to[1] - from[1]);
}

/** Ramer-Douglas-Peucker: the fewest of the points that stay within `tolerance` of all of them. */
export function simplified(points, tolerance) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points[points.length - 1]];
  let farthest = 0;
  let worst = -1;
  for (let i = 1; i < points.length - 1; i += 1) {
    const off = distanceToSegment(points[i], first, last);
    if (off > worst) [farthest, worst] = [i, off];
  }
  if (worst <= tolerance) return [first, last];
  const left = simplified(points.slice(0, farthest + 1), tolerance);
  return [...left.slice(0, -1), ...simplified(points.slice(farthest), tolerance)];
}

export function distanceToSegment(point, a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : clamp(((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length, 0, 1);
  return distance(point, [a[0] + along * dx, a[1] + along * dy]);
}

export function distanceToPath(point, path) {
  if (path.length === 1) return distance(point, path[0]);
  let least = Infinity;
  for (let i = 1; i < path.length; i += 1) least = Math.min(least, distanceToSegment(point, path[i - 1], path[i]));
  return least;
}

/** Whether a polyline comes within `reach` of a path. */
export const touches = (points, path, reach) =>
  resampled(points, spacing(reach)).some((point) => distanceToPath(point, path) <= reach);

const spacing = (reach) => Math.max(reach / 3, 0.003);

/** A polyline without what lies within `reach` of the eraser's path: the pieces that are left. */
export function erased(points, path, reach) {
  const pieces = [];
  let piece = [];
  for (const point of resampled(points, spacing(reach))) {
    if (distanceToPath(point, path) > reach) {
      piece.push(point);
    } else if (piece.length) {
      pieces.push(piece);
      piece = [];
    }
  }
  if (piece.length) pieces.push(piece);
  return pieces.map((left) => simplified(left, 0.001).map(stored));
}

function resampled(points, step) {
  const dense = [points[0]];
  for (let i = 1; i < points.length; i += 1) {
    const [a, b] = [points[i - 1], points[i]];
    const count = Math.max(1, Math.ceil(distance(a, b) / step));
    for (let k = 1; k <= count; k += 1) {
      dense.push([a[0] + ((b[0] - a[0]) * k) / count, a[1] + ((b[1] - a[1]) * k) / count]);
    }
  }
  return dense;
}
