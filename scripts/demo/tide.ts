import {
  addLight,
  blendPixel,
  clamp,
  drawDisc,
  drawPolygon,
  mixColours,
  parseColour,
  sampleGradient,
  type Canvas,
  type Colour,
} from "./canvas.ts";
import { fractalNoise } from "./noise.ts";

const sky = ["#2b2a5c", "#5b3f7e", "#b4587f", "#f08a68", "#ffc47d"].map(parseColour);
const water = ["#e58f79", "#b86a86", "#7a5189", "#463f78", "#242c5c", "#121a40"].map(parseColour);
const sunColour = parseColour("#fff1cf");
const glowColour = parseColour("#ffb066");
const horizonShare = 0.52;
const layers = 8;

/** Layers of slow waves under a setting sun, and one small boat; returns a function that paints one moment. */
export function createTide(): (canvas: Canvas, timeSeconds: number) => void {
  return function paintTide(canvas: Canvas, timeSeconds: number): void {
    const sunX = canvas.width * 0.62;
    const sunY = canvas.height * (0.33 + timeSeconds * 0.0042);
    paintSky(canvas, sunX, sunY, timeSeconds);
    for (let layer = 0; layer < layers; layer++) {
      paintWave(canvas, layer, sunX, timeSeconds);
      if (layer === 2) paintBoat(canvas, timeSeconds);
    }
  };
}

function paintSky(canvas: Canvas, sunX: number, sunY: number, time: number): void {
  const { width, height } = canvas;
  const bottom = Math.ceil(height * (horizonShare + 0.04));
  for (let y = 0; y < bottom; y++) {
    const base = sampleGradient(sky, y / (height * horizonShare));
    for (let x = 0; x < width; x++) {
      const distance = Math.hypot(x - sunX, y - sunY) / height;
      const streak = fractalNoise((x / width) * 2.6 + time * 0.012, (y / height) * 17, 3, 4);
      const cloud = clamp((streak - 0.52) * 3.2) * clamp(1.15 - Math.abs(y / height - 0.24) * 4.2);
      const lit = mixColours(base, glowColour, clamp(0.6 * Math.exp(-distance * 4.2)));
      blendPixel(canvas, x, y, lit, 1);
      blendPixel(canvas, x, y, mixColours([0.98, 0.72, 0.62], base, clamp(distance * 1.2)), cloud * 0.6);
      addLight(canvas, x, y, glowColour, 0.55 * Math.exp(-distance * 17));
    }
  }
  drawDisc(canvas, { x: sunX, y: sunY, radius: height * 0.072 }, sunColour);
}

/** The row of a wave's crest at one column, in pixels from the top. */
function resolveCrest(canvas: Canvas, layer: number, x: number, time: number): number {
  const depth = layer / (layers - 1);
  const near = 0.12 + depth ** 1.4;
  const across = (x / canvas.width) * (5.2 - depth * 3);
  const swell =
    Math.sin(across * 2.1 + time * (0.35 + depth * 0.3) + layer * 1.9) +
    0.55 * Math.sin(across * 3.7 - time * 0.42 + layer * 4.1) +
    0.22 * Math.sin(across * 8.3 + time * 0.9 + layer * 0.7);
  const rise = Math.sin(time * 0.5 + layer * 0.8) * 0.006;
  return canvas.height * (horizonShare + depth ** 1.25 * 0.36 + rise * near - swell * 0.026 * near);
}

function paintWave(canvas: Canvas, layer: number, sunX: number, time: number): void {
  const { width, height } = canvas;
  const depth = layer / (layers - 1);
  const crestColour = sampleGradient(water, depth);
  const troughColour = sampleGradient(water, Math.min(1, depth + 0.22));
  const next = height * (horizonShare + ((layer + 1) / (layers - 1)) ** 1.25 * 0.36 + 0.06);
  const bottom = Math.min(height, Math.ceil(layer === layers - 1 ? height : next));
  for (let x = 0; x < width; x++) {
    const crest = resolveCrest(canvas, layer, x, time);
    const spread = (x - sunX) / (width * (0.05 + depth * 0.11));
    const path = Math.exp(-spread * spread);
    for (let y = Math.floor(crest); y < bottom; y++) {
      const below = (y - crest) / height;
      const body = mixColours(crestColour, troughColour, clamp(below * 7));
      const rim = Math.exp(-below * (260 - depth * 120)) * (0.2 + 0.6 * path);
      const shine = path * Math.exp(-below * 22) * (0.42 - depth * 0.2);
      const colour: Colour = mixColours(body, [1, 0.83, 0.66], clamp(rim + shine));
      blendPixel(canvas, x, y, colour, clamp(y - crest));
    }
  }
}

function paintBoat(canvas: Canvas, time: number): void {
  const x = canvas.width * (0.2 + time * 0.0052);
  const foot = resolveCrest(canvas, 2, x, time) + canvas.height * 0.006;
  const unit = canvas.height * 0.0105;
  const tilt = Math.sin(time * 0.8) * 0.05;
  const place = (dx: number, dy: number): readonly [number, number] => [
    x + (dx - dy * tilt) * unit,
    foot + (dy + dx * tilt) * unit,
  ];
  const hull = parseColour("#2a2148");
  drawPolygon(canvas, [place(-3.4, -1.3), place(3.8, -1.3), place(2.5, 0.3), place(-2.6, 0.3)], hull);
  drawPolygon(canvas, [place(-0.1, -9.6), place(0.12, -9.6), place(0.12, -1.2), place(-0.1, -1.2)], hull);
  drawPolygon(canvas, [place(0.35, -9.2), place(3.6, -2), place(0.35, -2)], parseColour("#fff3e2"));
  drawPolygon(canvas, [place(-0.3, -8.2), place(-0.3, -2), place(-2.7, -2)], parseColour("#f6d3c0"));
}
