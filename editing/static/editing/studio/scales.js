// Plain sliders (0 to 100) for weights that are felt as ratios.

import { clamp } from "./geometry.js";
import { REALISM, STRENGTH } from "./document.js";

const rounded = (value) => Number(value.toPrecision(3));

/** Evenly in the logarithm: the middle is the usual weight. */
export const strengthAt = (position) => rounded(STRENGTH.low * (STRENGTH.high / STRENGTH.low) ** (position / 100));

export const strengthPosition = (weight) =>
  Math.round((100 * Math.log(clamp(weight, STRENGTH.low, STRENGTH.high) / STRENGTH.low)) / Math.log(STRENGTH.high / STRENGTH.low));

/** By the square: fine steps near zero. */
export const realismAt = (position) => rounded(REALISM.high * (position / 100) ** 2);

export const realismPosition = (weight) => Math.round(100 * Math.sqrt(clamp(weight, 0, REALISM.high) / REALISM.high));

/** Brush sizes as shares of the frame. */
export const radiusAt = (position) => rounded(0.004 * (0.16 / 0.004) ** (position / 100));
