import {
  addLight,
  blendPixel,
  clamp,
  createCanvas,
  drawDisc,
  mixColours,
  parseColour,
  sampleGradient,
  smoothStep,
  type Canvas,
} from "./canvas.ts";
import { createRandom, fractalNoise } from "./noise.ts";

/** A map of invented land: heights as colours from sea to snow, with contour lines and light from the north-west. */
export function paintContours(width: number, height: number): Canvas {
  const canvas = createCanvas(width, height);
  const ground = ["#0f3d4c", "#1b6a73", "#5aa58a", "#d9cf9d", "#d79a66", "#a8553f", "#f4ece1"].map(parseColour);
  const ink = parseColour("#1d2b30");
  const rise = (x: number, y: number): number => {
    const warp = fractalNoise(x * 1.1 + 5, y * 1.1, 8, 3) * 1.5;
    return clamp((fractalNoise(x * 1.25 + warp, y * 1.25 - warp, 21, 4) - 0.24) * 1.9);
  };
  const step = 1 / height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const here = rise(x * step, y * step);
      const slopeX = rise((x + 1) * step, y * step) - here;
      const slopeY = rise(x * step, (y + 1) * step) - here;
      const band = here * 26;
      const perPixel = Math.max(Math.hypot(slopeX, slopeY) * 26, 1e-6);
      const toLine = Math.abs(band - Math.round(band)) / perPixel;
      // The sea is level: there every pixel would lie on the line of height 0.
      const weight = here === 0 ? -1 : Math.round(band) % 5 === 0 ? 1.15 : 0.6;
      const light = clamp(0.96 + (slopeX + slopeY) * height * 0.075, 0.72, 1.14);
      const colour = sampleGradient(ground, (Math.floor(band) + 0.5) / 26);
      blendPixel(canvas, x, y, [colour[0] * light, colour[1] * light, colour[2] * light], 1);
      blendPixel(canvas, x, y, ink, clamp(weight + 0.5 - toLine) * (weight > 1 ? 0.62 : 0.36));
    }
  }
  return canvas;
}

/** Dunes at dusk: ridges that lighten with distance, each with a lit and a shaded side, under a rising moon. */
export function paintDunes(width: number, height: number): Canvas {
  const canvas = createCanvas(width, height);
  const sky = ["#1f2c5b", "#5a5590", "#c9839a", "#f6b98c", "#ffe0ab"].map(parseColour);
  const far = parseColour("#e7a27f");
  const near = parseColour("#4a1f33");
  const horizon = height * 0.56;
  for (let y = 0; y < height; y++) {
    const colour = sampleGradient(sky, y / horizon);
    for (let x = 0; x < width; x++) blendPixel(canvas, x, y, colour, 1);
  }
  const moonX = width * 0.27;
  const moonY = height * 0.22;
  for (let y = 0; y < horizon; y++) {
    for (let x = 0; x < width; x++) {
      const distance = Math.hypot(x - moonX, y - moonY) / height;
      addLight(canvas, x, y, [1, 0.9, 0.8], 0.28 * Math.exp(-distance * 9));
    }
  }
  drawDisc(canvas, { x: moonX, y: moonY, radius: height * 0.043 }, [1, 0.965, 0.9]);
  const ridgeCount = 7;
  for (let ridge = 0; ridge < ridgeCount; ridge++) {
    const depth = ridge / (ridgeCount - 1);
    const body = mixColours(far, near, depth ** 0.8);
    for (let x = 0; x < width; x++) {
      const across = (x / height) * (2.4 - depth * 1.5) + ridge * 31;
      const swell = fractalNoise(across, ridge * 3.1, 4, 2);
      const crest = height * (0.5 + depth * 0.4) - height * (0.06 + depth * 0.16) * (swell - 0.35);
      for (let y = Math.floor(crest); y < height; y++) {
        const below = (y - crest) / height;
        const lean = below * 2.4 + (x / height) * 0.9;
        const fold = fractalNoise(lean * 1.7 + ridge * 9, below * 2 + across * 0.25, ridge, 3);
        const lit = Math.exp(-below * 34) * 0.3 * (1 - depth * 0.4) + (fold - 0.5) * 0.34;
        const ripple = 0.03 * depth * Math.sin((below * 210 + fold * 44) * (1.5 - depth * 0.5));
        const haze = clamp(below * 5) * (1 - depth) * 0.5;
        const shade = 1 + lit + ripple - clamp(below * 1.2) * 0.22;
        const colour = mixColours([body[0] * shade, body[1] * shade, body[2] * shade], sky[3] ?? body, haze);
        blendPixel(canvas, x, y, colour, clamp(y - crest));
      }
    }
  }
  return canvas;
}

/** Ink in water: noise that is bent by noise that is bent by noise. */
export function paintInk(width: number, height: number): Canvas {
  const canvas = createCanvas(width, height);
  const paper = ["#07101f", "#12305a", "#1f6f9a", "#69c3c2", "#f3ead8"].map(parseColour);
  const ember = parseColour("#ff7a4d");
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = (x / height) * 1.5;
      const v = (y / height) * 1.5;
      const bendX = fractalNoise(u, v, 1, 4);
      const bendY = fractalNoise(u + 5.2, v + 1.3, 2, 4);
      const curlX = fractalNoise(u + 3.6 * bendX + 1.7, v + 3.6 * bendY + 9.2, 3, 4);
      const curlY = fractalNoise(u + 3.6 * bendX + 8.3, v + 3.6 * bendY + 2.8, 4, 4);
      const value = fractalNoise(u + 3.4 * curlX, v + 3.4 * curlY, 5, 4);
      const colour = sampleGradient(paper, smoothStep(0.24, 0.8, value) * 0.75 + curlX * 0.42 - 0.14);
      const glow = smoothStep(0.52, 0.74, curlY) * smoothStep(0.3, 0.62, value);
      blendPixel(canvas, x, y, mixColours(colour, ember, glow * 0.85), 1);
    }
  }
  return canvas;
}

/** The album's cover: a moon, its path on the water, and bands of tide. Square. */
export function paintCover(size: number): Canvas {
  const canvas = createCanvas(size, size);
  const sky = ["#0b1e33", "#12395a", "#1f6477", "#5fa79b"].map(parseColour);
  const water = ["#3d8b8d", "#1d5a6e", "#123a55", "#0a1f38", "#071427"].map(parseColour);
  const moon = parseColour("#fdf3dc");
  const horizon = size * 0.54;
  const moonX = size * 0.5;
  const moonY = size * 0.33;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const distance = Math.hypot(x - moonX, y - moonY) / size;
      blendPixel(canvas, x, y, sampleGradient(sky, y / horizon), 1);
      addLight(canvas, x, y, moon, 0.4 * Math.exp(-distance * 8));
    }
  }
  const random = createRandom(12);
  for (let star = 0; star < 90; star++) {
    const place = { x: random() * size, y: random() * random() * horizon, radius: 0.25 + random() * 0.5 };
    drawDisc(canvas, place, moon, 0.25 + random() * 0.5);
  }
  drawDisc(canvas, { x: moonX, y: moonY, radius: size * 0.135 }, moon);
  const bands = 11;
  for (let band = 0; band < bands; band++) {
    const depth = band / (bands - 1);
    const colour = sampleGradient(water, depth);
    for (let x = 0; x < size; x++) {
      const across = (x / size) * (7 - depth * 4.4);
      const swell = Math.sin(across + band * 2.3) + 0.5 * Math.sin(across * 2.2 - band * 1.3);
      const crest = horizon + size * (depth ** 1.5 * 0.42 - swell * (0.002 + depth * 0.014));
      const spread = (x - moonX) / (size * (0.1 + depth * 0.06));
      const path = Math.exp(-spread * spread);
      for (let y = Math.floor(crest); y < size; y++) {
        const below = (y - crest) / size;
        const shine = clamp(path * Math.exp(-below * 60) * 0.85 + Math.exp(-below * 190) * 0.16);
        blendPixel(canvas, x, y, mixColours(colour, moon, shine), clamp(y - crest));
      }
    }
  }
  return canvas;
}
