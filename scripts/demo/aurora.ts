import {
  addLight,
  blendPixel,
  clamp,
  createCanvas,
  parseColour,
  sampleGradient,
  smoothStep,
  type Canvas,
  type Colour,
} from "./canvas.ts";
import { createRandom, fractalNoise, noise } from "./noise.ts";

const sky = ["#040818", "#071330", "#0d2747", "#1d4a63"].map(parseColour);
const curtainColours = ["#3dffa2", "#2fe6b4", "#2a9fd0", "#7a4fd6", "#b04fc0"].map(parseColour);
const ridges: readonly { colour: Colour; base: number; height: number; scale: number }[] = [
  { colour: parseColour("#173650"), base: 0.63, height: 0.24, scale: 3.1 },
  { colour: parseColour("#0d2238"), base: 0.66, height: 0.19, scale: 4.3 },
  { colour: parseColour("#050f1d"), base: 0.68, height: 0.1, scale: 7.7 },
];
const horizonShare = 0.68;
/** The light is soft, so it is computed on a coarse grid and enlarged: a sixteenth of the work. */
const coarseness = 4;

interface Star {
  readonly x: number;
  readonly y: number;
  readonly brightness: number;
  readonly phase: number;
}

/** A night sky with northern lights over mountains and their reflection; returns a function that paints one moment. */
export function createAurora(width: number, height: number): (canvas: Canvas, timeSeconds: number) => void {
  const random = createRandom(41);
  const stars: Star[] = Array.from({ length: 420 }, () => ({
    x: Math.floor(random() * width),
    y: Math.floor(random() * random() * height * horizonShare),
    brightness: 0.2 + 0.8 * random() ** 4,
    phase: random() * 6.28,
  }));
  const ridgeRows = ridges.map(({ base, height: tall, scale }, layer) =>
    Float32Array.from({ length: width }, (_, x) => {
      const across = (x / width) * scale + layer * 13;
      // Folding noise about its middle makes ridges with peaks instead of hills.
      const peaks = 1 - Math.abs(2 * fractalNoise(across, 0.5, layer, 5) - 1) * 2.2;
      const body = fractalNoise(across * 0.5, 4.5, layer + 20, 2);
      return height * (base - tall * Math.max(0.02, peaks * 0.62 * body + body * 0.55 - 0.12));
    }),
  );
  const light = createCanvas(Math.ceil(width / coarseness), Math.ceil(height / coarseness));
  return function paintAurora(canvas: Canvas, timeSeconds: number): void {
    paintLight(light, timeSeconds);
    paintSky(canvas, light, stars, timeSeconds);
    paintRidges(canvas, ridgeRows);
    paintLake(canvas, timeSeconds);
  };
}

function paintLight(light: Canvas, time: number): void {
  light.pixels.fill(0);
  const { width, height } = light;
  for (let curtain = 0; curtain < 4; curtain++) {
    for (let x = 0; x < width; x++) {
      const across = x / width;
      const fold = fractalNoise(across * 1.5 + curtain * 7, time * 0.045, curtain * 3.7, 2);
      const foot = height * (0.34 + curtain * 0.06 + (fold - 0.5) * 0.34);
      // Where a curtain folds towards the viewer its rays crowd together; the slope of the fold says where.
      const bend = across * 7 + fold * 15 + curtain * 21;
      const rays = 0.3 + 1.5 * noise(bend * 2.6 - time * 0.22, time * 0.2, curtain) ** 2;
      const fine = 0.8 + 0.4 * noise(bend * 12 - time * 0.5, time * 0.3, curtain + 9);
      const glow = smoothStep(0.38, 0.78, noise(across * 2.3 + curtain * 4.4 + time * 0.03, time * 0.07, curtain + 30));
      const tall = height * (0.1 + 0.17 * noise(bend * 1.1, time * 0.12, curtain + 50));
      const amountHere = rays * fine * glow * (1.05 - curtain * 0.12);
      for (let y = 0; y < height; y++) {
        const above = foot - y;
        const strength = above < 0 ? Math.exp(above * 0.2) : Math.exp(-above / tall);
        const amount = strength * amountHere;
        if (amount < 0.004) continue;
        addLight(light, x, y, sampleGradient(curtainColours, above / (tall * 2.3)), amount);
      }
    }
  }
}

function paintSky(canvas: Canvas, light: Canvas, stars: readonly Star[], time: number): void {
  const { width, height, pixels } = canvas;
  const horizon = Math.ceil(height * horizonShare);
  for (let y = 0; y < horizon; y++) {
    const colour = sampleGradient(sky, y / horizon);
    const lightY = Math.min(y / coarseness, light.height - 1.001);
    const top = Math.floor(lightY);
    const v = lightY - top;
    for (let x = 0; x < width; x++) {
      const lightX = Math.min(x / coarseness, light.width - 1.001);
      const left = Math.floor(lightX);
      const u = lightX - left;
      const near = (top * light.width + left) * 3;
      const below = near + light.width * 3;
      const at = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const upper = (light.pixels[near + channel] ?? 0) * (1 - u) + (light.pixels[near + 3 + channel] ?? 0) * u;
        const lower = (light.pixels[below + channel] ?? 0) * (1 - u) + (light.pixels[below + 3 + channel] ?? 0) * u;
        const sum = upper * (1 - v) + lower * v;
        // Light saturates like film instead of clipping to flat patches.
        pixels[at + channel] = 1 - (1 - (colour[channel] ?? 0)) * Math.exp(-sum * 1.15);
      }
    }
  }
  for (const star of stars) {
    const twinkle = star.brightness * (0.75 + 0.25 * Math.sin(time * 1.7 + star.phase));
    addLight(canvas, star.x, star.y, [0.85, 0.92, 1], twinkle);
    if (star.brightness < 0.6) continue;
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      addLight(canvas, star.x + dx, star.y + dy, [0.85, 0.92, 1], twinkle * 0.35);
    }
  }
}

function paintRidges(canvas: Canvas, ridgeRows: readonly Float32Array[]): void {
  const horizon = Math.ceil(canvas.height * horizonShare);
  ridgeRows.forEach((rows, layer) => {
    const colour = ridges[layer]?.colour ?? [0, 0, 0];
    for (let x = 0; x < canvas.width; x++) {
      const edge = rows[x] ?? horizon;
      for (let y = Math.floor(edge); y < horizon; y++) {
        const mist = 1 + 0.5 * smoothStep(edge, horizon, y) * (1 - layer * 0.4);
        blendPixel(canvas, x, y, [colour[0] * mist, colour[1] * mist, colour[2] * mist], clamp(y - edge));
      }
    }
  });
}

function paintLake(canvas: Canvas, time: number): void {
  const { width, height, pixels } = canvas;
  const horizon = Math.ceil(height * horizonShare);
  for (let y = horizon; y < height; y++) {
    const depth = (y - horizon) / (height - horizon);
    const dim = 0.74 - 0.42 * depth;
    const scale = 0.15 + depth;
    for (let x = 0; x < width; x++) {
      const wave = noise((x / width) * (9 / scale), ((y / height) * 70) / scale ** 0.5 - time * 0.5, time * 0.4) - 0.5;
      const mirrored = clamp(horizon - 1 - (y - horizon) * 1.75 - wave * 46 * scale, 0, horizon - 1);
      const shifted = clamp(x + wave * 7 * scale, 0, width - 1);
      const from = (Math.floor(mirrored) * width + Math.floor(shifted)) * 3;
      const at = (y * width + x) * 3;
      pixels[at] = (pixels[from] ?? 0) * dim + 0.008;
      pixels[at + 1] = (pixels[from + 1] ?? 0) * dim + 0.018;
      pixels[at + 2] = (pixels[from + 2] ?? 0) * dim + 0.035;
    }
  }
}
